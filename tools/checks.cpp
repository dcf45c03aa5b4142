#include "checks.hpp"

#include <algorithm>

#include "core.hpp"

namespace rt::tools {

Json make_check(const std::string &id, bool ok, const std::string &detail, const std::string &hint) {
    return {{"id", id}, {"ok", ok}, {"detail", detail}, {"hint", ok ? "" : hint}};
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
        const bool ok = check.value("ok", false);
        std::string id = harmless(text_at(check, "id"));
        id.resize(std::max(id.size(), longest), ' ');
        const std::string detail = paragraph(harmless(text_at(check, "detail")), column);
        print(std::string(indent, ' ') + (ok ? paint(Style::good, "ok") + "    " : paint(Style::bad, "FAIL") + "  ") +
              id + "  ");
        print_line(detail.size() > column ? detail.substr(column, detail.size() - column - 1) : "");
        if (const std::string hint = text_at(check, "hint"); !ok && !hint.empty()) {
            print(paint(Style::faint, paragraph(harmless(hint), column)));
        }
    }
}

std::size_t failures(const Json &checks) {
    return static_cast<std::size_t>(
        std::count_if(checks.begin(), checks.end(), [](const Json &check) { return !check.value("ok", false); }));
}

std::string counted(std::size_t count, const std::string &what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

} // namespace rt::tools
