#include "python_types.hpp"

#include <algorithm>

#include "default_value.hpp"
#include "writer.hpp"

namespace rt::tools::bind {

namespace {

constexpr std::string_view python_keywords[] = {
    "False",   "None",     "True",   "__debug__", "and",   "as",     "assert",   "async", "await", "break",
    "class",   "continue", "def",    "del",       "elif",  "else",   "except",   "for",   "from",  "if",
    "finally", "global",   "import", "in",        "is",    "lambda", "nonlocal", "not",   "or",    "pass",
    "raise",   "return",   "self",   "try",       "while", "with",   "yield",
};
// What is Object's own in Python.
constexpr std::string_view methods_of_objects[] = {"class_name", "close", "closed", "handle", "share"};
constexpr std::string_view types[] = {"bool", "bytes", "float", "int", "list", "str", "tuple"};

bool contains(const auto &names, std::string_view name) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\n");
    return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\n") + 1 - begin);
}

std::string joined(const std::vector<std::string> &parts) {
    std::string text;
    for (const std::string &part : parts) {
        text += (text.empty() ? "" : ", ") + part;
    }
    return text;
}

// Where the bracket that opens at `open` closes.
std::size_t closing(std::string_view text, std::size_t open) {
    int depth = 0;
    for (std::size_t i = open; i < text.size(); i++) {
        depth += text[i] == '(' || text[i] == '[' ? 1 : text[i] == ')' || text[i] == ']' ? -1 : 0;
        if (depth == 0) {
            return i;
        }
    }
    return text.size();
}

// The types between the brackets that open at `open`, without the names that parameters may have.
std::vector<Type> types_in(std::string_view text, std::size_t open) {
    std::vector<Type> found;
    const std::size_t end = closing(text, open);
    for (std::size_t at = open + 1; at < end && !trimmed(text.substr(at, end - at)).empty(); at++) {
        std::size_t stop = at;
        while (stop < end && text[stop] != ',') {
            stop = text[stop] == '(' || text[stop] == '[' ? closing(text, stop) + 1 : stop + 1;
        }
        const std::string_view item = text.substr(at, stop - at);
        const std::size_t colon = item.find_first_of(":([");
        const bool named = colon != std::string_view::npos && item[colon] == ':';
        found.push_back(detail::SignatureParser(named ? item.substr(colon + 1) : item).type());
        at = stop;
    }
    return found;
}

std::string type_in_python(const BindingNames &names, const Type &type, bool result);

std::string class_in_python(const BindingNames &names, std::string_view name) {
    const std::string *found = names.class_named(name);
    return found != nullptr ? *found : "_rtffi.Object";
}

std::string list_of(const std::string &element, bool result) {
    return (result ? "list[" : "_Sequence[") + element + "]";
}

Type element_of(const Type &type) {
    Type element;
    element.kind = type.element;
    element.optional = type.element_optional;
    element.name = type.name;
    element.text = type.name;
    return element;
}

std::string array_in_python(const BindingNames &names, const Type &type, bool result) {
    const bool numbers = !type.element_optional &&
                         (type.element == Kind::boolean || type.element == Kind::i64 || type.element == Kind::f64);
    if (result || !numbers) {
        return list_of(type_in_python(names, element_of(type), result), result);
    }
    return type.writable                   ? "_rtffi.WritableBuffer"
           : type.element == Kind::boolean ? "_rtffi.Bools"
           : type.element == Kind::i64     ? "_rtffi.Ints"
                                           : "_rtffi.Floats";
}

// Its parameters are what Python is given, and its result is what Python gives.
std::string function_in_python(const BindingNames &names, std::string_view text) {
    const std::size_t open = text.find('(');
    std::vector<std::string> given;
    for (const Type &type : types_in(text, open)) {
        given.push_back(python_result_type(names, type));
    }
    const std::string_view rest = text.substr(std::min(closing(text, open) + 1, text.size()));
    const std::size_t arrow = rest.find("->");
    std::string gives = "None";
    if (arrow != std::string_view::npos) {
        const Type result = detail::SignatureParser(rest.substr(arrow + 2)).type();
        gives = python_parameter_type(names, result) + (result.element_optional ? " | None" : "");
    }
    return "_Callable[[" + joined(given) + "], " + gives + "]";
}

std::string tuple_in_python(const BindingNames &names, const Type &type, bool result) {
    std::vector<std::string> items;
    for (const Type &item : types_in(type.name, 0)) {
        items.push_back(result ? python_result_type(names, item) : python_parameter_type(names, item));
    }
    return "tuple[" + joined(items) + "]";
}

std::string bare_type(const BindingNames &names, const Type &type, bool result) {
    switch (type.kind) {
    case Kind::none:
        return "None";
    case Kind::boolean:
        return "bool";
    case Kind::i32:
    case Kind::i64:
        return "int";
    case Kind::f64:
        return "float";
    case Kind::text:
        return "str";
    case Kind::bytes:
        return result ? "bytes" : type.writable ? "_rtffi.WritableBuffer" : "_rtffi.Buffer";
    case Kind::pointer:
        return "int | None";
    case Kind::any:
        return "_Any";
    case Kind::handle:
        return class_in_python(names, type.name);
    case Kind::function:
        return function_in_python(names, type.name);
    case Kind::tuple:
        return tuple_in_python(names, type, result);
    case Kind::array:
        return array_in_python(names, type, result);
    }
    return "_Any";
}

// A default.
struct PythonLiteral {
    std::string operator()(std::monostate) const { return "None"; }
    std::string operator()(bool value) const { return value ? "True" : "False"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const {
        return number_text(value, {"float(\"inf\")", "float(\"-inf\")", "float(\"nan\")"});
    }
    std::string operator()(const std::string &value) const { return python_text(value); }
    std::string operator()(const DefaultList &list) const {
        std::vector<std::string> items;
        for (const DefaultValue &item : list) {
            items.push_back(std::visit(*this, item.value));
        }
        return "(" + joined(items) + (items.size() == 1 ? ",)" : ")");
    }
};

std::string type_in_python(const BindingNames &names, const Type &type, bool result) {
    const std::string text = bare_type(names, type, result);
    return type.optional && type.kind != Kind::any ? text + " | None" : text;
}

} // namespace

std::string python_name(std::string_view name) {
    std::string text(name);
    std::replace_if(text.begin(), text.end(), [](char c) { return c == '.' || c == ':'; }, '_');
    return text + (contains(python_keywords, text) ? "_" : "");
}

std::string python_function_name(std::string_view name) {
    return contains(types, name) ? std::string(name) + "_" : python_name(name);
}

std::string python_method_name(std::string_view name) {
    return contains(methods_of_objects, name) ? std::string(name) + "_" : python_function_name(name);
}

std::string python_text(std::string_view text) {
    return "\"" + escaped(text, [](std::string_view character) { return "\\u" + code_point(character); }) + "\"";
}

std::string python_parameter_type(const BindingNames &names, const Type &type) {
    return type_in_python(names, type, false);
}

std::string python_result_type(const BindingNames &names, const Type &type) {
    return type_in_python(names, type, true);
}

std::string python_default(const Parameter &parameter) {
    return std::visit(PythonLiteral{}, default_value(parameter.type, parameter.fallback).value);
}

} // namespace rt::tools::bind
