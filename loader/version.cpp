#include "version.hpp"
#include "text.hpp"

#include <algorithm>
#include <array>

namespace rt::core {

namespace {

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
    const std::size_t end = text.find_last_not_of(blanks);
    return end == std::string_view::npos ? "" : text.substr(begin, end + 1 - begin);
}

// Takes what stands before the first `separator` off `text`.
std::string_view next_piece(std::string_view &text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view piece = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return piece;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes a number off; its leading zeros do not count. Numbers of any length compare by length, then by digits.
std::string_view take_number(std::string_view &text) {
    std::size_t end = 0;
    while (end < text.size() && is_digit(text[end])) {
        end++;
    }
    std::string_view number = text.substr(0, end);
    text.remove_prefix(end);
    while (!number.empty() && number.front() == '0') {
        number.remove_prefix(1);
    }
    return number;
}

int sign(bool less, bool more) { return less ? -1 : more ? 1 : 0; }

bool is_version(std::string_view text) { return !text.empty() && is_digit(text.front()); }

} // namespace

int compare_versions(std::string_view a, std::string_view b) {
    for (;;) {
        const std::string_view x = take_number(a);
        const std::string_view y = take_number(b);
        if (const int by_length = sign(x.size() < y.size(), x.size() > y.size()); by_length != 0) {
            return by_length;
        }
        if (const int by_digits = x.compare(y); by_digits != 0) {
            return by_digits;
        }
        const bool a_goes_on = a.starts_with('.');
        const bool b_goes_on = b.starts_with('.');
        if (!a_goes_on && !b_goes_on) {
            break;
        }
        a.remove_prefix(a_goes_on ? 1 : 0);
        b.remove_prefix(b_goes_on ? 1 : 0);
        if (!a_goes_on && !a.empty()) {
            return -1; // "1-rc1" against "1.0"
        }
        if (!b_goes_on && !b.empty()) {
            return 1;
        }
    }
    // What is left is "-rc1" or "": without one is later.
    if (a.empty() || b.empty()) {
        return sign(b.empty() && !a.empty(), a.empty() && !b.empty());
    }
    return a.compare(b);
}

bool Need::satisfied_by(std::string_view version) const {
    return std::all_of(bounds.begin(), bounds.end(), [&](const Bound &bound) {
        const int order = compare_versions(version, bound.version);
        return bound.comparison == ">="   ? order >= 0
               : bound.comparison == ">"  ? order > 0
               : bound.comparison == "<=" ? order <= 0
               : bound.comparison == "<"  ? order < 0
                                          : order == 0;
    });
}

Outcome parse_needs(std::string_view text, std::vector<Need> &out) {
    static constexpr std::array<std::string_view, 5> comparisons = {">=", "<=", ">", "<", "="};
    while (!text.empty()) {
        const std::string_view one = next_piece(text, ';');
        if (one.empty()) {
            continue;
        }
        const std::size_t name_end = std::min(one.find_first_of(" \t<>=,"), one.size());
        Need need{std::string(one.substr(0, name_end)), std::string(one), {}};
        const Outcome bad{
            RT_E_LOAD, "bad_needs",
            joined({"its metadata needs `", need.text, "`, which is not NAME or NAME >= VERSION, < VERSION"})};
        for (std::string_view rest = trimmed(one.substr(name_end)); !rest.empty();) {
            const std::string_view bound = next_piece(rest, ',');
            const auto *found = std::find_if(comparisons.begin(), comparisons.end(),
                                             [&](std::string_view sign) { return bound.starts_with(sign); });
            if (found == comparisons.end() || !is_version(trimmed(bound.substr(found->size())))) {
                return bad;
            }
            need.bounds.push_back({std::string(*found), std::string(trimmed(bound.substr(found->size())))});
        }
        if (need.name.empty()) {
            return bad;
        }
        out.push_back(std::move(need));
    }
    return {};
}

} // namespace rt::core
