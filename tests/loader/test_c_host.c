/* test_c_host.c - a host in plain C11, built by the C compiler and linked with librtffi.so alone. */
#include <stdio.h>
#include <string.h>

#include <rtffi/rtffi.h>

static int failures;

static void check(int holds, const char *what) {
    if (holds) {
        printf("ok c_host %s\n", what);
    } else {
        const char *error = rt_dlerror();
        printf("FAIL c_host %s: %s\n", what, error ? error : "no error is set");
        failures++;
    }
}

static rt_status twice(const rt_function *self, const rt_value *args, size_t count, rt_value *result) {
    (void)self, (void)count;
    if (args[0].type != RT_INTEGER) {
        return rt_fail(RT_E_TYPE, NULL, "x is no integer");
    }
    *result = rt_i64(2 * args[0].payload.integer);
    return RT_OK;
}

static void native_calls(int64_t geometry) {
    double (*hypotenuse)(double, double) = (double (*)(double, double))rt_dlsym(geometry, "geo_hypotenuse");
    check(hypotenuse && hypotenuse(3, 4) == 5, "calls a native entry");
    const double square[] = {0, 0, 2, 0, 2, 2, 0, 2};
    int64_t (*polygon)(const double *, size_t) = (int64_t (*)(const double *, size_t))rt_dlsym(0, "geo_polygon");
    double (*area)(int64_t) = (double (*)(int64_t))rt_dlsym(0, "geo_polygon_area");
    const int64_t handle = polygon(square, 8);
    check(handle != 0 && area(handle) == 4, "makes an object and uses it");
    check(rt_dlclose(geometry) == RT_E_BUSY && strstr(rt_dlerror(), "1 handle of it alive (1 Polygon)") != NULL,
          "cannot close the plugin while the object lives");
    check(rt_handle_free(handle) == RT_OK, "frees it");
    check(rt_handle_free(handle) == RT_E_HANDLE, "frees it once only");
    rt_thread_status = RT_OK;
    area(handle);
    check(rt_thread_status == RT_E_HANDLE, "reads the thread's status as a variable");
}

static void dynamic_calls(void) {
    const rt_function *distance = NULL;
    check(rt_bind("geo_distance", "f(x: f64, y: f64, a: f64, b: f64) -> f64", 0, &distance) == RT_OK, "binds");
    rt_value args[] = {rt_f64(3), rt_i64(4)};
    rt_value result;
    check(rt_call(distance, args, 2, &result) == RT_OK && result.type == RT_DOUBLE && result.payload.number == 5,
          "calls dynamically, with defaults");
    const char *names[] = {NULL, NULL, "from_y"};
    rt_value named[] = {rt_f64(0), rt_f64(0), rt_f64(-7)};
    check(rt_call_named(distance, named, names, 3, &result) == RT_OK && result.payload.number == 7,
          "calls with keywords");

    const rt_function *reversed = NULL;
    check(rt_bind("text_reversed", NULL, 0, &reversed) == RT_OK, "binds what a plugin in C has, loading it");
    args[0] = rt_text("abc");
    check(rt_call(reversed, args, 1, &result) == RT_OK && strcmp(result.payload.pointer, "cba") == 0, "gets a text");
    rt_value_clear(&result);

    rt_error error = {sizeof error, RT_OK, NULL, NULL, NULL, NULL, NULL};
    args[0] = rt_i64(1);
    check(rt_call_ex(reversed, args, 1, &result, &error) == RT_E_TYPE &&
              strcmp(error.message,
                     "text_reversed: argument 1 (text): expected text, got an integer (1); the function is "
                     "`text_reversed(text: text) -> text`") == 0,
          "gets an error that travels with the call");
    rt_error_clear(&error);
}

int main(void) {
    const int64_t geometry = rt_dlopen("geometry", 0);
    check(geometry != 0, "opens a plugin by name");
    if (geometry == 0) {
        return 1;
    }
    native_calls(geometry);
    dynamic_calls();

    const rt_function_desc desc = {sizeof desc, "c_twice(x: i64) -> i64", "Twice x.", NULL, NULL, twice, NULL, 0, NULL,
                                   NULL};
    check(rt_register(&desc, NULL) == RT_OK, "publishes a function");
    const rt_value x = rt_i64(21);
    rt_value result;
    check(rt_call(rt_lookup("c_twice"), &x, 1, &result) == RT_OK && result.payload.integer == 42, "calls it");
    check(rt_dlclose(geometry) == RT_OK, "closes the plugin");
    check(rt_lookup("geo_hypotenuse") == NULL, "whose functions are gone");
    return failures != 0;
}
