#include "rust_types.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace rt::tools::bind {

namespace {

constexpr std::string_view keywords[] = {
    "abstract", "as",     "async",   "await",  "become",  "box",    "break", "const", "continue", "do",
    "dyn",      "else",   "enum",    "extern", "false",   "final",  "fn",    "for",   "gen",      "if",
    "impl",     "in",     "let",     "loop",   "macro",   "match",  "mod",   "move",  "mut",      "override",
    "priv",     "pub",    "ref",     "return", "static",  "struct", "trait", "true",  "try",      "type",
    "typeof",   "unsafe", "unsized", "use",    "virtual", "where",  "while", "yield"};
// Keywords that r# does not help, and a method that would stand before one that every struct here has.
constexpr std::string_view beyond_raw[] = {"self", "Self", "super", "crate", "_", "clone"};
// Of the prelude, which the generated file uses.
constexpr std::string_view prelude[] = {"Box",  "Clone", "Copy",   "Default", "Drop",   "Fn",     "From",
                                        "Into", "None",  "Ok",     "Err",     "Option", "Result", "Self",
                                        "Send", "Some",  "String", "Sync",    "Vec"};

bool is_one_of(std::string_view name, const auto &list) {
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

std::string optional(bool is, const std::string &type) { return is ? "Option<" + type + ">" : type; }

// `fn(x: A) -> B` without its name and result.
std::string_view closure_list(const Type &type) {
    const std::size_t begin = type.name.find('(') + 1;
    std::size_t end = begin;
    for (int depth = 1; end < type.name.size(); end++) {
        depth += type.name[end] == '(' ? 1 : type.name[end] == ')' ? -1 : 0;
        if (depth == 0) {
            break;
        }
    }
    return type.name.substr(begin, end - begin);
}

Type closure_result(const Type &type) {
    const std::string_view list = closure_list(type);
    const std::size_t end = static_cast<std::size_t>(list.data() - type.name.data()) + list.size();
    const std::size_t arrow = type.name.find("->", end);
    return arrow == std::string_view::npos ? Type() : detail::SignatureParser(type.name.substr(arrow + 2)).type();
}

// A type as it is owned, without its `?`.
std::string owned(const Type &type, const RustNames &names);

std::string owned_element(const Type &type, const RustNames &names) {
    Type element;
    element.kind = type.element;
    element.name = type.name;
    const bool known = type.element == Kind::i64 || type.element == Kind::f64 || type.element == Kind::boolean ||
                       type.element == Kind::handle || type.element == Kind::text;
    return optional(type.element_optional, known ? owned(element, names) : "rtffi::Any");
}

std::string owned(const Type &type, const RustNames &names) {
    switch (type.kind) {
    case Kind::none:
        return "()";
    case Kind::boolean:
        return "bool";
    case Kind::i32:
        return "i32";
    case Kind::i64:
        return "i64";
    case Kind::f64:
        return "f64";
    case Kind::text:
        return "String";
    case Kind::bytes:
        return "Vec<u8>";
    case Kind::pointer:
        return "*mut std::ffi::c_void";
    case Kind::any:
        return "rtffi::Any";
    case Kind::handle:
        return names.of_class(type.name);
    case Kind::function:
        return "rtffi::Object";
    case Kind::array:
        return "Vec<" + owned_element(type, names) + ">";
    case Kind::tuple:
        break;
    }
    std::string parts;
    for (const Type &part : rust_list(type.name.substr(1, type.name.size() - 2))) {
        parts += (parts.empty() ? "" : " ") + rust_result(part, names) + ",";
    }
    return "(" + parts + ")";
}

std::string borrowed_element(const Type &type, const RustNames &names, const std::string &life) {
    if (type.element == Kind::text) {
        return optional(type.element_optional, life + "str");
    }
    if (type.element == Kind::handle && type.element_optional) {
        return optional(true, life + names.of_class(type.name));
    }
    return owned_element(type, names);
}

// A type as a reference of that lifetime, "&" or "&'a ", without its `?`.
std::string borrowed(const Type &type, const RustNames &names, const std::string &life) {
    const std::string reference = life + (type.writable ? "mut " : "");
    switch (type.kind) {
    case Kind::text:
        return reference + "str";
    case Kind::bytes:
        return reference + "[u8]";
    case Kind::handle:
        return reference + names.of_class(type.name);
    case Kind::function:
        return "Box<dyn " + rust_closure(type, names) + ">";
    case Kind::array:
        return reference + "[" + borrowed_element(type, names, life) + "]";
    default:
        return owned(type, names);
    }
}

std::string number(std::string_view literal) {
    const double value = std::strtod(std::string(literal).c_str(), nullptr);
    if (std::isnan(value)) {
        return "f64::NAN";
    }
    if (std::isinf(value)) {
        return value > 0 ? "f64::INFINITY" : "f64::NEG_INFINITY";
    }
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.begin(), text.end(), value).ptr;
    const std::string shortest(text.begin(), end);
    return shortest.find_first_of(".e") == std::string::npos ? shortest + ".0" : shortest;
}

std::string integer(std::string_view literal) { return std::string(literal.substr(literal[0] == '+' ? 1 : 0)); }

std::string unescaped(std::string_view literal) {
    std::string text;
    for (std::size_t i = 1; i + 1 < literal.size(); i++) {
        i += literal[i] == '\\' && i + 2 < literal.size() ? 1 : 0;
        text += literal[i];
    }
    return text;
}

std::string any_default(std::string_view literal) {
    if (literal == "true" || literal == "false") {
        return "rtffi::Any::Bool(" + std::string(literal) + ")";
    }
    if (literal.front() == '"') {
        return "rtffi::Any::Text(" + rust_literal(unescaped(literal)) + ".to_owned())";
    }
    const bool whole = literal.find_first_of(".eEn") == std::string_view::npos;
    return whole ? "rtffi::Any::Integer(" + integer(literal) + ")" : "rtffi::Any::Number(" + number(literal) + ")";
}

std::string array_default(const Type &type, std::string_view literal) {
    std::string items;
    std::string_view rest = literal.substr(1, literal.size() - 2);
    Type element;
    element.kind = type.element;
    while (!detail::trimmed(rest).empty()) {
        const std::size_t comma = rest.find(',');
        items += (items.empty() ? "" : ", ") + rust_default(element, detail::trimmed(rest.substr(0, comma)));
        rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    }
    return (type.writable ? "&mut [" : "&[") + items + "]";
}

} // namespace

RustNames::RustNames(const Interface &interface) {
    for (const auto &class_ : interface.classes) {
        const std::string &name = is_one_of(class_->name, prelude) ? class_->full_name : class_->name;
        classes_.emplace_back(class_->full_name, type(is_one_of(name, prelude) ? name + "Object" : name));
    }
}

std::string RustNames::type(const std::string &wanted) {
    std::string name = wanted;
    while (is_one_of(name, taken_)) {
        name += '_';
    }
    taken_.push_back(name);
    return name;
}

const std::string &RustNames::of_class(std::string_view full_name) const {
    return std::find_if(classes_.begin(), classes_.end(), [&](const auto &named) { return named.first == full_name; })
        ->second;
}

std::string rust_identifier(std::string_view name) {
    if (is_one_of(name, beyond_raw)) {
        return std::string(name) + "_";
    }
    std::string identifier = (is_one_of(name, keywords) ? "r#" : "") + std::string(name);
    // Names of functions may hold the dispatcher's separators, as in `aten::add.Tensor`.
    std::replace_if(identifier.begin(), identifier.end(), [](char c) { return c == '.' || c == ':'; }, '_');
    return identifier;
}

std::string camel_case(std::string_view name) {
    std::string camel;
    bool begins = true;
    for (const char c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            camel += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        }
        begins = std::isalnum(static_cast<unsigned char>(c)) == 0;
    }
    return camel;
}

std::string rust_literal(std::string_view text, std::string_view end) {
    std::string literal = "\"";
    for (const char c : text) {
        literal += c == '"' || c == '\\' ? "\\" : "";
        literal += c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : std::string(1, c);
    }
    return literal.append(end) + "\"";
}

std::string rust_default(const Type &type, std::string_view literal) {
    if (literal == "none") {
        return type.kind == Kind::any ? "rtffi::Any::None" : "None";
    }
    if (type.optional && type.kind != Kind::any) {
        Type inner = type;
        inner.optional = false;
        return "Some(" + rust_default(inner, literal) + ")";
    }
    switch (type.kind) {
    case Kind::i32:
    case Kind::i64:
        return integer(literal);
    case Kind::f64:
        return number(literal);
    case Kind::text:
        return rust_literal(unescaped(literal));
    case Kind::any:
        return any_default(literal);
    case Kind::array:
        return array_default(type, literal);
    default:
        return std::string(literal);
    }
}

std::vector<Type> rust_list(std::string_view list) {
    std::vector<Type> types;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t i = 0; i <= list.size(); i++) {
        const char c = i < list.size() ? list[i] : ',';
        depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        if (c == ':' && depth == 0) {
            begin = i + 1; // behind the parameter's name
        } else if (c == ',' && depth == 0) {
            const std::string_view item = list.substr(begin, i - begin);
            if (!detail::trimmed(item).empty()) {
                types.push_back(detail::SignatureParser(item).type());
            }
            begin = i + 1;
        }
    }
    return types;
}

std::string rust_result(const Type &type, const RustNames &names) {
    return optional(type.optional && type.kind != Kind::any, owned(type, names));
}

std::string rust_parameter(const Type &type, const RustNames &names) {
    const std::string reference = type.writable ? "&mut " : "&";
    if (type.kind == Kind::any) {
        return "impl Into<rtffi::Any>";
    }
    if (type.optional) {
        return optional(true, borrowed(type, names, "&"));
    }
    if (type.kind == Kind::bytes) {
        return reference + "[impl rtffi::Plain]";
    }
    if (type.kind == Kind::function) {
        return "impl " + rust_closure(type, names) + " + 'static";
    }
    if (type.is_handles() && !type.element_optional) {
        return reference + "[impl std::borrow::Borrow<" + names.of_class(type.name) + ">]";
    }
    if (type.kind == Kind::array && type.element == Kind::text && !type.element_optional) {
        return reference + "[impl AsRef<str>]";
    }
    return borrowed(type, names, "&");
}

std::string rust_field(const Type &type, const RustNames &names) {
    return optional(type.optional && type.kind != Kind::any, borrowed(type, names, "&'a "));
}

std::string rust_closure(const Type &type, const RustNames &names) {
    std::string parameters;
    for (const Type &parameter : rust_list(closure_list(type))) {
        parameters += (parameters.empty() ? "" : ", ") + rust_result(parameter, names);
    }
    const Type result = closure_result(type);
    const std::string given = result.kind == Kind::tuple ? "Vec<rtffi::Any>" : rust_result(result, names);
    return "Fn(" + parameters + ") -> rtffi::Result<" + given + "> + Send + Sync";
}

bool rust_closure_gives_address(const Type &type) { return closure_result(type).kind == Kind::pointer; }

std::size_t rust_closure_arity(const Type &type) { return rust_list(closure_list(type)).size(); }

} // namespace rt::tools::bind
