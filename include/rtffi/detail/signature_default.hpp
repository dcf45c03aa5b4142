// SPDX-License-Identifier: Apache-2.0
// signature_default.hpp - the defaults of parameters: whether a text such as `1e-5` is a value of a type.
#ifndef RTFFI_DETAIL_SIGNATURE_DEFAULT_HPP
#define RTFFI_DETAIL_SIGNATURE_DEFAULT_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "signature_type.hpp"

namespace rt::detail {

constexpr bool digit(char c) { return c >= '0' && c <= '9'; }

inline constexpr std::uint64_t max_i64 = 0x7fffffffffffffffU;

// Whether the text is a decimal integer from -limit - 1 to limit.
constexpr bool is_integer(std::string_view s, std::uint64_t limit) {
    const bool negative = s[0] == '-';
    const std::string_view digits = s.substr(s[0] == '-' || s[0] == '+' ? 1 : 0);
    std::uint64_t value = 0;
    for (const char c : digits) {
        // A limit of 2^63 - 1 leaves room for one more digit than fits.
        if (!digit(c) || value > limit / 10) {
            return false;
        }
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return !digits.empty() && value <= limit + (negative ? 1 : 0);
}

constexpr bool take_sign(std::string_view &s) {
    const bool negative = !s.empty() && s[0] == '-';
    if (negative || (!s.empty() && s[0] == '+')) {
        s.remove_prefix(1);
    }
    return negative;
}

// Takes the exponent off the front, `e-12`. Beyond a million it is not read exactly: no signature is that long.
constexpr std::int64_t take_exponent(std::string_view &s) {
    s.remove_prefix(1);
    const bool negative = take_sign(s);
    std::int64_t exponent = 0;
    for (; !s.empty() && digit(s[0]); s.remove_prefix(1)) {
        exponent = exponent > 1000000 ? exponent : exponent * 10 + (s[0] - '0');
    }
    return negative ? -exponent : exponent;
}

// Whether the text is a decimal number that a double holds. It is read as 0.LEADING * 10^point, where LEADING has 19
// digits, which are enough to tell what rounds to infinity.
constexpr bool is_number(std::string_view s) {
    constexpr int kept = 19;
    constexpr std::uint64_t beyond_largest = 1797693134862315807U; // the largest is 0.1797693134862315708e309
    if (s == "inf" || s == "-inf" || s == "nan") {
        return true;
    }
    take_sign(s);
    std::uint64_t leading = 0;
    std::int64_t point = 0;
    int taken = 0;
    bool digits = false;
    bool fraction = false;
    for (; !s.empty() && (digit(s[0]) || (s[0] == '.' && !fraction)); s.remove_prefix(1)) {
        if (s[0] == '.') {
            fraction = true;
            continue;
        }
        digits = true;
        if (leading == 0 && s[0] == '0') {
            point -= fraction ? 1 : 0;
            continue;
        }
        point += fraction ? 0 : 1;
        if (taken < kept) {
            leading = leading * 10 + static_cast<std::uint64_t>(s[0] - '0');
            taken++;
        }
    }
    if (digits && s.size() > 1 && (s[0] == 'e' || s[0] == 'E')) {
        digits = digit(s.back());
        point += take_exponent(s);
    }
    for (; leading != 0 && taken < kept; taken++) {
        leading *= 10;
    }
    const bool finite = leading == 0 || point < 309 || (point == 309 && leading < beyond_largest);
    return digits && s.empty() && finite;
}

// A number for `any` is a double where it is written as one, and else an i64.
constexpr bool is_any_number(std::string_view s) {
    return is_number(s) && (s.find_first_of(".eEn") != std::string_view::npos || is_integer(s, max_i64));
}

constexpr std::string_view trimmed(std::string_view s) {
    const std::size_t begin = s.find_first_not_of(" \t\n");
    return begin == std::string_view::npos ? std::string_view()
                                           : s.substr(begin, s.find_last_not_of(" \t\n") + 1 - begin);
}

constexpr bool fits(const Type &t, std::string_view s);

// An array's default: empty, or numbers or bools.
constexpr bool elements_fit(Kind element, std::string_view s) {
    std::string_view rest = trimmed(s.substr(1, s.size() - 2));
    Type type;
    type.kind = element;
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        const std::string_view item = trimmed(rest.substr(0, comma));
        const bool plain = element == Kind::i64 || element == Kind::f64 || element == Kind::boolean;
        if (!plain || item.empty() || !fits(type, item)) {
            return false;
        }
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    return true;
}

// Whether a default's text is a value of the type.
constexpr bool fits(const Type &t, std::string_view s) {
    if (s == "none") {
        return t.optional || t.kind == Kind::any;
    }
    switch (t.kind) {
    case Kind::boolean:
        return s == "true" || s == "false";
    case Kind::i32:
        return is_integer(s, 0x7fffffffU);
    case Kind::i64:
        return is_integer(s, max_i64);
    case Kind::f64:
        return is_number(s);
    case Kind::text:
        return s.front() == '"';
    case Kind::array:
        // Memory to be written to is the caller's: there is none but the empty one.
        return s.front() == '[' && elements_fit(t.element, s) &&
               (!t.writable || trimmed(s.substr(1, s.size() - 2)).empty());
    case Kind::any:
        return s == "true" || s == "false" || s.front() == '"' || is_any_number(s);
    default:
        return false;
    }
}

} // namespace rt::detail

#endif
