#include "cpp_text.hpp"

#include <limits>

#include "c_text.hpp"
#include "default_value.hpp"

namespace rt::tools::bind {

namespace {

// The types between the commas of a tuple's text, `([text], (i64, f64))`.
std::vector<std::string_view> tuple_types(std::string_view text) {
    std::vector<std::string_view> types;
    int depth = 0;
    std::size_t begin = 1;
    for (std::size_t i = 0; i < text.size(); i++) {
        depth += text[i] == '(' || text[i] == '[' ? 1 : text[i] == ')' || text[i] == ']' ? -1 : 0;
        if ((text[i] == ',' && depth == 1) || (text[i] == ')' && depth == 0)) {
            types.push_back(text.substr(begin, i - begin));
            begin = i + 1;
        }
    }
    return types;
}

Type parse_type(std::string_view text) { return detail::SignatureParser(text).type(); }

// Whether rt::Value, which any value fits in, stands for it.
bool is_any(const Type &type) {
    return type.kind == Kind::any ||
           (type.kind == Kind::array && (type.element == Kind::any || type.element == Kind::tuple));
}

// Without its `?`.
Type present(Type type) {
    type.optional = false;
    return type;
}

// A default that is no array.
struct CppLiteral {
    std::string operator()(std::monostate) const { return "nullptr"; }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const {
        return value != std::numeric_limits<std::int64_t>::min() ? std::to_string(value)
                                                                 : "std::numeric_limits<std::int64_t>::min()";
    }
    std::string operator()(double value) const {
        return number_text(value,
                           {"std::numeric_limits<double>::infinity()", "-std::numeric_limits<double>::infinity()",
                            "std::numeric_limits<double>::quiet_NaN()"});
    }
    std::string operator()(const std::string &value) const { return c_string(value); }
    std::string operator()(const DefaultList &list) const {
        std::string text;
        for (const DefaultValue &element : list) {
            text = comma(std::move(text), std::visit(*this, element.value));
        }
        return text;
    }
};

// An array of that type in C++. One of bools borrows a constant's, since a vector does not keep them side by side.
std::string array(const std::string &in_cpp, const Type &type, const DefaultList &list) {
    const std::string elements = CppLiteral{}(list);
    return type.element == Kind::boolean && !list.empty() ? in_cpp + "(rt::binding::bools<" + elements + ">)"
                                                          : in_cpp + "{" + elements + "}";
}

std::string optional_type(bool wanted, const std::string &type) {
    return wanted ? "std::optional<" + type + ">" : type;
}

} // namespace

std::string CppTypes::class_name(std::string_view full_name) const {
    const Class *class_ = interface_.find_class(full_name);
    if (class_ == nullptr) {
        return "rt::Handle"; // of a callable's own result, say
    }
    const std::string &name = names_.of(*class_);
    return class_->plugin == plugin_ ? name : "::" + c_identifier(class_->plugin) + "::" + name;
}

std::string CppTypes::scalar(const Type &type) const {
    switch (type.kind) {
    case Kind::none:
        return "void";
    case Kind::boolean:
        return "bool";
    case Kind::i32:
        return "std::int32_t";
    case Kind::i64:
        return "std::int64_t";
    case Kind::f64:
        return "double";
    case Kind::text:
        return "std::string";
    case Kind::pointer:
        return "void *";
    case Kind::handle:
        return class_name(type.name);
    case Kind::function:
        return "rt::Handle";
    default:
        return "rt::binding::Any";
    }
}

std::string CppTypes::element(const Type &array) const {
    Type type;
    type.kind = array.element;
    type.name = array.name;
    return optional_type(array.element_optional && array.element != Kind::any, scalar(type));
}

std::string CppTypes::value(const Type &type) const {
    std::string text;
    if (type.kind == Kind::bytes) {
        text = type.writable ? "std::span<std::byte>" : "std::span<const std::byte>";
    } else if (type.kind == Kind::array) {
        text = type.writable ? "std::span<" + element(type) + ">" : "rt::binding::Array<" + element(type) + ">";
    } else {
        text = scalar(type);
    }
    return optional_type(type.optional && type.kind != Kind::any, text);
}

std::string CppTypes::parameter(const Type &type, const std::string &name) const {
    const bool by_reference = !type.optional ? type.kind == Kind::text || type.kind == Kind::handle ||
                                                   type.kind == Kind::function || type.kind == Kind::any
                                             : type.kind != Kind::boolean && type.kind != Kind::i32 &&
                                                   type.kind != Kind::i64 && type.kind != Kind::f64;
    const std::string text = value(type);
    return by_reference ? "const " + text + " &" + name : text + (text.back() == '*' ? "" : " ") + name;
}

std::string CppTypes::member(const Type &type) const {
    const bool own =
        type.kind == Kind::array && !type.writable && type.element != Kind::boolean && type.element != Kind::any;
    return own ? optional_type(type.optional, "std::vector<" + element(type) + ">") : value(type);
}

std::string CppTypes::result(const Type &type) const {
    if (is_any(type)) {
        return "rt::Value";
    }
    if (type.kind == Kind::tuple) {
        std::string types;
        for (const std::string_view text : tuple_types(type.name)) {
            types += (types.empty() ? "" : ", ") + result(parse_type(text));
        }
        return optional_type(type.optional, "std::tuple<" + types + ">");
    }
    if (type.kind == Kind::bytes || type.kind == Kind::array) {
        const bool numbers = type.element_optional && type.element != Kind::handle;
        const std::string inner = type.kind == Kind::bytes ? "std::byte" : element(type);
        return numbers ? "rt::Value" : optional_type(type.optional, "std::vector<" + inner + ">");
    }
    return optional_type(type.optional, scalar(type));
}

std::string CppTypes::literal(const Parameter &parameter) const {
    const DefaultValue given = default_value(parameter.type, parameter.fallback);
    if (std::holds_alternative<std::monostate>(given.value)) {
        return parameter.type.kind == Kind::any ? "nullptr" : "std::nullopt";
    }
    const auto *list = std::get_if<DefaultList>(&given.value);
    return list != nullptr ? array(value(present(parameter.type)), parameter.type, *list)
                           : std::visit(CppLiteral{}, given.value);
}

std::string CppTypes::fallback(const Parameter &parameter) const {
    const Type &type = parameter.type;
    const DefaultValue given = default_value(type, parameter.fallback);
    if (std::holds_alternative<std::monostate>(given.value) && type.kind != Kind::any) {
        return "{}";
    }
    const bool braces = type.kind == Kind::array && type.element != Kind::boolean && !type.optional;
    return braces ? "{" + std::visit(CppLiteral{}, given.value) + "}" : literal(parameter);
}

std::string CppTypes::member_fallback(const Parameter &parameter) const {
    const DefaultValue given = default_value(parameter.type, parameter.fallback);
    const auto *list = std::get_if<DefaultList>(&given.value);
    return list != nullptr && parameter.type.optional ? array(member(present(parameter.type)), parameter.type, *list)
                                                      : fallback(parameter);
}

bool CppTypes::is_native(const Function &function) const {
    const auto takes = [](const Type &type) { return !(type.optional && type.kind == Kind::text); };
    bool native = function.is_native() && takes(function.parsed->result);
    for (std::size_t i = 0; i < function.parsed->count; i++) {
        native = native && takes(function.parsed->parameters[i].type);
    }
    return native;
}

} // namespace rt::tools::bind
