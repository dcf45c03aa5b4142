#include "rust_types.hpp"

#include <algorithm>
#include <cctype>

#include "default_value.hpp"
#include "writer.hpp"

namespace rt::tools::bind {

namespace {

constexpr std::string_view rust_keywords[] = {
    "abstract", "as",     "async",   "await",  "become",  "box",    "break", "const", "continue", "do",
    "dyn",      "else",   "enum",    "extern", "false",   "final",  "fn",    "for",   "gen",      "if",
    "impl",     "in",     "let",     "loop",   "macro",   "match",  "mod",   "move",  "mut",      "override",
    "priv",     "pub",    "ref",     "return", "static",  "struct", "trait", "true",  "try",      "type",
    "typeof",   "unsafe", "unsized", "use",    "virtual", "where",  "while", "yield"};
// Keywords that r# does not help, what a pattern would take for a value, and a method that would stand before one that every struct
// here has.
constexpr std::string_view beyond_raw[] = {"self", "Self", "super", "crate", "_", "None", "Some", "Ok", "Err", "clone"};
// Of the prelude, which the generated file uses.
constexpr const char *prelude[] = {"AsRef", "Box",    "Clone",  "Copy", "Default", "Drop", "Fn", "From",
                                   "Into",  "Option", "Result", "Send", "String",  "Sync", "Vec"};

bool is_one_of(std::string_view name, const auto &list) {
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

std::string option_type(bool is, const std::string &type) { return is ? "Option<" + type + ">" : type; }

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
    return option_type(type.element_optional, known ? owned(element, names) : "rtffi::Any");
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
        return option_type(type.element_optional, life + "str");
    }
    if (type.element == Kind::handle && type.element_optional) {
        return option_type(true, life + names.of_class(type.name));
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

// A default that is not none.
struct RustLiteral {
    const Type &type;

    std::string operator()(std::monostate) const { return "None"; }
    std::string operator()(bool value) const { return any("Bool", value ? "true" : "false"); }
    std::string operator()(std::int64_t value) const { return any("Integer", std::to_string(value)); }
    std::string operator()(double value) const {
        return any("Number", number_text(value, {"f64::INFINITY", "f64::NEG_INFINITY", "f64::NAN"}));
    }
    std::string operator()(const std::string &value) const {
        return any("Text", rust_literal(value) + (type.kind == Kind::any ? ".to_owned()" : ""));
    }
    std::string operator()(const DefaultList &list) const {
        std::string items;
        for (const DefaultValue &item : list) {
            items = comma(std::move(items), std::visit(*this, item.value));
        }
        return (type.writable ? "&mut [" : "&[") + items + "]";
    }

    std::string any(const std::string &variant, const std::string &value) const {
        return type.kind == Kind::any ? "rtffi::Any::" + variant + "(" + value + ")" : value;
    }
};

// snake_case as CamelCase.
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

// `type` as r#type, and `self` as self_.
std::string rust_identifier(std::string_view name) {
    std::string identifier(name);
    // Names of functions may hold the dispatcher's separators, as in `aten::add.Tensor`.
    std::replace_if(identifier.begin(), identifier.end(), [](char c) { return c == '.' || c == ':'; }, '_');
    return is_one_of(identifier, beyond_raw) ? identifier + "_"
                                             : (is_one_of(identifier, rust_keywords) ? "r#" : "") + identifier;
}

} // namespace

RustNames::RustNames(const Interface &interface)
    : names_(interface, {.of_class = rust_identifier,
                         .of_function = rust_identifier,
                         .of_method = rust_identifier,
                         .own = {std::begin(prelude), std::end(prelude)}}),
      hidden_(class_names(interface, names_)) {
    hidden_.insert("FUNCTION");
    for (const auto &function : interface.functions) {
        const Signature &signature = *function->parsed;
        if (std::none_of(signature.parameters, signature.parameters + signature.count,
                         [](const Parameter &parameter) { return !parameter.fallback.empty(); })) {
            continue;
        }
        const std::string &name = names_.of(*function);
        const std::string camel = camel_case(name.starts_with("r#") ? name.substr(2) : name);
        const std::string owner = function->owner != nullptr ? of_class(function->owner->full_name) : "";
        options_[function.get()] = names_.beside(*function, owner + camel + "Options");
    }
}

std::vector<std::string> RustNames::of_arguments(const Function &function) const {
    return argument_names(function, rust_identifier, hidden_);
}

std::string rust_literal(std::string_view text, std::string_view end) {
    const std::string inside =
        escaped(text, [](std::string_view character) { return "\\u{" + code_point(character) + "}"; });
    return "\"" + inside + std::string(end) + "\"";
}

std::string rust_default(const Parameter &parameter) {
    const Type &type = parameter.type;
    const DefaultValue given = default_value(type, parameter.fallback);
    if (std::holds_alternative<std::monostate>(given.value)) {
        return type.kind == Kind::any ? "rtffi::Any::None" : "None";
    }
    const std::string text = std::visit(RustLiteral{type}, given.value);
    return type.optional && type.kind != Kind::any ? "Some(" + text + ")" : text;
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
    return option_type(type.optional && type.kind != Kind::any, owned(type, names));
}

std::string rust_parameter(const Type &type, const RustNames &names) {
    const std::string reference = type.writable ? "&mut " : "&";
    if (type.kind == Kind::any) {
        return "impl Into<rtffi::Any>";
    }
    if (type.optional) {
        return option_type(true, borrowed(type, names, "&"));
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
    return option_type(type.optional && type.kind != Kind::any, borrowed(type, names, "&'a "));
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
