// values.cpp - every type of the value table as parameter and as result, each function doing the least that shows it.
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <rtffi/plugin.hpp>

namespace {

struct Box {
    std::int64_t value;
    std::int64_t more[3]; // larger than a pointer: it lies on the heap
};
struct Small {
    std::int32_t value; // lies in the handle's own cell
};

bool negate(bool x) { return !x; }
std::int32_t next_i32(std::int32_t x) { return x + 1; }
std::int64_t minus(std::int64_t a, std::int64_t b) { return a - b; }
double half(double x) { return x / 2; }
std::string twice(std::string_view x) { return std::string(x) + std::string(x); }
std::int64_t length(std::string_view x) { return static_cast<std::int64_t>(x.size()); }
std::vector<std::byte> reversed_bytes(std::span<const std::byte> x) { return {x.rbegin(), x.rend()}; }
std::vector<std::int64_t> reversed_i64(std::span<const std::int64_t> x) { return {x.rbegin(), x.rend()}; }
std::vector<double> scaled(std::span<const double> x, double factor) {
    std::vector<double> out(x.begin(), x.end());
    for (double &item : out) {
        item *= factor;
    }
    return out;
}
std::int64_t count_true(std::span<const bool> x) { return std::count(x.begin(), x.end(), true); }
void fill_i64(std::span<std::int64_t> out, std::int64_t first) { std::iota(out.begin(), out.end(), first); }
void fill_f64(std::span<double> out, double value) { std::fill(out.begin(), out.end(), value); }
void fill_bytes(std::span<std::byte> out, std::int64_t value) {
    std::fill(out.begin(), out.end(), static_cast<std::byte>(value));
}
void *same_pointer(void *p) { return p; }

Box box(std::int64_t value) { return {value, {}}; }
std::int64_t unbox(const Box &b) { return b.value; }
std::int64_t unbox_or(const Box *b, std::int64_t otherwise) { return b != nullptr ? b->value : otherwise; }
std::optional<Box> box_positive(std::int64_t value) {
    return value > 0 ? std::optional<Box>(box(value)) : std::nullopt;
}
std::int64_t sum_boxes(const rt::Objects<Box> &boxes) {
    std::int64_t total = 0;
    for (std::size_t i = 0; i < boxes.size(); i++) {
        total += boxes[i].value;
    }
    return total;
}
std::vector<Box> boxes(std::int64_t count) {
    std::vector<Box> out;
    for (std::int64_t i = 0; i < count; i++) {
        out.push_back(box(i * 10));
    }
    return out;
}
Small small(std::int32_t value) { return {value}; }
std::int32_t small_plus(const Small &s, std::int32_t more) { return s.value + more; }

// Dynamic only.
std::int64_t tag_of(const rt_value &x) { return x.type; }
rt_value same(const rt_value &x) { return {x.type, 0, x.size, x.payload}; }
std::int64_t count_values(std::span<const rt_value> list) { return static_cast<std::int64_t>(list.size()); }
std::vector<std::string> split(std::string_view x) {
    std::vector<std::string> words(1);
    for (const char c : x) {
        if (c == ' ') {
            words.emplace_back();
        } else {
            words.back() += c;
        }
    }
    return words;
}
std::optional<double> half_or_none(std::optional<double> x) { return x ? std::optional<double>(*x / 2) : std::nullopt; }
std::tuple<std::int64_t, double, std::string, Box> four(std::int64_t x) {
    return {x, static_cast<double>(x) / 2, std::to_string(x), box(x)};
}
std::int64_t shaped(std::int64_t a, std::int64_t b, std::span<const std::int64_t> dims, std::string_view mode,
                    bool deep) {
    return a * 1000 + b * 100 + std::accumulate(dims.begin(), dims.end(), std::int64_t{0}) * 10 +
           static_cast<std::int64_t>(mode.size()) + (deep ? 1000000 : 0);
}

double apply(const rt::Callable &f, double x) {
    rt_value argument = {RT_DOUBLE, 0, 0, {0}};
    argument.payload.number = x;
    return f.call({&argument, 1}).payload.number;
}

} // namespace

RT_DECLARE_CLASS(Box, "ValuesBox")
RT_DECLARE_CLASS(Small, "ValuesSmall")
RT_CLASS(Box, "ValuesBox", "A number in a box.")
RT_CLASS(Small, "ValuesSmall", "A number in a handle's cell.")

RT_PLUGIN("values", "1.2.3", "Every type of the value table")

RT_FUNCTION(negate, "v_negate(x: bool) -> bool", "Not x.")
RT_FUNCTION(next_i32, "v_next_i32(x: i32) -> i32", "x + 1.")
RT_FUNCTION(minus, "v_minus(a: i64, b: i64) -> i64", "a - b.")
RT_FUNCTION(half, "v_half(x: f64) -> f64", "x / 2.")
RT_FUNCTION(twice, "v_twice(x: text) -> text", "x and x again.")
RT_FUNCTION(length, "v_length(x: text) -> i64", "Bytes of x.")
RT_FUNCTION(reversed_bytes, "v_reversed_bytes(x: bytes) -> bytes", "x backwards.")
RT_FUNCTION(reversed_i64, "v_reversed(x: [i64]) -> [i64]", "x backwards.")
RT_FUNCTION(scaled, "v_scaled(x: [f64], factor: f64) -> [f64]", "x times factor.")
RT_FUNCTION(count_true, "v_count_true(x: [bool]) -> i64", "How many are true.")
RT_FUNCTION(fill_i64, "v_fill_i64(out: mut [i64], first: i64)", "first, first + 1, ...")
RT_FUNCTION(fill_f64, "v_fill_f64(out: mut [f64], value: f64)", "Fills.")
RT_FUNCTION(fill_bytes, "v_fill_bytes(out: mut bytes, value: i64)", "Fills.")
RT_FUNCTION(same_pointer, "v_same_pointer(p: ptr) -> ptr", "p.")
RT_FUNCTION(box, "v_box(value: i64) -> ValuesBox", "Boxes a number.")
RT_FUNCTION(unbox, "v_unbox(box: ValuesBox) -> i64", "The number in the box.")
RT_FUNCTION(unbox_or, "v_unbox_or(box: ValuesBox?, otherwise: i64 = -1) -> i64",
            "The number in the box, if there is one.")
RT_FUNCTION(box_positive, "v_box_positive(value: i64) -> ValuesBox?", "A box for a positive number, else none.")
RT_FUNCTION(sum_boxes, "v_sum_boxes(boxes: [ValuesBox]) -> i64", "The sum of all boxes.")
RT_FUNCTION(boxes, "v_boxes(count: i64) -> [ValuesBox]", "Boxes of 0, 10, 20, ...")
RT_FUNCTION(small, "v_small(value: i32) -> ValuesSmall", "A small object.")
RT_FUNCTION(small_plus, "v_small_plus(small: ValuesSmall, more: i32) -> i32", "The sum.")
RT_FUNCTION(tag_of, "v_tag_of(x: any) -> i64", "The type tag.")
RT_FUNCTION(same, "v_same(x: any) -> any", "x.")
RT_FUNCTION(count_values, "v_count_values(list: [any]) -> i64", "How many values.")
RT_FUNCTION(count_values, "v_count_texts(list: [text]) -> i64", "How many texts.")
RT_FUNCTION(split, "v_split(x: text) -> [text]", "The words of x.")
RT_FUNCTION(half_or_none, "v_half_or_none(x: f64?) -> f64?", "x / 2 where there is an x.")
RT_FUNCTION(four, "v_four(x: i64) -> (i64, f64, text, ValuesBox)", "Four forms of x.")
RT_FUNCTION(shaped,
            "v_shaped(a: i64, b: i64 = 2, *, dims: [i64] = [3, 4], mode: text = \"mean\", deep: bool = false) -> i64",
            "Digits that tell which argument went where.")
RT_FUNCTION_FLAGS(apply, "v_apply(f: fn(x: f64) -> f64, x: f64) -> f64", "f(x).", RT_FUNCTION_CALLS_BACK)
