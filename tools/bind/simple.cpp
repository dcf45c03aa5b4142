// The binding for Simple: its `extern fn` lines. It passes objects as i64, and arrays of them as [i64].
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
