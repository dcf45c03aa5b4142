/* cvalues.c - the types of the value table in a plugin written in C. */
#include <string.h>

#include <rtffi/plugin.h>

static bool negate(bool x) { return !x; }
static int32_t next_i32(int32_t x) { return x + 1; }
static int64_t minus(int64_t a, int64_t b) { return a - b; }
static double half(double x) { return x / 2; }
static int64_t length(const char *x) { return (int64_t)strlen(x); }
static const char *same_text(const char *x) {
    char *out = rt_plugin_host->borrow(strlen(x) + 1);
    return out ? strcpy(out, x) : NULL;
}
static int64_t sum_bytes(const void *x, size_t count) {
    int64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += ((const unsigned char *)x)[i];
    }
    return total;
}
static const int64_t *reversed_i64(const int64_t *x, size_t count, size_t *out_count) {
    int64_t *out = rt_plugin_host->borrow(count * sizeof *out);
    *out_count = out ? count : 0;
    for (size_t i = 0; out && i < count; i++) {
        out[i] = x[count - 1 - i];
    }
    return out;
}
static const double *scaled(const double *x, size_t count, double factor, size_t *out_count) {
    double *out = rt_plugin_host->borrow(count * sizeof *out);
    *out_count = out ? count : 0;
    for (size_t i = 0; out && i < count; i++) {
        out[i] = x[i] * factor;
    }
    return out;
}
static int64_t count_true(const bool *x, size_t count) {
    int64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += x[i];
    }
    return total;
}
static void fill_i64(int64_t *out, size_t count, int64_t first) {
    for (size_t i = 0; i < count; i++) {
        out[i] = first + (int64_t)i;
    }
}
static void fill_f64(double *out, size_t count, double value) {
    for (size_t i = 0; i < count; i++) {
        out[i] = value;
    }
}
static void fill_bytes(void *out, size_t count, int64_t value) { memset(out, (int)value, count); }
static void *same_pointer(void *p) { return p; }
static int64_t same_callable(int64_t callable) { return callable; }

/* Objects: a number behind a handle, never released, since there is nothing to free. */
RT_CLASS(number_class, "CNumber", "A number behind a handle.", NULL)
static int64_t numbers[16];
static int64_t number(int64_t value) {
    static size_t next;
    int64_t *cell = &numbers[next++ % 16];
    *cell = value;
    return rt_plugin_host->handle_create(number_class, cell);
}
#define NUMBER_VALUE "c_number_value(number: CNumber?, otherwise: i64 = -1) -> i64"
static int64_t number_value(int64_t handle, int64_t otherwise) {
    void **cell = rt_plugin_host->handle_pin(handle, number_class);
    int64_t value = otherwise;
    if (cell) {
        value = *(int64_t *)*cell;
        rt_plugin_host->handle_unpin(cell);
    } else if (handle != 0) {
        rt_plugin_host->fail_handle(NUMBER_VALUE, 0, handle, number_class);
        return 0;
    }
    return value;
}
static int64_t apply(int64_t callable, int64_t x) {
    rt_value argument = {RT_INTEGER, 0, 0, {x}}, result;
    if (rt_plugin_host->callable_call(callable, &argument, 1, &result) != RT_OK) {
        return 0;
    }
    return (int64_t)result.payload.number;
}

RT_PLUGIN("cvalues", "1.0.0", "The types of the value table, in C")

RT_FUNCTION(negate, "c_negate(x: bool) -> bool", "Not x.", bool, bool)
RT_FUNCTION(next_i32, "c_next_i32(x: i32) -> i32", "x + 1.", int32_t, int32_t)
RT_FUNCTION(minus, "c_minus(a: i64, b: i64 = 1) -> i64", "a - b.", int64_t, int64_t, int64_t)
RT_FUNCTION(half, "c_half(x: f64) -> f64", "x / 2.", double, double)
RT_FUNCTION(length, "c_length(x: text) -> i64", "Bytes of x.", int64_t, const char *)
RT_FUNCTION(same_text, "c_same_text(x: text) -> text", "x.", const char *, const char *)
RT_FUNCTION(sum_bytes, "c_sum_bytes(x: bytes) -> i64", "The sum.", int64_t, const void *, size_t)
RT_FUNCTION(reversed_i64, "c_reversed(x: [i64]) -> [i64]", "x backwards.", const int64_t *, const int64_t *, size_t,
            size_t *)
RT_FUNCTION(scaled, "c_scaled(x: [f64], factor: f64) -> [f64]", "x times factor.", const double *, const double *,
            size_t, double, size_t *)
RT_FUNCTION(count_true, "c_count_true(x: [bool]) -> i64", "How many are true.", int64_t, const bool *, size_t)
RT_PROCEDURE(fill_i64, "c_fill_i64(out: mut [i64], first: i64)", "first, first + 1, ...", void, int64_t *, size_t,
             int64_t)
RT_PROCEDURE(fill_f64, "c_fill_f64(out: mut [f64], value: f64)", "Fills.", void, double *, size_t, double)
RT_PROCEDURE(fill_bytes, "c_fill_bytes(out: mut bytes, value: i64)", "Fills.", void, void *, size_t, int64_t)
RT_FUNCTION(same_pointer, "c_same_pointer(p: ptr) -> ptr", "p.", void *, void *)
RT_FUNCTION(number, "c_number(value: i64) -> CNumber", "A number behind a handle.", int64_t, int64_t)
RT_FUNCTION(number_value, NUMBER_VALUE, "The number behind the handle.", int64_t, int64_t, int64_t)
RT_FUNCTION(apply, "c_apply(f: fn(x: i64) -> f64, x: i64) -> i64", "The integer in what f gives for x.", int64_t,
            int64_t, int64_t)
RT_FUNCTION(same_callable, "c_same_callable(*, f: fn(x: f64?) -> f64) -> i64", "f's number.", int64_t, int64_t)
