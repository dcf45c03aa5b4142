// default_value.hpp - what the default of a parameter stands for, as the core reads it (loader/signature.cpp). Languages write the
// value, since each reads the text in its own way: `010` is eight in C++, and `"\n"` a line's end.
#pragma once

#include <cstdint>
#include <rtffi/detail/signature.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rt::tools::bind {

struct DefaultValue;
using DefaultList = std::vector<DefaultValue>;

// None, or a value, or the elements of an array.
struct DefaultValue {
    std::variant<std::monostate, bool, std::int64_t, double, std::string, DefaultList> value;
};

// `literal` fits the type.
DefaultValue default_value(const Type &type, std::string_view literal);

// The shortest text that reads back as the same number, with a point or an exponent: `1.0`. Of none that is infinite or NaN.
std::string decimal(double number);

// The same of any number: a language has words of its own for those without digits.
struct NumberWords {
    const char *infinity;
    const char *negative_infinity;
    const char *nan;
};
std::string number_text(double number, const NumberWords &words);

} // namespace rt::tools::bind
