// The binding for Simple: its `extern fn` lines. It calls native entries, passes objects as i64, and arrays of them as [i64].
#include <algorithm>
#include <cctype>

#include "language.hpp"
#include "writer.hpp"

namespace rt::tools::bind {

namespace {

// No plugin has its types, so a handle, a callable too, is a number there.
std::string simple_type(const Type &type) {
    switch (type.kind) {
    case Kind::handle:
    case Kind::function:
        return "i64";
    case Kind::array:
        return type.element == Kind::handle ? (type.writable ? "mut [i64]" : "[i64]") : type_text(type);
    default:
        return type_text(type);
    }
}

} // namespace

const char *not_in_simple(const Function &function) {
    const std::string_view name = function.full_name();
    const auto in_name = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
    if (!std::all_of(name.begin(), name.end(), in_name)) {
        return "dots or colons in the name";
    }
    if (function.parsed->variadic) {
        return "any number of arguments";
    }
    if (function.parsed->result.kind == Kind::tuple) {
        return "a tuple as the result";
    }
    return function.is_native() ? nullptr : "types that only dynamic calls have";
}

std::string simple_binding(const Interface &interface) {
    Writer out;
    write_heading(out, "# ", interface);
    for (const auto &function : interface.functions) {
        std::string parameters;
        for (std::size_t i = 0; i < function->parsed->count; i++) {
            const Parameter &parameter = function->parsed->parameters[i];
            parameters += (i == 0 ? "" : ", ") + std::string(parameter.name) + ": " + simple_type(parameter.type);
        }
        const Type &result = function->parsed->result;
        out.line("extern fn " + std::string(function->full_name()) + "(" + parameters + ")" +
                 (result.kind == Kind::none ? "" : " -> " + simple_type(result)));
    }
    return out.text();
}

} // namespace rt::tools::bind
