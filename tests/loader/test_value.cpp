// Every type of the value table, native and dynamic, against values computed by hand; from the C++ plugin values and the C
// plugin cvalues. What each function does is said in tests/loader/plugins.
#include <array>
#include <cstdlib>
#include <cstring>

#include <doctest/doctest.h>

#include "support/support.hpp"

using test::call;
using test::native;

namespace {

struct BothValues {
    test::Opened cpp{test::plugin_path("values")};
    test::Opened c{test::plugin_path("cvalues")};
    BothValues() {
        REQUIRE_MESSAGE(cpp.handle != 0, rt_dlerror());
        REQUIRE_MESSAGE(c.handle != 0, rt_dlerror());
    }
};

rt_value writable(rt_value value) {
    value.flags |= RT_VALUE_MUTABLE;
    return value;
}

template <class T> std::vector<T> taken(rt_value value, std::uint32_t type) {
    CHECK(value.type == type);
    CHECK((value.flags & RT_VALUE_OWNED) != 0);
    const auto *first = static_cast<const T *>(value.payload.pointer);
    std::vector<T> items(first, first + value.size);
    rt_value_clear(&value);
    CHECK(value.type == RT_NONE);
    return items;
}

const std::array<std::int64_t, 3> three = {1, -2, 9007199254740993};
const std::array<double, 2> two = {1.5, -0.25};

} // namespace

TEST_CASE_FIXTURE(BothValues, "bool, i32, i64 and f64") {
    for (const std::string prefix : {"v_", "c_"}) {
        INFO(prefix);
        CHECK(native<bool(bool)>((prefix + "negate").c_str())(true) == false);
        CHECK(native<bool(bool)>((prefix + "negate").c_str())(false) == true);
        CHECK(native<std::int32_t(std::int32_t)>((prefix + "next_i32").c_str())(-2147483647 - 1) == -2147483647);
        CHECK(native<std::int64_t(std::int64_t, std::int64_t)>((prefix + "minus").c_str())(1, INT64_MAX) ==
              INT64_MIN + 2);
        CHECK(native<double(double)>((prefix + "half").c_str())(-3) == -1.5);

        rt_value v = call((prefix + "negate").c_str(), {rt_bool(true)});
        CHECK((v.type == RT_BOOL && v.payload.integer == 0));
        v = call((prefix + "next_i32").c_str(), {rt_i64(41)});
        CHECK((v.type == RT_INTEGER && v.payload.integer == 42));
        v = call((prefix + "minus").c_str(), {rt_i64(3), rt_i64(5)});
        CHECK((v.type == RT_INTEGER && v.payload.integer == -2));
        v = call((prefix + "half").c_str(), {rt_f64(5)});
        CHECK((v.type == RT_DOUBLE && v.payload.number == 2.5));
        v = call((prefix + "half").c_str(), {rt_i64(5)}); // an integer is a number, too
        CHECK((v.type == RT_DOUBLE && v.payload.number == 2.5));
    }
}

TEST_CASE_FIXTURE(BothValues, "an i32 takes no number beyond 32 bits") {
    for (const std::string name : {"v_next_i32", "c_next_i32"}) {
        for (const std::int64_t x : {std::int64_t{2147483648}, std::int64_t{-2147483649}, INT64_MAX}) {
            call(name.c_str(), {rt_i64(x)}, RT_E_ARGUMENT);
            CHECK(test::last_error().message == name + ": argument 1 (x): the number does not fit into an i32");
        }
    }
}

TEST_CASE_FIXTURE(BothValues, "a bool is 0 or 1") {
    for (const std::string name : {"v_negate", "c_negate"}) {
        CHECK(call(name.c_str(), {rt_i64(0)}).payload.integer == 1);
        call(name.c_str(), {rt_i64(2)}, RT_E_ARGUMENT);
        CHECK(test::last_error().message == name + ": argument 1 (x): a bool is 0 or 1");
    }
}

TEST_CASE_FIXTURE(BothValues, "text is borrowed from a native call and owned from a dynamic one") {
    CHECK(std::string(native<const char *(const char *)>("v_twice")("h\xc3\xa9")) == "h\xc3\xa9h\xc3\xa9");
    CHECK(std::string(native<const char *(const char *)>("v_twice")("")).empty());
    CHECK(std::string(native<const char *(const char *)>("c_same_text")("plain C")) == "plain C");
    for (const char *name : {"v_twice", "c_same_text"}) {
        rt_value v = call(name, {rt_text("ab")});
        CHECK(v.size == (std::string(name) == "v_twice" ? 4 : 2));
        CHECK(static_cast<const char *>(v.payload.pointer)[v.size] == '\0');
        taken<char>(v, RT_TEXT);
    }
    CHECK(call("v_length", {rt_memory(RT_TEXT, "a\0b", 3)}).payload.integer == 3); // a NUL inside counts
    CHECK(call("c_length", {rt_text("four")}).payload.integer == 4);
}

TEST_CASE_FIXTURE(BothValues, "bytes") {
    const std::array<unsigned char, 4> bytes = {0, 1, 255, 7};
    std::size_t count = 99;
    const auto *reversed = static_cast<const unsigned char *>(
        native<const void *(const void *, std::size_t, std::size_t *)>("v_reversed_bytes")(bytes.data(), 4, &count));
    REQUIRE(count == 4);
    CHECK((reversed[0] == 7 && reversed[1] == 255 && reversed[2] == 1 && reversed[3] == 0));
    CHECK(taken<unsigned char>(call("v_reversed_bytes", {rt_memory(RT_BYTES, bytes.data(), 4)}), RT_BYTES) ==
          std::vector<unsigned char>{7, 255, 1, 0});
    CHECK(call("c_sum_bytes", {rt_memory(RT_BYTES, bytes.data(), 4)}).payload.integer == 263);
    CHECK(native<std::int64_t(const void *, std::size_t)>("c_sum_bytes")(bytes.data(), 3) == 256);
}

TEST_CASE_FIXTURE(BothValues, "arrays of i64 and f64 as parameters and results") {
    for (const std::string prefix : {"v_", "c_"}) {
        INFO(prefix);
        std::size_t count = 99;
        const std::int64_t *reversed = native<const std::int64_t *(const std::int64_t *, std::size_t, std::size_t *)>(
            (prefix + "reversed").c_str())(three.data(), 3, &count);
        REQUIRE(count == 3);
        CHECK((reversed[0] == three[2] && reversed[1] == -2 && reversed[2] == 1));
        CHECK(taken<std::int64_t>(call((prefix + "reversed").c_str(), {rt_i64_array(three.data(), 3)}), RT_I64_ARRAY) ==
              std::vector<std::int64_t>{three[2], -2, 1});

        const double *scaled = native<const double *(const double *, std::size_t, double, std::size_t *)>(
            (prefix + "scaled").c_str())(two.data(), 2, 4, &count);
        REQUIRE(count == 2);
        CHECK((scaled[0] == 6 && scaled[1] == -1));
        CHECK(taken<double>(call((prefix + "scaled").c_str(), {rt_f64_array(two.data(), 2), rt_i64(2)}),
                            RT_F64_ARRAY) == std::vector<double>{3, -0.5});

        // Empty in, empty out, and no null.
        rt_value empty = call((prefix + "reversed").c_str(), {rt_i64_array(nullptr, 0)});
        CHECK((empty.type == RT_I64_ARRAY && empty.size == 0));
        rt_value_clear(&empty);
    }
    // An array of integers does for one of numbers.
    CHECK(taken<double>(call("v_scaled", {rt_i64_array(three.data(), 2), rt_f64(0.5)}), RT_F64_ARRAY) ==
          std::vector<double>{0.5, -1});
    // The count of a native array result may be left out.
    CHECK(native<const std::int64_t *(const std::int64_t *, std::size_t, std::size_t *)>("v_reversed")(
              three.data(), 3, nullptr)[2] == 1);
}

TEST_CASE_FIXTURE(BothValues, "arrays of bool") {
    const std::array<bool, 4> bits = {true, false, true, true};
    for (const char *name : {"v_count_true", "c_count_true"}) {
        CHECK(native<std::int64_t(const bool *, std::size_t)>(name)(bits.data(), 4) == 3);
        CHECK(call(name, {rt_memory(RT_BOOL_ARRAY, bits.data(), 4)}).payload.integer == 3);
    }
    const std::array<unsigned char, 2> not_bits = {1, 2};
    call("v_count_true", {rt_memory(RT_BOOL_ARRAY, not_bits.data(), 2)}, RT_E_ARGUMENT);
    CHECK(test::last_error().message == "v_count_true: argument 1 (x): a bool is 0 or 1");
}

TEST_CASE_FIXTURE(BothValues, "a mut array is the caller's memory, filled in") {
    for (const std::string prefix : {"v_", "c_"}) {
        INFO(prefix);
        std::array<std::int64_t, 3> whole = {};
        native<void(std::int64_t *, std::size_t, std::int64_t)>((prefix + "fill_i64").c_str())(whole.data(), 3, 5);
        CHECK(whole == std::array<std::int64_t, 3>{5, 6, 7});
        CHECK(call((prefix + "fill_i64").c_str(), {writable(rt_i64_array(whole.data(), 2)), rt_i64(-1)}).type ==
              RT_NONE);
        CHECK(whole == std::array<std::int64_t, 3>{-1, 0, 7});
        std::array<double, 2> numbers = {};
        call((prefix + "fill_f64").c_str(), {writable(rt_f64_array(numbers.data(), 2)), rt_f64(0.5)});
        CHECK(numbers == std::array<double, 2>{0.5, 0.5});
        // Memory that is not marked as writable is not written to.
        call((prefix + "fill_f64").c_str(), {rt_f64_array(numbers.data(), 2), rt_f64(9)}, RT_E_ARGUMENT);
        CHECK(test::last_error().message == prefix +
                                                "fill_f64: argument 1 (out): the memory is to be written to, but the "
                                                "value is not marked RT_VALUE_MUTABLE");
        CHECK(numbers[0] == 0.5);

        const std::string fill_bytes = prefix + "fill_bytes";
        std::array<unsigned char, 3> bytes = {};
        native<void(void *, std::size_t, std::int64_t)>(fill_bytes.c_str())(bytes.data(), 3, 200);
        CHECK(bytes == std::array<unsigned char, 3>{200, 200, 200});
        call(fill_bytes.c_str(), {writable(rt_memory(RT_BYTES, bytes.data(), 1)), rt_i64(1)});
        CHECK(bytes == std::array<unsigned char, 3>{1, 200, 200});
        call(fill_bytes.c_str(), {rt_memory(RT_BYTES, bytes.data(), 3), rt_i64(9)}, RT_E_ARGUMENT);
        CHECK(test::last_error().message == fill_bytes +
                                                ": argument 1 (out): the memory is to be written to, but the value is "
                                                "not marked RT_VALUE_MUTABLE");
        // A pointer does not say how much memory there is.
        call(fill_bytes.c_str(), {writable(rt_memory(RT_POINTER, bytes.data(), 3)), rt_i64(9)}, RT_E_TYPE);
        CHECK(bytes == std::array<unsigned char, 3>{1, 200, 200});
    }
    // Integers are no memory for numbers.
    std::array<std::int64_t, 2> wrong = {};
    call("v_fill_f64", {writable(rt_i64_array(wrong.data(), 2)), rt_f64(1)}, RT_E_TYPE);
}

TEST_CASE_FIXTURE(BothValues, "ptr") {
    int place = 0;
    for (const char *name : {"v_same_pointer", "c_same_pointer"}) {
        CHECK(native<void *(void *)>(name)(&place) == &place);
        const rt_value v = call(name, {rt_memory(RT_POINTER, &place, 0)});
        CHECK((v.type == RT_POINTER && v.payload.pointer == &place));
        CHECK(call(name, {rt_memory(RT_POINTER, nullptr, 0)}).payload.pointer == nullptr);
        call(name, {rt_memory(RT_BYTES, &place, sizeof place)}, RT_E_TYPE);
    }
}

TEST_CASE_FIXTURE(BothValues, "handles: one, none, many, as results and inside arrays") {
    const std::int64_t a = native<std::int64_t(std::int64_t)>("v_box")(5);
    const rt_value b = call("v_box", {rt_i64(70)});
    CHECK(b.type == RT_HANDLE);
    CHECK((a > 0 && a < (std::int64_t{1} << 53)));
    CHECK(std::string(rt_handle_class(a)) == "ValuesBox");
    CHECK(native<std::int64_t(std::int64_t)>("v_unbox")(a) == 5);
    CHECK(call("v_unbox", {b}).payload.integer == 70);
    CHECK(call("v_unbox", {rt_i64(a)}).payload.integer == 5); // a plain integer may carry a handle

    CHECK(native<std::int64_t(std::int64_t, std::int64_t)>("v_unbox_or")(0, 3) == 3);
    CHECK(call("v_unbox_or", {rt_none()}).payload.integer == -1);
    CHECK(call("v_unbox_or", {rt_handle(0), rt_i64(8)}).payload.integer == 8);
    CHECK(call("v_unbox_or", {rt_handle(a), rt_i64(8)}).payload.integer == 5);
    CHECK(call("v_box_positive", {rt_i64(-1)}).payload.integer == 0);
    CHECK(native<std::int64_t(std::int64_t)>("v_box_positive")(0) == 0);

    const std::array<std::int64_t, 3> handles = {a, b.payload.integer, a};
    CHECK(native<std::int64_t(const std::int64_t *, std::size_t)>("v_sum_boxes")(handles.data(), 3) == 80);
    CHECK(call("v_sum_boxes", {rt_handle_array(handles.data(), 3)}).payload.integer == 80);
    CHECK(call("v_sum_boxes", {rt_i64_array(handles.data(), 1)}).payload.integer == 5);

    for (const std::int64_t handle : taken<std::int64_t>(call("v_boxes", {rt_i64(3)}), RT_HANDLE_ARRAY)) {
        CHECK(call("v_unbox", {rt_handle(handle)}).payload.integer % 10 == 0);
        CHECK(rt_handle_free(handle) == RT_OK);
    }
    const rt_value small = call("v_small", {rt_i64(12)});
    CHECK(call("v_small_plus", {small, rt_i64(30)}).payload.integer == 42);
    for (const std::int64_t handle : {a, b.payload.integer, small.payload.integer}) {
        CHECK(rt_handle_free(handle) == RT_OK);
    }
}

TEST_CASE_FIXTURE(BothValues, "handles in C: an optional one may be none") {
    const rt_value n = call("c_number", {rt_i64(33)});
    CHECK(n.type == RT_HANDLE);
    CHECK(call("c_number_value", {n}).payload.integer == 33);
    CHECK(call("c_number_value", {rt_none()}).payload.integer == -1);
    CHECK(call("c_number_value", {rt_handle(0), rt_i64(4)}).payload.integer == 4);
    call("c_minus", {rt_none()}, RT_E_TYPE); // what is not optional may not be none
    CHECK(rt_handle_free(n.payload.integer) == RT_OK);
}

TEST_CASE_FIXTURE(BothValues, "any, [any], [text], T? and tuples travel in dynamic calls alone") {
    CHECK((rt_lookup("v_tag_of")->native == nullptr));
    CHECK(call("v_tag_of", {rt_none()}).payload.integer == RT_NONE);
    CHECK(call("v_tag_of", {rt_text("x")}).payload.integer == RT_TEXT);
    const rt_value same = call("v_same", {rt_f64(2.5)});
    CHECK((same.type == RT_DOUBLE && same.payload.number == 2.5));
    const std::array<rt_value, 3> list = {rt_i64(1), rt_none(), rt_text("x")};
    CHECK(call("v_count_values", {rt_memory(RT_VALUES, list.data(), 3)}).payload.integer == 3);

    rt_value words = call("v_split", {rt_text("one two")});
    REQUIRE((words.type == RT_VALUES && words.size == 2));
    const auto *items = static_cast<const rt_value *>(words.payload.pointer);
    CHECK(std::string(static_cast<const char *>(items[1].payload.pointer)) == "two");
    rt_value_clear(&words);

    CHECK(call("v_half_or_none", {rt_none()}).type == RT_NONE);
    CHECK(call("v_half_or_none", {rt_f64(3)}).payload.number == 1.5);

    rt_value tuple = call("v_four", {rt_i64(9)});
    REQUIRE((tuple.type == RT_VALUES && tuple.size == 4));
    items = static_cast<const rt_value *>(tuple.payload.pointer);
    CHECK(items[0].payload.integer == 9);
    CHECK(items[1].payload.number == 4.5);
    CHECK(std::string(static_cast<const char *>(items[2].payload.pointer)) == "9");
    CHECK(call("v_unbox", {items[3]}).payload.integer == 9);
    CHECK(rt_handle_free(items[3].payload.integer) == RT_OK);
    rt_value_clear(&tuple);
    rt_value_clear(nullptr);
}

TEST_CASE("lists in lists are cleared however deep they lie") {
    const auto owned = [](std::size_t count) {
        return rt_value{
            RT_VALUES, RT_VALUE_OWNED, count, {reinterpret_cast<std::int64_t>(std::calloc(count, sizeof(rt_value)))}};
    };
    rt_value value = rt_none();
    for (int depth = 0; depth < 1000000; depth++) {
        rt_value outer = owned(3);
        auto *items = static_cast<rt_value *>(const_cast<void *>(outer.payload.pointer));
        items[0] = depth % 1000 == 0 ? owned(2) : rt_i64(depth);
        items[1] = value;
        value = outer;
    }
    rt_value_clear(&value);
    CHECK(value.type == RT_NONE);
}

TEST_CASE_FIXTURE(BothValues, "the C result of a function with a function parameter is what the signature says") {
    const std::int64_t twice = rt_callable(
        "fn(x: i64) -> f64",
        [](const rt_function *, const rt_value *args, std::size_t, rt_value *result) -> rt_status {
            *result = rt_f64(static_cast<double>(args[0].payload.integer) * 2);
            return RT_OK;
        },
        nullptr, nullptr, 0);
    const rt_value v = call("c_apply", {rt_handle(twice), rt_i64(21)});
    CHECK((v.type == RT_INTEGER && v.payload.integer == 42));
    // The arrow and the question mark of the parameter's type are not the function's.
    const std::array<const char *, 1> names = {"f"};
    rt_value argument = rt_handle(twice);
    rt_value number = {};
    REQUIRE(rt_call_named(rt_lookup("c_same_callable"), &argument, names.data(), 1, &number) == RT_OK);
    CHECK((number.type == RT_INTEGER && number.payload.integer == twice));
    argument = rt_none();
    CHECK(rt_call_named(rt_lookup("c_same_callable"), &argument, names.data(), 1, &number) == RT_E_TYPE);
    CHECK(rt_handle_free(twice) == RT_OK);
}
