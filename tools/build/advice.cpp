#include "advice.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string_view>

#include <rtffi/detail/signature.hpp>

namespace rt::tools::build {

namespace {

// The rows of plugin.hpp's table; "" where it has none.
struct CppForm {
    Kind kind;
    const char *parameter;
    const char *result;
};

constexpr CppForm forms[] = {
    {Kind::none, "", "void"},
    {Kind::boolean, "bool", "bool"},
    {Kind::i32, "std::int32_t", "std::int32_t"},
    {Kind::i64, "std::int64_t", "std::int64_t"},
    {Kind::f64, "double", "double"},
    {Kind::text, "std::string_view", "std::string"},
    {Kind::bytes, "std::span<const std::byte>", "std::vector<std::byte>"},
    {Kind::pointer, "void *", "void *"},
    {Kind::any, "const rt_value &", "rt_value"},
    {Kind::function, "rt::Callable", ""},
};

const CppForm *form_of(Kind kind) {
    const auto *const form =
        std::find_if(std::begin(forms), std::end(forms), [&](const CppForm &f) { return f.kind == kind; });
    return form != std::end(forms) ? form : nullptr;
}

std::string in_template(const char *name, const std::string &argument) {
    return argument.empty() ? "" : std::string(name) + "<" + argument + ">";
}

std::string element_of(const Type &type) {
    const CppForm *form = form_of(type.element);
    const bool has_memory = type.element == Kind::boolean || type.element == Kind::i64 || type.element == Kind::f64;
    return form != nullptr && has_memory && !type.element_optional ? form->parameter : "";
}

std::string parameter_of(const Type &type) {
    const std::string name(type.name);
    if (type.kind == Kind::handle) {
        return "const " + name + (type.optional ? " *" : " &");
    }
    if (type.is_handles()) {
        return "const " + in_template(type.element_optional ? "rt::OptionalObjects" : "rt::Objects", name) + " &";
    }
    std::string text;
    if (type.kind == Kind::array) {
        const std::string element = type.element == Kind::any ? "rt_value" : element_of(type);
        text = in_template("std::span", element.empty() || type.writable ? element : "const " + element);
    } else if (type.kind == Kind::bytes && type.writable) {
        text = "std::span<std::byte>";
    } else if (const CppForm *form = form_of(type.kind)) {
        text = form->parameter;
    }
    return type.optional && type.kind != Kind::any ? in_template("std::optional", text) : text;
}

std::string result_of(const Type &type) {
    const std::string name(type.name);
    std::string text;
    if (type.kind == Kind::handle) {
        text = name;
    } else if (type.is_handles()) {
        text = in_template("std::vector", type.element_optional ? in_template("std::optional", name) : name);
    } else if (type.kind == Kind::array) {
        text = in_template("std::vector", type.element == Kind::text ? "std::string" : element_of(type));
    } else if (const CppForm *form = form_of(type.kind)) {
        text = form->result;
    }
    return type.optional && type.kind != Kind::any ? in_template("std::optional", text) : text;
}

// TYPE NAME, without a blank behind an asterisk.
std::string declared(const std::string &type, std::string_view name) {
    return type + (type.ends_with('*') || type.ends_with('&') ? "" : " ") + std::string(name);
}

// Such a function, or "" where the table has no form for a type of it.
std::string prototype(const Signature &signature, std::string_view function) {
    std::string parameters;
    for (std::size_t i = 0; i < signature.count; i++) {
        const std::string type = parameter_of(signature.parameters[i].type);
        if (type.empty()) {
            return "";
        }
        parameters += (parameters.empty() ? "" : ", ") + declared(type, signature.parameters[i].name);
    }
    const std::string result = result_of(signature.result);
    return result.empty() || signature.variadic ? "" : declared(result, function) + "(" + parameters + ")";
}

// What stands behind `mark`, or "".
std::string_view behind(std::string_view text, std::string_view mark) {
    const std::size_t at = text.find(mark);
    return at == std::string_view::npos ? "" : text.substr(at + mark.size());
}

} // namespace

std::string advice(const std::string &sentence) {
    const std::string_view function = behind(sentence, "RT_FUNCTION(");
    if (function.empty()) {
        return "";
    }
    auto signature = std::make_unique<Signature>(); // large for a stack
    if (const std::string_view broken = behind(sentence, "the signature does not parse: "); !broken.empty()) {
        *signature = parse_signature(broken);
        return signature->error == nullptr
                   ? ""
                   : std::string("; ") + signature->error + " at character " + std::to_string(signature->error_at + 1);
    }
    for (const char *mark : {"does not agree with: ", "number of parameters than: "}) {
        if (const std::string_view text = behind(sentence, mark);
            sentence.find("C++") != std::string::npos && !text.empty()) {
            *signature = parse_signature(text);
            const std::string wanted = prototype(*signature, function.substr(0, function.find(')')));
            return signature->error != nullptr || wanted.empty() ? "" : "; in C++: " + wanted;
        }
    }
    return "";
}

} // namespace rt::tools::build
