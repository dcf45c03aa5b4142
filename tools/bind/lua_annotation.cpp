#include "lua_annotation.hpp"

namespace rt::tools::bind {

namespace {

// The parts of `(T, U)`, which `text` is.
std::vector<std::string> elements_of(std::string_view text) {
    std::vector<std::string> parts;
    std::string part;
    int depth = 0;
    for (const char c : text.substr(1, text.rfind(')') - 1)) {
        depth += c == '(' || c == '[' ? 1 : 0;
        depth -= c == ')' || c == ']' ? 1 : 0;
        if (c == ',' && depth == 0) {
            parts.push_back(part);
            part.clear();
        } else {
            part += c;
        }
    }
    parts.push_back(part);
    return parts;
}

std::string class_named(const Interface &interface, std::string_view full_name) {
    const Class *found = interface.find_class(full_name);
    return found != nullptr ? lua_class(*found) : "rtffi.Handle";
}

// fn(x: TorchTensor) -> TorchTensor is fun(x: torch.Tensor): torch.Tensor. One whose parameters have no names is a function.
std::string function_type(const Interface &interface, std::string_view text) {
    const std::string named = "f" + std::string(text.substr(text.find('(')));
    const Signature signature = parse_signature(named);
    if (signature.error != nullptr) {
        return "function";
    }
    std::string parameters;
    for (std::size_t i = 0; i < signature.count; i++) {
        const Parameter &parameter = signature.parameters[i];
        parameters += (i == 0 ? "" : ", ") + std::string(parameter.name) + ": " + lua_type(interface, parameter.type);
    }
    const bool gives = signature.result.kind != Kind::none;
    return "fun(" + parameters + ")" + (gives ? ": " + lua_result(interface, signature.result) : "");
}

std::string plain_type(const Interface &interface, Kind kind, std::string_view name) {
    switch (kind) {
    case Kind::boolean:
        return "boolean";
    case Kind::i32:
    case Kind::i64:
        return "integer";
    case Kind::f64:
        return "number";
    case Kind::text:
        return "string";
    case Kind::bytes:
        return "string|ffi.cdata*";
    case Kind::pointer:
        return "ffi.cdata*";
    case Kind::handle:
        return class_named(interface, name);
    case Kind::function:
        return function_type(interface, name);
    default:
        return "any";
    }
}

bool in_a_buffer(Kind kind) { return kind == Kind::i64 || kind == Kind::f64 || kind == Kind::boolean; }

std::string list_of(const Interface &interface, const Type &type) {
    const std::string element = plain_type(interface, type.element, type.name);
    const bool one_word = !type.element_optional && element.find_first_of(" |(") == std::string::npos;
    return one_word ? element + "[]" : "(" + element + (type.element_optional ? "?" : "") + ")[]";
}

} // namespace

std::string lua_class(const Class &class_) { return class_.plugin + "." + class_.name; }

std::string lua_type(const Interface &interface, const Type &type) {
    if (type.writable) {
        return "ffi.cdata*";
    }
    if (type.kind != Kind::array) {
        return plain_type(interface, type.kind, type.name);
    }
    return list_of(interface, type) + (!type.element_optional && in_a_buffer(type.element) ? "|ffi.cdata*" : "");
}

std::string lua_result(const Interface &interface, const Type &type) {
    std::string text;
    if (type.kind == Kind::tuple) {
        for (const std::string &element : elements_of(type.text)) {
            const Type parsed = detail::SignatureParser(element).type();
            text += (text.empty() ? "" : ", ") + lua_result(interface, parsed);
        }
        return text;
    }
    text = type.kind == Kind::array   ? list_of(interface, type)
           : type.kind == Kind::bytes ? "string"
                                      : plain_type(interface, type.kind, type.name);
    return text + (type.optional ? "?" : "");
}

} // namespace rt::tools::bind
