#include "operator_parameter.hpp"

#include <ATen/core/jit_type.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "constant_names.hpp"

namespace rt::libtorch {

namespace {

SchemaKind kind_of(const c10::Type &type) {
    switch (type.kind()) {
    case c10::TypeKind::TensorType:
        return SchemaKind::tensor;
    case c10::TypeKind::NumberType:
        return SchemaKind::number;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
        return SchemaKind::integer;
    case c10::TypeKind::FloatType:
        return SchemaKind::floating;
    case c10::TypeKind::BoolType:
        return SchemaKind::boolean;
    case c10::TypeKind::StringType:
        return SchemaKind::text;
    case c10::TypeKind::ScalarTypeType:
        return SchemaKind::dtype;
    case c10::TypeKind::LayoutType:
        return SchemaKind::layout;
    case c10::TypeKind::MemoryFormatType:
        return SchemaKind::memory_format;
    case c10::TypeKind::DeviceObjType:
        return SchemaKind::device;
    case c10::TypeKind::GeneratorType:
        return SchemaKind::generator;
    case c10::TypeKind::StreamObjType:
        return SchemaKind::stream;
    case c10::TypeKind::AnyType:
        return SchemaKind::any;
    default:
        return SchemaKind::value;
    }
}

// The type inside `T?`, or the type itself.
c10::TypePtr without_optional(const c10::TypePtr &type, bool &optional) {
    optional = type->kind() == c10::TypeKind::OptionalType;
    return optional ? type->expectRef<c10::OptionalType>().getElementType() : type;
}

const char *word_of(SchemaKind kind) {
    switch (kind) {
    case SchemaKind::tensor:
        return "TorchTensor";
    case SchemaKind::integer:
        return "i64";
    case SchemaKind::floating:
        return "f64";
    case SchemaKind::boolean:
        return "bool";
    case SchemaKind::text:
    case SchemaKind::dtype:
    case SchemaKind::layout:
    case SchemaKind::memory_format:
    case SchemaKind::device:
        return "text";
    case SchemaKind::generator:
        return "TorchGenerator";
    case SchemaKind::stream:
        return "TorchStream";
    case SchemaKind::number:
    case SchemaKind::any:
        return "any";
    default:
        return "TorchValue";
    }
}

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        out += c == '"' || c == '\\' ? "\\" : "";
        out += c;
    }
    return out + "\"";
}

// Written so that reading it gives the same double, and that it reads as one.
std::string number_text(double number) {
    if (std::isnan(number) || std::isinf(number)) {
        return std::isnan(number) ? "nan" : number < 0 ? "-inf" : "inf";
    }
    std::array<char, 64> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    std::string text(buffer.data(), end);
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::string integer_text(SchemaKind kind, std::int64_t number) {
    switch (kind) {
    case SchemaKind::dtype:
        return in_quotes(name_of(static_cast<at::ScalarType>(number)));
    case SchemaKind::layout:
        return in_quotes(name_of(static_cast<at::Layout>(number)));
    case SchemaKind::memory_format:
        return in_quotes(name_of(static_cast<at::MemoryFormat>(number)));
    default:
        return std::to_string(number);
    }
}

// A default as a signature writes it.
std::string text_of(const SchemaType &type, const c10::IValue &value) {
    if (value.isNone()) {
        return "none";
    }
    if (value.isBool()) {
        return value.toBool() ? "true" : "false";
    }
    if (value.isInt()) {
        return integer_text(type.kind, value.toInt());
    }
    if (value.isDouble()) {
        return number_text(value.toDouble());
    }
    if (value.isString()) {
        return in_quotes(value.toStringRef());
    }
    if (value.isDevice()) {
        return in_quotes(value.toDevice().str());
    }
    if (!value.isList()) {
        return "none";
    }
    std::string list;
    for (const c10::IValue &item : value.toListRef()) {
        SchemaType element;
        element.kind = type.kind;
        list += (list.empty() ? "" : ", ") + text_of(element, item);
    }
    return "[" + list + "]";
}

std::string result_text(const c10::FunctionSchema &schema) {
    if (schema.is_varret()) {
        return " -> any";
    }
    std::string list;
    for (const c10::Argument &result : schema.returns()) {
        list += (list.empty() ? "" : ", ") + text_of(schema_type_of(result));
    }
    if (schema.returns().size() > 1) {
        list = "(" + list + ")";
    }
    return list.empty() ? "" : " -> " + list;
}

} // namespace

SchemaType schema_type_of(const c10::Argument &argument) {
    SchemaType out;
    out.written = argument.alias_info() != nullptr && argument.alias_info()->isWrite();
    out.type = without_optional(argument.real_type(), out.optional);
    if (out.type->kind() != c10::TypeKind::ListType) {
        out.kind = kind_of(*out.type);
        return out;
    }
    const c10::TypePtr element = out.type->expectRef<c10::ListType>().getElementType();
    const c10::TypePtr inner = without_optional(element, out.optional_elements);
    const SchemaKind kind = kind_of(*inner);
    if (kind == SchemaKind::value || kind == SchemaKind::any) {
        out.optional_elements = false;
        return out; // a list of lists or of objects
    }
    out.kind = kind;
    out.list = true;
    out.one_serves_all = argument.N().has_value();
    // The dispatcher's own type: a SymInt is an int there.
    bool ignored = false;
    const c10::TypePtr stored = without_optional(argument.type(), ignored);
    out.type = stored;
    out.element = stored->expectRef<c10::ListType>().getElementType();
    return out;
}

std::vector<SchemaParameter> schema_parameters_of(const c10::FunctionSchema &schema) {
    std::vector<SchemaParameter> parameters;
    for (const c10::Argument &argument : schema.arguments()) {
        // One of LibTorch's own schemas has a name twice.
        const bool taken = std::any_of(parameters.begin(), parameters.end(),
                                       [&](const SchemaParameter &p) { return p.name == argument.name(); });
        SchemaParameter parameter{
            argument.name() + (taken ? "_2" : ""), schema_type_of(argument), argument.kwarg_only(), false, {}};
        if (argument.default_value().has_value()) {
            parameter.has_default = true;
            parameter.fallback = *argument.default_value();
        }
        parameters.push_back(std::move(parameter));
    }
    return parameters;
}

std::string text_of(const SchemaType &type) {
    std::string text = word_of(type.kind);
    if (type.list) {
        text = "[" + text + (type.optional_elements ? "?" : "") + "]";
    }
    return type.optional ? text + "?" : text;
}

void ParameterList::add(const SchemaParameter &parameter, const std::string &word) {
    if (parameter.keyword_only && !keyword_only_) {
        text += text.empty() ? "*" : ", *";
        keyword_only_ = true;
    }
    text += (text.empty() ? "" : ", ") + parameter.name + ": " + word;
    if (parameter.has_default) {
        text += " = " + text_of(parameter.type, parameter.fallback);
    }
}

std::string signature_of(const std::string &name, const c10::FunctionSchema &schema,
                         const std::vector<SchemaParameter> &parameters) {
    if (schema.is_vararg()) {
        return name + "(...)" + result_text(schema);
    }
    ParameterList list;
    for (const SchemaParameter &parameter : parameters) {
        list.add(parameter, text_of(parameter.type));
    }
    return name + "(" + list.text + ")" + result_text(schema);
}

bool takes_dimnames(const c10::FunctionSchema &schema) {
    const std::string &overload = schema.overload_name();
    if (!schema.name().starts_with("aten::")) {
        return false;
    }
    for (const char *mark : {"imname", "names"}) {
        if (overload.find(mark) != std::string::npos) {
            return true;
        }
    }
    for (const c10::Argument &argument : schema.arguments()) {
        bool optional = false;
        if (without_optional(argument.type(), optional)->str() == "str[]") {
            return true;
        }
    }
    return false;
}

} // namespace rt::libtorch
