#include "checks.hpp"

#include <algorithm>
#include <functional>

#include "core.hpp"

namespace rt::tools {

namespace {

bool holds(const Json &check) { return check.value("ok", false); }
bool is_warning(const Json &check) { return holds(check) && !text_at(check, "hint").empty(); }

std::string verdict(const Json &check) {
    return !holds(check)       ? paint(Style::bad, "FAIL") + "  "
           : is_warning(check) ? paint(Style::strong, "warn") + "  "
                               : paint(Style::good, "ok") + "    ";
}

} // namespace

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
        std::string id = harmless(text_at(check, "id"));
        id.resize(std::max(id.size(), longest), ' ');
        const std::string detail = paragraph(harmless(text_at(check, "detail")), column);
        print(std::string(indent, ' ') + verdict(check) + id + "  ");
        print_line(detail.size() > column ? detail.substr(column, detail.size() - column - 1) : "");
        if (const std::string hint = text_at(check, "hint"); !hint.empty()) {
            print(paint(Style::faint, paragraph(harmless(hint), column)));
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
