#include "checks.hpp"

#include <algorithm>
#include <functional>

#include "core.hpp"

namespace rt::tools {

namespace {

bool holds(const Json &check) { return check.value("ok", false); }

struct Verdict {
    std::string word;
    Style style;
};
Verdict verdict(const Json &check) {
    return !holds(check)       ? Verdict{"FAIL", Style::bad}
           : is_warning(check) ? Verdict{"warn", Style::strong}
                               : Verdict{"ok", Style::good};
}

} // namespace

bool is_warning(const Json &check) { return holds(check) && !text_at(check, "hint").empty(); }

Json make_check(const std::string &id, bool ok, const std::string &detail, const std::string &hint) {
    return {{"id", id}, {"ok", ok}, {"cause", ""}, {"detail", detail}, {"hint", ok ? "" : hint}};
}

void print_checks(const Json &checks, std::size_t indent) {
    std::size_t longest = 0;
    for (const Json &check : checks) {
        longest = std::max(longest, text_at(check, "id").size());
    }
    // A long name, as of a declaration, does not push the others' details off the screen.
    longest = std::min<std::size_t>(longest, 24);
    const std::size_t column = indent + 6 + longest + 2;
    for (const Json &check : checks) {
        const auto [word, style] = verdict(check);
        const std::string label = word + std::string(6 - word.size(), ' ') + harmless(text_at(check, "id"));
        std::string lines = beside(label, harmless(text_at(check, "detail")), indent, column);
        print(lines.replace(indent, word.size(), paint(style, word)));
        if (const std::string hint = text_at(check, "hint"); !hint.empty()) {
            print(paint(Style::faint, paragraph(harmless(hint), has_room_from(column) ? column : indent + 2)));
        }
    }
}

std::size_t failures(const Json &checks) {
    return static_cast<std::size_t>(std::count_if(checks.begin(), checks.end(), std::not_fn(holds)));
}

std::size_t warnings(const Json &checks) {
    return static_cast<std::size_t>(std::count_if(checks.begin(), checks.end(), is_warning));
}

std::string counted(std::size_t count, const std::string &what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

} // namespace rt::tools
