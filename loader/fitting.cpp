#include "fitting.hpp"

#include <iterator>
#include <limits>

#include "text.hpp"

namespace rt::core {

namespace {

bool is_int32(std::int64_t value) {
    return value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max();
}

bool fits_array(const Type &type, const rt_value &value) {
    const bool is_array = value.type >= RT_I64_ARRAY && value.type <= RT_VALUES;
    if (is_array && (value.size == 0 || value.type == RT_VALUES)) {
        return true; // whoever reads the values looks at each
    }
    switch (type.element) {
    case Kind::boolean:
        return value.type == RT_BOOL_ARRAY;
    case Kind::i64:
        return value.type == RT_I64_ARRAY;
    case Kind::f64:
        return value.type == RT_F64_ARRAY;
    case Kind::handle:
        return value.type == RT_HANDLE_ARRAY || value.type == RT_I64_ARRAY;
    default:
        return is_array && type.element == Kind::any;
    }
}

} // namespace

bool fits(const Type &type, const rt_value &value) {
    if (value.type == RT_NONE && (type.optional || type.element_optional)) {
        return true; // of a list whose elements may be none: all of them
    }
    switch (type.kind) {
    case Kind::boolean:
        return value.type == RT_BOOL;
    case Kind::i32:
        return value.type == RT_INTEGER && is_int32(value.payload.integer);
    case Kind::i64:
        return value.type == RT_INTEGER;
    case Kind::f64:
        return value.type == RT_DOUBLE || value.type == RT_INTEGER;
    case Kind::text:
        return value.type == RT_TEXT;
    case Kind::bytes:
        return value.type == RT_BYTES;
    case Kind::pointer:
        return value.type == RT_POINTER;
    case Kind::handle:
    case Kind::function:
        return value.type == RT_HANDLE || value.type == RT_INTEGER;
    case Kind::tuple:
        return value.type == RT_VALUES;
    case Kind::array:
        return fits_array(type, value);
    default:
        return true; // any, and nothing
    }
}

std::string described(const rt_value *value) {
    static const char *const names[] = {"none",
                                        "a bool",
                                        "an integer",
                                        "a double",
                                        "a handle",
                                        "a ptr",
                                        "a text",
                                        "bytes",
                                        "an array of i64",
                                        "an array of f64",
                                        "an array of bool",
                                        "an array of handles",
                                        "an array of values"};
    if (value == nullptr || value->type >= std::size(names)) {
        return "a value with an unknown type tag";
    }
    std::string text = names[value->type];
    if (value->type == RT_INTEGER) {
        text += joined({" (", std::to_string(value->payload.integer), ")"});
    }
    return text;
}

} // namespace rt::core
