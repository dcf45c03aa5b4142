/* What the generated binding for C does with every type, in C and as C++; with VALUES_LINKED, what a library of trampolines does.
 * The plugin `values` says in its documentation what its functions give. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "values_binding.h"

static void check_numbers(void) {
    CHECK("a bool", v_negate(false) && !v_negate(true));
    CHECK("an i32", v_next_i32(INT32_MAX - 1) == INT32_MAX);
    CHECK("an i64", v_minus(1, INT64_MAX) == -(INT64_MAX - 1));
    CHECK("an f64", v_half(3) == 1.5);
    int here = 0;
    CHECK("a pointer", v_same_pointer(&here) == &here);
    const int64_t dims[] = {3, 4};
    CHECK("each argument goes where it belongs", v_shaped(5, 6, dims, 2, "sum", true) == 1005673);
}

static void check_memory(void) {
    const int64_t numbers[] = {1, 2, 3};
    const double halves[] = {0.5, 1.5};
    const bool bits[] = {true, false, true};
    size_t count = 0;
    const int64_t *backwards = v_reversed(numbers, 3, &count);
    CHECK("an array of i64", count == 3 && backwards[0] == 3 && backwards[2] == 1);
    const double *scaled = v_scaled(halves, 2, 4, &count);
    CHECK("an array of f64", count == 2 && scaled[0] == 2 && scaled[1] == 6);
    CHECK("an array of bool", v_count_true(bits, 3) == 2);
    const char *bytes = (const char *)v_reversed_bytes("abc", 3, &count);
    CHECK("bytes", count == 3 && memcmp(bytes, "cba", 3) == 0);
    CHECK("a text", strcmp(v_twice("ab"), "abab") == 0);
    int64_t filled[3] = {0, 0, 0};
    v_fill_i64(filled, 3, 7);
    CHECK("memory that is filled", filled[0] == 7 && filled[2] == 9);
}

static void check_objects(void) {
    const int64_t before = rt_handle_count();
    const ValuesBox box = v_box(5);
    CHECK("an object", v_unbox(box) == 5);
    CHECK("an object that may be none", v_unbox_or(0, 8) == 8 && v_unbox_or(box, 8) == 5 && v_box_positive(-1) == 0);
    size_t count = 0;
    const ValuesBox *boxes = v_boxes(3, &count);
    CHECK("an array of objects", count == 3 && v_sum_boxes(boxes, count) == 30);
    ValuesBox mine[3];
    memcpy(mine, boxes, sizeof mine);
    for (size_t i = 0; i < 3; i++) {
        rt_handle_free(mine[i]);
    }
    rt_handle_free(box);
    *rt_error_location() = RT_OK;
    CHECK("an object that was freed is an error", v_unbox(box) == 0 && *rt_error_location() == RT_E_HANDLE);
    CHECK("which says so", strstr(rt_dlerror(), "freed") != NULL);
    CHECK("no object is left", rt_handle_count() == before);
}

static void check_dynamic(void) {
    rt_value result;
    CHECK("any", v_same(rt_f64(2.5), &result) == RT_OK && result.type == RT_DOUBLE && result.payload.number == 2.5);
    CHECK("a number that may be none", v_half_or_none(rt_none(), &result) == RT_OK && result.type == RT_NONE);
    const rt_value list[] = {rt_i64(1), rt_text("x")};
    CHECK("an array of any", v_count_values(list, 2, &result) == RT_OK && result.payload.integer == 2);
    CHECK("texts", v_split("a bc", &result) == RT_OK && result.type == RT_VALUES && result.size == 2);
    rt_value_clear(&result);
    CHECK("a tuple", v_four(7, &result) == RT_OK && result.size == 4 &&
                         ((const rt_value *)result.payload.pointer)[0].payload.integer == 7);
    rt_handle_free(((const rt_value *)result.payload.pointer)[3].payload.integer);
    rt_value_clear(&result);
}

/* Threads that all find the function at once. */
static void *find_it(void *wrong) {
    for (int i = 0; i < 1000; i++) {
        if (v_length("four") != 4) {
            *(int *)wrong = 1;
        }
    }
    return NULL;
}
static void check_threads(void) {
    pthread_t threads[8];
    int wrong[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    int sum = 0;
    for (int i = 0; i < 8; i++) {
        pthread_create(&threads[i], NULL, find_it, &wrong[i]);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        sum += wrong[i];
    }
    CHECK("threads race for the first call", sum == 0);
}

/* Every function fails, with an error that has the text. */
static void check_failure(const char *text) {
    size_t count = 5;
    *rt_error_location() = RT_OK;
    CHECK("an f64 is NaN", isnan(v_half(1)));
    CHECK("the status is set", *rt_error_location() != RT_OK);
    const char *message = rt_dlerror();
    CHECK("the message says why", message != NULL && strstr(message, text) != NULL);
    if (message != NULL && strstr(message, text) == NULL) {
        printf("%s\n", message);
    }
    CHECK("an array is none", v_reversed(NULL, 0, &count) == NULL && count == 0);
    CHECK("a text is none", v_twice("x") == NULL);
    CHECK("a handle is none", v_box(1) == 0);
    v_fill_i64(NULL, 0, 1);
    rt_value result = rt_i64(1);
    CHECK("a dynamic call gives the status", v_same(rt_none(), &result) != RT_OK && result.type == RT_NONE);
}

/* values LABEL: all is well. values LABEL TEXT: nothing can be bound, and the error has the text. */
int main(int argc, char **argv) {
    check_label = argc > 1 ? argv[1] : "";
    if (argc > 2) {
        check_failure(argv[2]);
        return check_failed;
    }
    check_threads();
    check_numbers();
    check_memory();
    check_objects();
    check_dynamic();
    return check_failed;
}
