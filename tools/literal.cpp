#include "literal.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

namespace rt::tools {

namespace {

constexpr std::size_t deepest = 100; // each level takes room on the stack

[[noreturn]] void refuse(std::string_view text, const std::string &wanted) {
    throw Error(RT_E_TYPE, "'" + std::string(text) + "' is no " + wanted, "wrong_type");
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\n");
    return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\n") + 1 - begin);
}

template <class T> std::optional<T> number(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1); // which from_chars does not know
    }
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<bool> boolean(std::string_view text) {
    return text == "true" ? std::optional(true) : text == "false" ? std::optional(false) : std::nullopt;
}

Type type_of(Kind kind) {
    Type type;
    type.kind = kind;
    return type;
}

bool is_list(std::string_view text) { return text.starts_with('[') && text.ends_with(']'); }

rt_value integer_in(std::string_view text, std::int64_t least, std::int64_t most, const char *name) {
    const std::optional<std::int64_t> value = number<std::int64_t>(text);
    if (!value || *value < least || *value > most) {
        refuse(text, name);
    }
    return rt_i64(*value);
}

} // namespace

std::vector<std::string_view> items_of(std::string_view bracketed) {
    const std::string_view inner = trimmed(bracketed.substr(1, bracketed.size() - 2));
    std::vector<std::string_view> items;
    std::string open; // the brackets that are open, innermost last
    bool quoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < inner.size(); i++) {
        const char c = inner[i];
        if (quoted) {
            i += c == '\\' ? 1 : 0;
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '(') {
            open += c == '[' ? ']' : ')';
            if (open.size() > deepest) {
                refuse(bracketed.substr(0, 20), "list: brackets are nested deeper than " + std::to_string(deepest));
            }
        } else if (c == ']' || c == ')') {
            if (open.empty() || open.back() != c) {
                refuse(bracketed, "list: its brackets do not match");
            }
            open.pop_back();
        } else if (c == ',' && open.empty()) {
            items.push_back(trimmed(inner.substr(begin, i - begin)));
            begin = i + 1;
        }
    }
    if (quoted || !open.empty()) {
        refuse(bracketed, "list: its brackets or quotes do not match");
    }
    if (!inner.empty()) {
        items.push_back(trimmed(inner.substr(begin)));
    }
    return items;
}

bool is_call(std::string_view text) {
    const std::size_t bracket = text.find('(');
    if (bracket == 0 || bracket == std::string_view::npos || !text.ends_with(')')) {
        return false;
    }
    return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bracket), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':' || c == '.';
    });
}

rt_value Literals::read(const Type &type, std::string_view text) {
    if (type.optional && text == "none") {
        return rt_none();
    }
    switch (type.kind) {
    case Kind::boolean:
        if (const std::optional<bool> value = boolean(text)) {
            return rt_bool(*value);
        }
        refuse(text, "bool: write true or false");
    case Kind::i32:
        return integer_in(text, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max(),
                          "i32");
    case Kind::i64:
        return integer_in(text, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
                          "i64");
    case Kind::f64:
        if (const std::optional<double> value = number<double>(text)) {
            return rt_f64(*value);
        }
        refuse(text, "f64");
    case Kind::text:
        return read_text(RT_TEXT, text);
    case Kind::bytes: {
        rt_value bytes = read_text(RT_BYTES, text);
        bytes.flags = type.writable ? RT_VALUE_MUTABLE : 0;
        return bytes;
    }
    case Kind::any:
        return read_any(text);
    case Kind::array:
        return read_array(type, text);
    case Kind::handle:
        return read_object(text);
    default:
        refuse(text, std::string(type.text) + ": a value of this type cannot be written on a command line");
    }
}

rt_value Literals::read_text(std::uint32_t tag, std::string_view text) {
    if (text.starts_with('"')) {
        const auto parsed = nlohmann::json::parse(text, nullptr, false);
        if (!parsed.is_string()) {
            refuse(text, "text in quotes, as in JSON");
        }
        texts_.push_back(parsed.get<std::string>());
    } else {
        texts_.emplace_back(text);
    }
    return rt_memory(tag, texts_.back().data(), texts_.back().size());
}

rt_value Literals::read_object(std::string_view text) {
    if (text == "none" || text == "0") {
        return rt_handle(0);
    }
    if (!is_call(text)) {
        refuse(text, "object: write the call that makes it, such as geo_polygon([0,0, 1,0, 0,1])");
    }
    objects_.push_back(call_(text));
    return objects_.back().raw();
}

rt_value Literals::read_any(std::string_view text) {
    if (text == "none") {
        return rt_none();
    }
    if (const std::optional<bool> value = boolean(text)) {
        return rt_bool(*value);
    }
    if (const std::optional<std::int64_t> value = number<std::int64_t>(text)) {
        return rt_i64(*value);
    }
    if (const std::optional<double> value = number<double>(text)) {
        return rt_f64(*value);
    }
    if (is_list(text)) {
        return read_any_array(text);
    }
    return is_call(text) ? read_object(text) : read_text(RT_TEXT, text);
}

rt_value Literals::read_any_array(std::string_view text) {
    const std::vector<std::string_view> items = items_of(text);
    const auto all = [&](auto test) { return std::all_of(items.begin(), items.end(), test); };
    Type array = type_of(Kind::array);
    array.element = all([](std::string_view item) { return number<std::int64_t>(item).has_value(); }) ? Kind::i64
                    : all([](std::string_view item) { return number<double>(item).has_value(); })     ? Kind::f64
                    : all([](std::string_view item) { return boolean(item).has_value(); })            ? Kind::boolean
                                                                                                      : Kind::any;
    return read_array(array, text);
}

template <class T>
rt_value Literals::numbers(std::uint32_t tag, const Type &element, const std::vector<std::string_view> &items) {
    std::vector<T> all;
    all.reserve(items.size());
    for (const std::string_view item : items) {
        const rt_value value = read(element, item);
        if constexpr (std::is_same_v<T, double>) {
            all.push_back(value.payload.number);
        } else {
            all.push_back(value.payload.integer);
        }
    }
    auto &kept = [this]() -> auto & {
        if constexpr (std::is_same_v<T, double>) {
            return doubles_;
        } else {
            return integers_;
        }
    }();
    kept.push_back(std::move(all));
    return rt_memory(tag, kept.back().data(), kept.back().size());
}

rt_value Literals::values(const Type &element, const std::vector<std::string_view> &items) {
    std::vector<rt_value> all;
    all.reserve(items.size());
    for (const std::string_view item : items) {
        all.push_back(read(element, item));
    }
    values_.push_back(std::move(all));
    return rt_memory(RT_VALUES, values_.back().data(), values_.back().size());
}

rt_value Literals::read_array(const Type &type, std::string_view text) {
    const bool numbers_only = type.element == Kind::i64 || type.element == Kind::f64;
    if (one_for_list_ && numbers_only && number<double>(text)) {
        return read(type_of(type.element), text);
    }
    if (!is_list(text)) {
        refuse(text, std::string(type.text.empty() ? "list" : type.text) + ": write a list such as [1, 2]");
    }
    const std::vector<std::string_view> items = items_of(text);
    Type element = type_of(type.element);
    element.optional = type.element_optional;
    element.text = type.name;
    // Elements that may be none have no array of their own.
    const Kind stored = type.element_optional ? Kind::any : type.element;
    rt_value value{};
    if (stored == Kind::i64) {
        value = numbers<std::int64_t>(RT_I64_ARRAY, element, items);
    } else if (stored == Kind::f64) {
        value = numbers<double>(RT_F64_ARRAY, element, items);
    } else if (stored == Kind::handle) {
        value = numbers<std::int64_t>(RT_HANDLE_ARRAY, element, items);
    } else if (stored == Kind::boolean) {
        booleans_.push_back(std::make_unique<bool[]>(items.size()));
        std::transform(items.begin(), items.end(), booleans_.back().get(),
                       [&](std::string_view item) { return read(element, item).payload.integer != 0; });
        value = rt_memory(RT_BOOL_ARRAY, booleans_.back().get(), items.size());
    } else {
        value = values(element, items);
    }
    value.flags = type.writable ? RT_VALUE_MUTABLE : 0;
    return value;
}

} // namespace rt::tools
