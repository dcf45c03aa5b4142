#include "html.hpp"

#include <algorithm>
#include <cctype>

namespace rt::tools::report {

namespace {

// In texts and in values between double quotes.
std::string escaped(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        case '\'':
            result += "&#39;";
            break;
        default: // HTML has no other control characters
            result += (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f ? ' ' : c;
        }
    }
    return result;
}

// Those that stand in a line of text, where a line end would be a blank.
bool is_inline(std::string_view tag) {
    static constexpr std::string_view tags[] = {"a", "b", "code", "kbd", "output", "span", "strong", "time"};
    return std::find(std::begin(tags), std::end(tags), tag) != std::end(tags);
}

} // namespace

void Html::open(std::string_view tag, Attributes attributes) {
    markup_.append("<").append(tag);
    for (const auto &[name, value] : attributes) {
        markup_.append(" ").append(name);
        if (!value.empty()) {
            markup_.append("=\"").append(escaped(value)).append("\"");
        }
    }
    markup_ += '>';
}

Html &Html::close(std::string_view tag) {
    markup_.append("</").append(tag).append(is_inline(tag) ? ">" : ">\n");
    return *this;
}

Html &Html::element(std::string_view tag, std::string_view text, Attributes attributes) {
    return within(tag, attributes, [&] { this->text(text); });
}

Html &Html::empty(std::string_view tag, Attributes attributes) {
    open(tag, attributes);
    markup_ += '\n';
    return *this;
}

Html &Html::text(std::string_view text) {
    markup_ += escaped(text);
    return *this;
}

Html &Html::raw(std::string_view markup) {
    markup_ += markup;
    return *this;
}

std::string Html::unique_id(std::string_view kind, std::string_view name) {
    std::string id = std::string(kind) + "-";
    for (const char c : name) {
        const bool kept = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':' || c == '.';
        id += kept ? c : '-';
    }
    std::string free = id;
    for (int number = 2; !ids_.insert(free).second; number++) {
        free = id + "-" + std::to_string(number);
    }
    return free;
}

} // namespace rt::tools::report
