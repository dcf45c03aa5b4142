// SPDX-License-Identifier: Apache-2.0
// signature_type.hpp - what a signature is, once it is read: a name, parameters, types.
#ifndef RTFFI_DETAIL_SIGNATURE_TYPE_HPP
#define RTFFI_DETAIL_SIGNATURE_TYPE_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rt {

enum class Kind : std::uint8_t {
    none,
    boolean,
    i32,
    i64,
    f64,
    text,
    bytes,
    pointer,
    any,
    handle,
    function,
    tuple,
    array
};

// A type. An array's `element` is never itself an array.
struct Type {
    Kind kind = Kind::none;
    Kind element = Kind::none;
    bool optional = false;         // T?
    bool element_optional = false; // [T?]
    bool writable = false;         // mut
    std::string_view name;         // the class of a handle or of an array's handles; the text of a function or tuple
    std::string_view text;         // as written

    constexpr bool is_handles() const { return kind == Kind::array && element == Kind::handle; }
};

struct Parameter {
    std::string_view name;
    Type type;
    std::string_view fallback; // the default's text, empty where there is none
    bool keyword_only = false;
};

struct Signature {
    static constexpr std::size_t max_parameters = 40;
    std::string_view name;
    Parameter parameters[max_parameters];
    std::size_t count = 0;
    std::size_t positional = 0; // how many come before `*`
    std::size_t required = 0;   // how many of the positional ones have no default
    bool variadic = false;      // `(...)`: whatever the function makes of it
    Type result;
    const char *error = nullptr; // what is wrong, or null
    std::size_t error_at = 0;    // where, in characters from the start
};

} // namespace rt

#endif
