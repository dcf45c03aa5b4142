#include "default_value.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace rt::tools::bind {

namespace {

// One that is too small for a double is left 0, as the core leaves it.
template <class Number> Number read(std::string_view literal) {
    Number number = 0;
    std::from_chars(literal.data() + (literal[0] == '+' ? 1 : 0), literal.data() + literal.size(), number);
    return number;
}

double read_number(std::string_view literal) {
    using Limits = std::numeric_limits<double>;
    if (literal == "nan") {
        return Limits::quiet_NaN();
    }
    return literal == "inf" ? Limits::infinity() : literal == "-inf" ? -Limits::infinity() : read<double>(literal);
}

// A backslash stands for the character behind it.
std::string read_text(std::string_view literal) {
    std::string text;
    for (std::size_t i = 1; i + 1 < literal.size(); i++) {
        i += literal[i] == '\\' && i + 2 < literal.size() ? 1 : 0;
        text += literal[i];
    }
    return text;
}

DefaultList read_list(Kind element, std::string_view literal) {
    Type type;
    type.kind = element;
    DefaultList list;
    std::string_view rest = detail::trimmed(literal.substr(1, literal.size() - 2));
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        list.push_back(default_value(type, detail::trimmed(rest.substr(0, comma))));
        rest = comma == std::string_view::npos ? std::string_view() : detail::trimmed(rest.substr(comma + 1));
    }
    return list;
}

} // namespace

DefaultValue default_value(const Type &type, std::string_view literal) {
    if (literal == "none") {
        return {};
    }
    if (literal == "true" || literal == "false") {
        return {literal == "true"};
    }
    if (literal.front() == '"') {
        return {read_text(literal)};
    }
    if (literal.front() == '[') {
        return {read_list(type.element, literal)};
    }
    const bool number = type.kind == Kind::f64 || literal.find_first_of(".eEn") != std::string_view::npos;
    return number ? DefaultValue{read_number(literal)} : DefaultValue{read<std::int64_t>(literal)};
}

std::string decimal(double number) {
    std::array<char, 32> text{};
    const std::string shortest(text.begin(), std::to_chars(text.begin(), text.end(), number).ptr);
    return shortest.find_first_of(".e") == std::string::npos ? shortest + ".0" : shortest;
}

std::string number_text(double number, const NumberWords &words) {
    if (std::isnan(number)) {
        return words.nan;
    }
    return !std::isinf(number) ? decimal(number) : number > 0 ? words.infinity : words.negative_infinity;
}

} // namespace rt::tools::bind
