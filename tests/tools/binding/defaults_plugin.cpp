// A plugin that says what it was given, with defaults of which every language has a reading of its own.
#include <cstdint>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <rtffi/plugin.hpp>

namespace {

std::string shown(double x) {
    char text[40];
    std::snprintf(text, sizeof text, "%a", x);
    return text;
}
std::string shown(std::int64_t x) { return std::to_string(x); }
std::string shown(std::int32_t x) { return std::to_string(x); }
std::string shown(bool x) { return x ? "true" : "false"; }
std::string shown(std::string_view x) {
    std::string text;
    for (const char c : x) {
        char escape[8];
        std::snprintf(escape, sizeof escape, "<%02x>", static_cast<unsigned>(static_cast<unsigned char>(c)));
        text += c >= ' ' && c <= '~' ? std::string(1, c) : escape;
    }
    return "'" + text + "'";
}
std::string shown(const rt_value &x) {
    return x.type == RT_INTEGER  ? shown(x.payload.integer)
           : x.type == RT_DOUBLE ? shown(x.payload.number)
           : x.type == RT_TEXT   ? shown(std::string_view(static_cast<const char *>(x.payload.pointer), x.size))
                                 : "type " + std::to_string(x.type);
}
template <class T> std::string shown(std::span<const T> list) {
    std::string text = "[";
    for (const T &item : list) {
        text += shown(item) + ",";
    }
    return text + "]";
}
template <class T> std::string shown(const std::optional<T> &x) { return x ? shown(*x) : "none"; }

using Reals = std::span<const double>;
using Wholes = std::span<const std::int64_t>;
using Flags = std::span<const bool>;

std::string given(std::int64_t octal, std::int64_t least, std::int32_t minus, double real, double large, double zero,
                  double tiny, double between, std::string_view text, std::string_view bracket, Reals reals,
                  Wholes wholes, Flags flags, const rt_value &whole, const rt_value &number, const rt_value &nan,
                  const rt_value &quoted, std::optional<Wholes> empty, std::optional<Reals> full,
                  std::optional<Flags> bits, std::optional<std::int64_t> maybe,
                  std::optional<std::string_view> maybe_text, std::int64_t last) {
    (void)last;
    std::string all;
    for (const std::string &one :
         {shown(octal), shown(least),   shown(minus),  shown(real),      shown(large),  shown(zero),
          shown(tiny),  shown(between), shown(text),   shown(bracket),   shown(reals),  shown(wholes),
          shown(flags), shown(whole),   shown(number), shown(nan),       shown(quoted), shown(empty),
          shown(full),  shown(bits),    shown(maybe),  shown(maybe_text)}) {
        all += one + " ";
    }
    return all;
}

} // namespace

#define PARAMETERS                                                                                                     \
    "octal: i64 = 010, least: i64 = -9223372036854775808, minus: i32 = -010, real: f64 = 010, "                        \
    "large: f64 = 99999999999999999999, zero: f64 = -0, tiny: f64 = 1e-400, between: f64 = 9007199254740993, "         \
    "text: text = \"a\\n\\\"\\\\?\?/\n\t\x01\xe2\x80\xae\xc3\xa9\\\n\", bracket: text = \")(, = ]\", "                 \
    "reals: [f64] = [inf, -inf, nan, 010, +1e3], wholes: [i64] = [-9223372036854775808,\n010, +7], "                   \
    "flags: [bool] = [true, false], whole: any = 010, number: any = 1e3, nan: any = nan, quoted: any = \"\\q\\\"\", "  \
    "empty: [i64]? = [], full: [f64]? = [1, inf], bits: [bool]? = [true], maybe: i64? = 010, "                         \
    "maybe_text: text? = \"\\t\", last: i64 = 0"

RT_PLUGIN("defaults", "1.0.0", "Defaults of every type")
RT_FUNCTION(given, "defaults_given(" PARAMETERS ") -> text", "What it was given.")
RT_FUNCTION(given, "defaults_named(*, " PARAMETERS ") -> text", "The same, with parameters that go by name.")
