#include "value_text.hpp"

#include <charconv>
#include <cmath>
#include <rtffi/detail/signature.hpp>
#include <rtffi/host.hpp>
#include <span>

namespace rt::tools {

namespace {

// The shortest text that reads back as the same number.
std::string number_text(double number) {
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, number);
    return error == std::errc() ? std::string(text, end) : "";
}

std::string hexadecimal(std::uint64_t number) {
    char text[16];
    const auto [end, error] = std::to_chars(text, text + sizeof text, number, 16);
    return error == std::errc() ? "0x" + std::string(text, end) : "";
}

// The function `NAME_to_text(x: Class) -> text`, or null.
const rt_function *to_text_of(std::string_view class_name) {
    for (const FunctionInfo &function : Registry::functions()) {
        if (!function.name.ends_with("_to_text")) {
            continue;
        }
        const Signature signature = parse_signature(function.signature);
        if (signature.error == nullptr && signature.count == 1 && signature.result.kind == Kind::text &&
            signature.parameters[0].type.kind == Kind::handle && signature.parameters[0].type.name == class_name) {
            return function.record;
        }
    }
    return nullptr;
}

// "" where no function writes it.
std::string described(std::int64_t handle, std::string_view class_name) {
    const rt_function *to_text = to_text_of(class_name);
    if (to_text == nullptr) {
        return "";
    }
    try {
        return call<std::string>(to_text, rt_handle(handle));
    } catch (const Error &) {
        return ""; // then its class and number must do
    }
}

std::string class_of(std::int64_t handle) {
    const char *name = rt_handle_class(handle);
    return name != nullptr ? name : "unknown";
}

std::string object_text(std::int64_t handle) {
    if (handle == 0) {
        return "none";
    }
    const std::string class_name = class_of(handle);
    const std::string text = described(handle, class_name);
    return !text.empty() ? text : class_name + " handle " + hexadecimal(static_cast<std::uint64_t>(handle));
}

Json object_json(std::int64_t handle) {
    if (handle == 0) {
        return nullptr;
    }
    const std::string class_name = class_of(handle);
    const std::string text = described(handle, class_name);
    return {{"class", class_name}, {"handle", handle}, {"text", text.empty() ? Json() : Json(text)}};
}

Json number_json(double number) { return std::isfinite(number) ? Json(number) : Json(number_text(number)); }

template <class T> std::span<const T> elements(const rt_value &value) {
    return {static_cast<const T *>(value.payload.pointer), static_cast<std::size_t>(value.size)};
}

std::string_view text_in(const rt_value &value) {
    return {static_cast<const char *>(value.payload.pointer), static_cast<std::size_t>(value.size)};
}

std::string bytes_text(const rt_value &value) {
    constexpr const char *digits = "0123456789abcdef";
    std::string text;
    for (const char c : text_in(value)) {
        const auto byte = static_cast<unsigned char>(c);
        text += {digits[byte / 16], digits[byte % 16]};
    }
    return text;
}

// Objects may take several lines each.
template <class T, class Convert> std::string list_text(const rt_value &value, Convert convert) {
    std::string text;
    for (const T &element : elements<T>(value)) {
        const std::string one = convert(element);
        const bool lines = one.find('\n') != std::string::npos;
        text += text.empty() ? "" : lines ? ",\n" : ", ";
        text += one;
    }
    return "[" + text + "]";
}

template <class T, class Convert> Json list_json(const rt_value &value, Convert convert) {
    Json list = Json::array();
    for (const T &element : elements<T>(value)) {
        list.push_back(convert(element));
    }
    return list;
}

// Inside a list a text needs quotes, and none a word.
std::string element_text(const rt_value &value) {
    if (value.type == RT_TEXT) {
        return Json(text_in(value)).dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    return value.type == RT_NONE ? "none" : text_of(value);
}

} // namespace

std::string text_of(const rt_value &value) {
    switch (value.type) {
    case RT_BOOL:
        return value.payload.integer != 0 ? "true" : "false";
    case RT_INTEGER:
        return std::to_string(value.payload.integer);
    case RT_DOUBLE:
        return number_text(value.payload.number);
    case RT_HANDLE:
        return object_text(value.payload.integer);
    case RT_POINTER:
        return "pointer " + hexadecimal(reinterpret_cast<std::uintptr_t>(value.payload.pointer));
    case RT_TEXT:
        return std::string(text_in(value));
    case RT_BYTES:
        return bytes_text(value);
    case RT_I64_ARRAY:
        return list_text<std::int64_t>(value, [](std::int64_t n) { return std::to_string(n); });
    case RT_F64_ARRAY:
        return list_text<double>(value, number_text);
    case RT_BOOL_ARRAY:
        return list_text<bool>(value, [](bool b) { return std::string(b ? "true" : "false"); });
    case RT_HANDLE_ARRAY:
        return list_text<std::int64_t>(value, object_text);
    case RT_VALUES:
        return list_text<rt_value>(value, element_text);
    default:
        return "";
    }
}

Json json_of(const rt_value &value) {
    switch (value.type) {
    case RT_BOOL:
        return value.payload.integer != 0;
    case RT_INTEGER:
        return value.payload.integer;
    case RT_DOUBLE:
        return number_json(value.payload.number);
    case RT_HANDLE:
        return object_json(value.payload.integer);
    case RT_I64_ARRAY:
        return list_json<std::int64_t>(value, [](std::int64_t n) { return n; });
    case RT_F64_ARRAY:
        return list_json<double>(value, number_json);
    case RT_BOOL_ARRAY:
        return list_json<bool>(value, [](bool b) { return b; });
    case RT_HANDLE_ARRAY:
        return list_json<std::int64_t>(value, object_json);
    case RT_VALUES:
        return list_json<rt_value>(value, json_of);
    case RT_NONE:
        return nullptr;
    default:
        return text_of(value);
    }
}

} // namespace rt::tools
