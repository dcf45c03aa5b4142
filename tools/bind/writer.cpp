#include "writer.hpp"

#include <algorithm>
#include <cstdio>

#include "../embedded.hpp"
#include "interface.hpp"

namespace rt::tools::bind {

namespace {
constexpr std::size_t spaces_of_depth = 4;
constexpr std::size_t longest_line = 100;
} // namespace

Writer &Writer::line(std::string_view text) {
    if (!text.empty()) {
        text_.append(depth_ * spaces_of_depth, ' ').append(text);
    }
    text_ += '\n';
    return *this;
}

Writer &Writer::comment(std::string_view mark, std::string_view doc) {
    const std::string plain = harmless(doc);
    std::string_view text = plain;
    const std::size_t taken = mark.size() + depth_ * spaces_of_depth;
    const std::size_t room = longest_line > taken + 20 ? longest_line - taken : 20;
    while (!text.empty()) {
        std::size_t end = std::min(text.find('\n'), text.size());
        if (end > room) {
            const std::size_t blank = text.rfind(' ', room);
            end = blank != std::string_view::npos && blank > 0 ? blank : std::min(text.find(' '), end);
        }
        const std::string_view words = text.substr(0, end);
        // At its end, a backslash would have the next line be of the comment, too.
        line(std::string(mark).append(words).append(words.ends_with('\\') ? "." : ""));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return *this;
}

void write_files(Writer &out, std::initializer_list<std::string_view> paths) {
    for (const std::string_view path : paths) {
        if (path != *paths.begin()) {
            out.line();
        }
        std::string_view text = embedded_file(path).text;
        while (!text.empty()) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            out.line(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }
}

std::string in_one_line(std::string_view text) {
    std::string line = harmless(text);
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

std::string escaped(std::string_view text, std::string (*escape)(std::string_view character)) {
    std::string inside;
    while (!text.empty()) {
        const std::size_t steering = steering_length(text);
        const std::size_t length = std::max<std::size_t>(steering, 1);
        inside += text.front() == '"' || text.front() == '\\' ? "\\" : "";
        inside += steering != 0 ? escape(text.substr(0, length)) : std::string(1, text.front());
        text.remove_prefix(length);
    }
    return inside;
}

std::string code_point(std::string_view character) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
    unsigned number = byte(0) & (character.size() == 1 ? 0x7fU : 0xffU >> (character.size() + 1));
    for (std::size_t i = 1; i < character.size(); i++) {
        number = number << 6 | (byte(i) & 0x3fU);
    }
    char text[5];
    std::snprintf(text, sizeof text, "%04x", number & 0xffffU);
    return text;
}

std::string comma(std::string list, const std::string &item) {
    return list.empty() ? item : std::move(list) + ", " + item;
}

void write_heading(Writer &out, std::string_view mark, const Interface &interface) {
    for (const Plugin &plugin : interface.plugins) {
        out.comment(mark, plugin.name + " " + plugin.version + ": " + plugin.doc);
    }
    out.comment(mark, "Made by `" + interface.made_by + "`, which makes it anew: changes would be lost.");
}

} // namespace rt::tools::bind
