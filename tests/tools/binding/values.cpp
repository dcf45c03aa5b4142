// What the generated binding for C++ does with every type. The plugin `values` says in its documentation what its functions give.
#include <array>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "check.h"
#include "values_binding.hpp"

using namespace std::string_literals;

static void check_numbers() {
    CHECK("a bool", values::negate(false) && !values::negate(true));
    CHECK("numbers", values::next_i32(41) == 42 && values::minus(1, 3) == -2 && values::half(3) == 1.5);
    int here = 0;
    CHECK("a pointer", values::same_pointer(&here) == &here);
    // a * 1000 + b * 100 + the sum of dims * 10 + the length of mode + a million where deep.
    CHECK("defaults", values::shaped(1) == 1274 && values::shaped(1, 5) == 1574);
    CHECK("keyword-only parameters", values::shaped(1, 2, {.dims = {1}, .mode = "sum", .deep = true}) == 1001213);
    CHECK("keyword-only parameters have their defaults", values::shaped(1, 2, {.deep = true}) == 1001274);
}

static void check_memory() {
    const std::vector<double> halves{0.5, 1.5};
    const std::array bits{true, false, true};
    CHECK("a list in braces", values::reversed({1, 2, 3}) == std::vector<std::int64_t>{3, 2, 1});
    CHECK("a vector", values::scaled(halves, 4) == std::vector<double>{2, 6});
    CHECK("an array of bool", values::count_true(bits) == 2);
    CHECK("an empty list", values::reversed({}).empty());
    const std::array bytes{std::byte{1}, std::byte{2}};
    CHECK("bytes", values::reversed_bytes(bytes) == std::vector{std::byte{2}, std::byte{1}});
    CHECK("a text", values::twice("ab") == "abab" && values::length("a"s) == 1);
    std::array<std::int64_t, 3> filled{};
    values::fill_i64(filled, 7);
    CHECK("memory that is filled", filled == std::array<std::int64_t, 3>{7, 8, 9});
}

static void check_objects() {
    const std::int64_t before = rt_handle_count();
    {
        values::Box box = values::box(5);
        const values::Box same = box;
        CHECK("a copy is the same object", same.handle() == box.handle() && rt_handle_count() == before + 1);
        box = values::box(6);
        CHECK("it lives as long as one of them", values::unbox(same) == 5 && values::unbox(box) == 6);
        const values::Box moved = std::move(box);
        CHECK("an object that was moved", values::unbox(moved) == 6);
        CHECK("an object that may be none", values::unbox_or({}, 8) == 8 && values::unbox_or(same) == 5);
        CHECK("a result that may be none", !values::box_positive(-1) && values::unbox(*values::box_positive(3)) == 3);
        const std::vector<values::Box> boxes = values::boxes(3);
        CHECK("an array of objects", boxes.size() == 3 && values::sum_boxes(boxes) == 30);
        CHECK("objects in braces", values::sum_boxes({same, moved}) == 11);
        CHECK("a method", values::small(4).plus(3) == 7);
    }
    CHECK("no object is left", rt_handle_count() == before);
    const rt::Handle half =
        rt::make_callable("fn(x: f64) -> f64", [](std::span<const rt_value> x) { return x[0].payload.number / 2; });
    CHECK("a callable", values::apply(half, 5) == 2.5);
}

static void check_dynamic() {
    CHECK("any", values::same(2.5).as<double>() == 2.5 && values::tag_of("x") == RT_TEXT &&
                     values::tag_of(nullptr) == RT_NONE);
    CHECK("an array of any", values::count_values({1, "x", 2.5, values::box(1)}) == 4);
    CHECK("an array of texts", values::count_texts({"a", "b"s}) == 2);
    CHECK("texts", values::split("a bc") == std::vector{"a"s, "bc"s});
    CHECK("a number that may be none", !values::half_or_none({}) && values::half_or_none(3) == 1.5);
    const auto [number, half, text, box] = values::four(7);
    CHECK("a tuple", number == 7 && half == 3.5 && text == "7" && values::unbox(box) == 7);
}

static void check_errors() {
    std::string message;
    try {
        values::unbox(values::Box());
    } catch (const rt::Error &error) {
        message = error.what();
    }
    CHECK("no object where one is needed is an exception", message.find("v_unbox") != std::string::npos);
}

// Every function throws the error that has the text.
static void check_failure(const std::string &text) {
    int thrown = 0;
    for (const auto &call : {+[] { values::half(1); }, +[] { values::same(1); }, +[] { values::boxes(1); }}) {
        try {
            call();
        } catch (const rt::Error &error) {
            thrown += std::string(error.what()).find(text) != std::string::npos ? 1 : 0;
        }
    }
    CHECK("every call throws why", thrown == 3);
}

// values LABEL: all is well. values LABEL TEXT: nothing can be bound, and the error has the text.
int main(int argc, char **argv) {
    check_label = argc > 1 ? argv[1] : "";
    if (argc > 2) {
        check_failure(argv[2]);
        return check_failed;
    }
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; i++) {
        threads.emplace_back([] { values::length("four"); });
    }
    threads.clear();
    check_numbers();
    check_memory();
    check_objects();
    check_dynamic();
    check_errors();
    return check_failed;
}
