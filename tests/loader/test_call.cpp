// Dynamic calls: by position, by name, defaults, wrong counts, wrong types, malformed values.
#include <array>
#include <limits>

#include <doctest/doctest.h>

#include "support/support.hpp"

using test::call;
using test::contains;

namespace {

struct Plugins {
    test::Opened values{test::plugin_path("values")};
    test::Opened cvalues{test::plugin_path("cvalues")};
};

rt_status named(const char *name, std::vector<rt_value> args, std::vector<const char *> names, rt_value *result) {
    return rt_call_named(rt_lookup(name), args.data(), names.data(), args.size(), result);
}

std::int64_t shaped(std::vector<rt_value> args, std::vector<const char *> names) {
    rt_value result = {};
    REQUIRE(named("v_shaped", std::move(args), std::move(names), &result) == RT_OK);
    return result.payload.integer;
}

std::string refused(const char *cause, std::vector<rt_value> args, std::vector<const char *> names) {
    rt_value result = rt_i64(77);
    CHECK(named("v_shaped", std::move(args), std::move(names), &result) == RT_E_ARGUMENT);
    CHECK(result.type == RT_NONE);
    CHECK(test::last_error().function == "v_shaped");
    CHECK(test::last_error().cause == cause);
    return test::last_error().message;
}

const std::string shaped_signature =
    "`v_shaped(a: i64, b: i64 = 2, *, dims: [i64] = [3, 4], mode: text = \"mean\", deep: bool "
    "= false) -> i64`";

} // namespace

TEST_CASE_FIXTURE(Plugins, "trailing arguments that have defaults may be left out") {
    CHECK(call("v_shaped", {rt_i64(1)}).payload.integer == 1274);
    CHECK(call("v_shaped", {rt_i64(1), rt_i64(5)}).payload.integer == 1574);
    CHECK(call("c_minus", {rt_i64(5)}).payload.integer == 4);
    const std::int64_t dims[] = {1, 1, 1};
    CHECK(call("v_shaped", {rt_i64(1), rt_i64(5), rt_i64_array(dims, 3), rt_text(""), rt_bool(true)}).payload.integer ==
          1001530);
}

TEST_CASE_FIXTURE(Plugins, "arguments by name go where they belong, and the others take their defaults") {
    CHECK(shaped({rt_i64(1)}, {nullptr}) == 1274);
    CHECK(shaped({rt_i64(1)}, {"a"}) == 1274);
    CHECK(shaped({rt_i64(9), rt_i64(1)}, {"b", "a"}) == 1974);
    CHECK(shaped({rt_i64(1), rt_bool(true)}, {nullptr, "deep"}) == 1001274);
    CHECK(shaped({rt_i64(1), rt_text("sum"), rt_i64(0)}, {nullptr, "mode", "b"}) == 1073);
}

TEST_CASE_FIXTURE(Plugins, "what is wrong with named arguments is said with the names") {
    CHECK(refused("unknown_parameter", {rt_i64(1), rt_i64(2)}, {nullptr, "dipms"}) ==
          "v_shaped: no parameter is named 'dipms'; did you mean dims?; the function is " + shaped_signature);
    CHECK(refused("argument_twice", {rt_i64(1), rt_i64(2)}, {nullptr, "a"}) ==
          "v_shaped: the parameter 'a' is given twice; the function is " + shaped_signature);
    CHECK(refused("argument_missing", {rt_i64(1)}, {"b"}) ==
          "v_shaped: the parameter 'a' is not given; the function is " + shaped_signature);
    CHECK(refused("argument_order", {rt_i64(1), rt_i64(2)}, {"a", nullptr}) ==
          "v_shaped: a positional argument follows a named one; the function is " + shaped_signature);
    CHECK(refused("argument_count", {rt_i64(1), rt_i64(2), rt_i64(3)}, {nullptr, nullptr, nullptr}) ==
          "v_shaped: at most 2 arguments can be given by position; the function is " + shaped_signature);
    rt_value result = rt_i64(5);
    CHECK(rt_call_named(nullptr, nullptr, nullptr, 0, &result) == RT_E_ARGUMENT);
    CHECK(result.type == RT_NONE);
    CHECK(rt_call_named(rt_lookup("v_half"), nullptr, nullptr, 0, nullptr) == RT_E_ARGUMENT);
    CHECK(rt_call_named(rt_lookup("v_half"), nullptr, nullptr, 3, &result) == RT_E_ARGUMENT);
}

TEST_CASE_FIXTURE(Plugins, "a wrong number of arguments is told with both numbers, or with the first that is missing") {
    call("v_half", {}, RT_E_ARGUMENT);
    CHECK(test::last_error().message ==
          "v_half: the parameter 'x' is not given; the function is `v_half(x: f64) -> f64`");
    CHECK(test::last_error().cause == "argument_count");
    call("v_minus", {rt_i64(1), rt_i64(2), rt_i64(3)}, RT_E_ARGUMENT);
    CHECK(contains(test::last_error().message, "v_minus: expected 2 arguments, got 3"));
    call("v_shaped", {}, RT_E_ARGUMENT);
    CHECK(contains(test::last_error().message, "v_shaped: the parameter 'a' is not given;"));
    call("c_half", {}, RT_E_ARGUMENT);
    CHECK(test::last_error().message ==
          "c_half: the parameter 'x' is not given; the function is `c_half(x: f64) -> f64`");
    rt_value result = {};
    CHECK(rt_call(rt_lookup("v_shaped"), nullptr, 1, &result) == RT_E_ARGUMENT); // a count without arguments
}

TEST_CASE_FIXTURE(Plugins, "a wrong type is told with what was expected and what was given") {
    call("v_half", {rt_text("x")}, RT_E_TYPE);
    CHECK(test::last_error().message ==
          "v_half: argument 1 (x): expected f64, got a text; the function is `v_half(x: f64) -> f64`");
    CHECK(test::last_error().cause == "wrong_type");
    CHECK(test::last_error().function == "v_half");
    call("c_half", {rt_text("x")}, RT_E_TYPE);
    CHECK(test::last_error().message ==
          "c_half: argument 1 (x): expected f64, got a text; the function is `c_half(x: f64) -> f64`");
    call("v_minus", {rt_i64(1), rt_f64(2)}, RT_E_TYPE);
    CHECK(contains(test::last_error().message, "v_minus: argument 2 (b): expected i64, got a double"));
    call("v_length", {rt_i64(3)}, RT_E_TYPE);
    CHECK(contains(test::last_error().message, "expected text, got an integer (3)"));
    call("v_reversed", {rt_f64_array(nullptr, 1)}, RT_E_TYPE);
    CHECK(contains(test::last_error().message, "expected [i64], got an array of f64"));
    // In C an argument after an array is counted as its own, not as a pointer and a count.
    const std::array<double, 1> one = {1};
    call("c_scaled", {rt_f64_array(one.data(), 1), rt_text("x")}, RT_E_TYPE);
    CHECK(contains(test::last_error().message, "c_scaled: argument 2 (factor): expected f64, got a text"));
    call("v_unbox", {rt_text("x")}, RT_E_TYPE);
    CHECK(contains(test::last_error().message, "expected ValuesBox, got a text"));
}

TEST_CASE_FIXTURE(Plugins, "no malformed value crashes") {
    alignas(8) std::array<unsigned char, 64> memory = {};
    const char *functions[] = {"v_negate",         "v_next_i32",    "v_half",      "v_twice",      "v_length",
                               "v_reversed_bytes", "v_reversed",    "v_scaled",    "v_count_true", "v_fill_i64",
                               "v_fill_f64",       "v_fill_bytes",  "v_unbox",     "v_unbox_or",   "v_sum_boxes",
                               "v_count_values",   "v_count_texts", "v_apply",     "c_negate",     "c_next_i32",
                               "c_half",           "c_length",      "c_same_text", "c_sum_bytes",  "c_reversed",
                               "c_scaled",         "c_count_true",  "c_fill_i64",  "c_fill_f64",   "c_number_value",
                               "c_apply"};
    const std::uint32_t types[] = {RT_NONE,   RT_BOOL,  RT_INTEGER,   RT_DOUBLE,    RT_HANDLE,     RT_POINTER,
                                   RT_TEXT,   RT_BYTES, RT_I64_ARRAY, RT_F64_ARRAY, RT_BOOL_ARRAY, RT_HANDLE_ARRAY,
                                   RT_VALUES, 13,       255,          0x80000000U,  0xffffffffU};
    // Sizes only where the pointer is null or would have to be written beyond memory: no callee can know a real one is wrong.
    struct Shape {
        const void *pointer;
        std::uint64_t size;
    };
    const Shape shapes[] = {{nullptr, 0},
                            {nullptr, 1},
                            {nullptr, std::numeric_limits<std::uint64_t>::max()},
                            {memory.data(), std::numeric_limits<std::uint64_t>::max()},
                            {memory.data(), std::uint64_t{1} << 61},
                            {memory.data() + 1, 1},
                            {memory.data(), 0}};
    for (const char *name : functions) {
        const rt_function *function = rt_lookup(name);
        REQUIRE_MESSAGE(function != nullptr, name);
        for (const std::uint32_t type : types) {
            for (const std::uint32_t flags : {0U, 2U, 0xffffffffU}) {
                for (const Shape &shape : shapes) {
                    // A text of size n promises n bytes and a NUL.
                    if (type == RT_TEXT && shape.pointer != nullptr && shape.size == 1) {
                        continue;
                    }
                    rt_value first = {type, flags, shape.size, {0}};
                    first.payload.pointer = shape.pointer;
                    const std::array<rt_value, 2> args = {first, rt_i64(0)};
                    for (const std::size_t count : {1U, 2U}) {
                        rt_value result = rt_i64(-1);
                        if (rt_call(function, args.data(), count, &result) != RT_OK) {
                            CHECK(result.type == RT_NONE);
                        } else if (result.type == RT_HANDLE) {
                            rt_handle_free(result.payload.integer);
                        }
                        rt_value_clear(&result);
                    }
                }
            }
        }
    }
    CHECK(std::all_of(memory.begin(), memory.end(), [](unsigned char byte) { return byte == 0; }));
}

TEST_CASE_FIXTURE(Plugins, "a null pointer with a count is refused, and so is one that is not aligned") {
    call("v_reversed", {rt_i64_array(nullptr, 2)}, RT_E_ARGUMENT);
    CHECK(test::last_error().message == "v_reversed: argument 1 (x): the pointer is null but the count is not 0");
    call("c_reversed", {rt_i64_array(nullptr, 2)}, RT_E_ARGUMENT);
    CHECK(test::last_error().message == "c_reversed: argument 1 (x): the pointer is null but the count is not 0");
    alignas(8) static const char bytes[32] = {};
    for (const char *name : {"v_reversed", "c_reversed"}) {
        call(name, {rt_memory(RT_I64_ARRAY, bytes + 1, 2)}, RT_E_ARGUMENT);
        CHECK(contains(test::last_error().message, "argument 1 (x): the pointer is not aligned"));
    }
    rt_native_entry entry = rt_lookup("v_reversed")->native;
    *rt_error_location() = RT_OK;
    std::size_t count = 9;
    CHECK(reinterpret_cast<const std::int64_t *(*)(const std::int64_t *, std::size_t, std::size_t *)>(entry)(
              nullptr, 2, &count) == nullptr);
    CHECK(count == 0);
    CHECK(*rt_error_location() == RT_E_ARGUMENT);
}

TEST_CASE_FIXTURE(Plugins, "a text for a function in C ends with a NUL and holds no other") {
    call("c_length", {rt_memory(RT_TEXT, "a\0b", 3)}, RT_E_ARGUMENT);
    CHECK(test::last_error().message == "c_length: argument 1 (x): the text holds a NUL");
    call("c_length", {rt_memory(RT_TEXT, "abc", 2)}, RT_E_ARGUMENT);
    CHECK(test::last_error().message == "c_length: argument 1 (x): no NUL follows the text");
    call("c_length", {rt_memory(RT_TEXT, nullptr, 0)}, RT_E_ARGUMENT);
    CHECK(test::last_error().message == "c_length: argument 1 (x): the text is null");
}

TEST_CASE_FIXTURE(Plugins, "a wrong handle in an array is told by its place, and nothing stays pinned") {
    const rt_value good = call("v_box", {rt_i64(1)});
    const std::int64_t handles[] = {good.payload.integer, 0};
    call("v_sum_boxes", {rt_handle_array(handles, 2)}, RT_E_HANDLE);
    CHECK(contains(test::last_error().message,
                   "v_sum_boxes: argument 1 (boxes): it is 0 (none), but a ValuesBox is needed"));
    const std::int64_t before = rt_handle_count();
    CHECK(rt_handle_free(good.payload.integer) == RT_OK);
    CHECK(rt_handle_count() == before - 1); // a pin that stayed would keep it
}
