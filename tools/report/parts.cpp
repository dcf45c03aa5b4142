#include "parts.hpp"

#include <array>
#include <cstdio>

#include "../checks.hpp"

namespace rt::tools::report {

namespace {

struct MarkLook {
    const char *style;
    const char *sign;
};

MarkLook look_of(Mark mark) {
    switch (mark) {
    case Mark::good:
        return {"mark good", "✓"};
    case Mark::warning:
        return {"mark warning", "!"};
    case Mark::bad:
        return {"mark bad", "✗"};
    default:
        return {"mark", "–"};
    }
}

} // namespace

Mark mark_of(const Json &check) {
    return !check.value("ok", false) ? Mark::bad : is_warning(check) ? Mark::warning : Mark::good;
}

void write_mark(Html &html, Mark mark, std::string_view word) {
    const MarkLook look = look_of(mark);
    html.within("span", {{"class", look.style}}, [&] {
        html.element("span", look.sign, {{"aria-hidden", "true"}});
        html.text(word);
    });
}

void write_verdict(Html &html, const Json &check) {
    const Mark mark = mark_of(check);
    write_mark(html, mark, mark == Mark::bad ? "failed" : mark == Mark::warning ? "warning" : "ok");
}

TableWriter::TableWriter(Html &html, std::string_view kind, std::string_view caption, std::vector<std::string> heads)
    : html_(html), heads_(std::move(heads)) {
    html_.raw("<table class=\"").text(kind).raw("\">\n");
    html_.element("caption", caption);
    html_.within("thead", {}, [&] {
        html_.within("tr", {}, [&] {
            for (const std::string &head : heads_) {
                html_.element("th", head, {{"scope", "col"}});
            }
        });
    });
    html_.raw("<tbody>\n");
}

TableWriter::~TableWriter() { html_.raw("</tbody>\n</table>\n"); }

void TableWriter::cell(std::string_view text) {
    cell([&] { html_.text(text); });
}

void TableWriter::code(std::string_view text) {
    cell([&] {
        if (!text.empty()) {
            html_.element("code", text);
        }
    });
}

void FactsWriter::add(std::string_view term, std::string_view text) {
    if (!text.empty()) {
        put(term, [&] { html_.text(text); });
    }
}

void FactsWriter::add_code(std::string_view term, std::string_view text) {
    if (!text.empty()) {
        put(term, [&] { html_.element("code", text); });
    }
}

std::string thousands(std::size_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3) {
        text.insert(at - 3, ",");
    }
    return text;
}

std::string many(std::size_t number, const std::string &what) {
    return thousands(number) + " " + what + (number == 1 ? "" : "s");
}

std::string duration(double seconds) {
    struct Unit {
        double seconds;
        const char *name;
    };
    constexpr Unit units[] = {{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}, {1e-9, "ns"}};
    const Unit *unit = units;
    while (seconds < unit->seconds && unit != std::end(units) - 1) {
        unit++;
    }
    const double value = seconds / unit->seconds;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.*f", value < 10 ? 2 : value < 100 ? 1 : 0, value);
    return std::string(text.data()) + "\u00a0" + unit->name;
}

} // namespace rt::tools::report
