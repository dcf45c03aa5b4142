// The page's first section: whether all is well, the numbers, and what to do about what is not.
#include "../checks.hpp"
#include "../core.hpp"
#include "page.hpp"
#include "parts.hpp"
#include "totals.hpp"

namespace rt::tools::report {

namespace {

std::string verdict(const Totals &totals, bool loaded) {
    if (totals.plugins + totals.unusable == 0) {
        return "There is no plugin on the search path.";
    }
    if (totals.unusable + totals.failed != 0) {
        return totals.unusable == 0
                   ? many(totals.failed, "check") + " failed."
                   : many(totals.unusable, "file") + " cannot be used, " + many(totals.failed, "check") + " failed.";
    }
    const std::string all = totals.plugins == 1 ? "The plugin" : "Each of the " + many(totals.plugins, "plugin");
    return loaded ? all + " works." : all + " can be read; none was tried out.";
}

void write_number(Html &html, std::string_view label, const std::string &number, std::string_view more = "") {
    html.within("div", {}, [&] {
        html.element("dt", label);
        html.within("dd", {}, [&] {
            html.element("strong", number);
            if (!more.empty()) {
                html.element("span", more, {{"class", "quiet"}});
            }
        });
    });
}

std::string checks_in_words(const Totals &totals) {
    const std::string failed = totals.failed == 0 ? "passed" : "passed, " + std::to_string(totals.failed) + " failed";
    return totals.warned == 0 ? failed : failed + ", " + many(totals.warned, "warning");
}

void write_numbers(Html &html, const Json &document, const Totals &totals) {
    html.within("dl", {{"class", "numbers"}}, [&] {
        const std::size_t unwell = totals.faulty + totals.unusable;
        write_number(html, "Plugins", thousands(totals.plugins + totals.unusable),
                     unwell == 0 ? "found" : "found, " + thousands(unwell) + " not well");
        write_number(html, "Functions", thousands(totals.functions),
                     totals.provided == 0 ? "" : "and " + thousands(totals.provided) + " of providers");
        write_number(html, "Checks", thousands(totals.checks - totals.failed), checks_in_words(totals));
        for (const Json &figure : document.at("figures")) {
            if (text_at(figure, "id") == "rt_call") {
                write_number(html, "A call", duration(figure.at("nanoseconds").get<double>() * 1e-9), "by rt_call");
            }
        }
    });
}

void write_finding(Html &html, Mark mark, const std::string &word, const std::string &id, const std::string &title,
                   const Json &told, const char *what) {
    html.within("li", {}, [&] {
        write_mark(html, mark, word);
        html.within("div", {}, [&] {
            html.within("p", {}, [&] { html.element("a", title, {{"href", "#" + id}}); });
            html.element("p", text_at(told, what));
            if (const std::string hint = text_at(told, "hint"); !hint.empty()) {
                html.element("p", hint, {{"class", "hint"}});
            }
        });
    });
}

std::string name_or_path(const Json &plugin) {
    const std::string name = text_at(plugin, "name");
    return name.empty() ? text_at(plugin, "path") : name;
}

// What is worth a look: files that cannot be used, checks that failed, warnings; in this order. False where there is nothing.
bool write_findings(Html &html, const Json &document, const Links &links) {
    bool any = false;
    for (const Mark wanted : {Mark::bad, Mark::warning}) {
        for (std::size_t i = 0; i < links.size(); i++) {
            const Json &plugin = document.at("plugins")[i];
            if (!plugin.value("chosen", false)) {
                if (wanted == Mark::bad) {
                    write_finding(html, wanted, "not usable", links[i].plugin, name_or_path(plugin), plugin, "answer");
                    any = true;
                }
                continue;
            }
            for (const Json &check : checks_of(plugin)) {
                if (mark_of(check) == wanted) {
                    write_finding(html, wanted, wanted == Mark::bad ? "failed" : "warning", links[i].plugin,
                                  name_or_path(plugin) + ": " + text_at(check, "id"), check, "detail");
                    any = true;
                }
            }
        }
    }
    return any;
}

} // namespace

void write_summary(Html &html, const Json &document, const Links &links) {
    const Totals totals = totals_of(document);
    html.within("section", {{"id", "summary"}, {"aria-labelledby", "summary-title"}}, [&] {
        html.element("h2", "Summary", {{"id", "summary-title"}});
        const bool well = totals.plugins != 0 && totals.unusable + totals.failed == 0;
        html.within("p", {{"class", "verdict"}}, [&] {
            const bool loaded = document.value("loaded", false);
            write_mark(html,
                       !well    ? Mark::bad
                       : loaded ? Mark::good
                                : Mark::neutral,
                       !well    ? "not well"
                       : loaded ? "all well"
                                : "not tried");
            html.text(verdict(totals, loaded));
        });
        write_numbers(html, document, totals);
        Html findings;
        if (write_findings(findings, document, links)) {
            html.element("h3", "To look at");
            html.within("ul", {{"class", "findings"}}, [&] { html.raw(findings.markup()); });
        }
    });
}

} // namespace rt::tools::report
