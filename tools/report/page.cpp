#include "page.hpp"

#include "../embedded.hpp"

namespace rt::tools::report {

namespace {

constexpr const char *style_file = "report/page.css";
constexpr const char *script_file = "report/page.js";

// Nothing from elsewhere, and no script and no style but ours, which it knows by their digests: should a plugin's text ever get
// through as markup, it still could do nothing.
std::string policy() {
    const auto digest = [](const char *file) { return "'sha256-" + std::string(embedded_file(file).sha256) + "'"; };
    return "default-src 'none'; script-src " + digest(script_file) + "; style-src " + digest(style_file) +
           "; base-uri 'none'; form-action 'none'";
}

void write_head(Html &html) {
    html.within("head", {}, [&] {
        html.empty("meta", {{"charset", "utf-8"}});
        html.empty("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", policy()}});
        html.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
        html.empty("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
        html.element("title", "rtffi report");
        html.within("style", {}, [&] { html.raw(embedded_file(style_file).text); });
    });
}

// "29 November 2026, 08:04 UTC" of "2026-11-29T08:04:02Z".
std::string readable(const std::string &made) {
    static constexpr const char *months[] = {"January", "February", "March",     "April",   "May",      "June",
                                             "July",    "August",   "September", "October", "November", "December"};
    const int month = std::stoi(made.substr(5, 2));
    return std::to_string(std::stoi(made.substr(8, 2))) + " " + months[month - 1] + " " + made.substr(0, 4) + ", " +
           made.substr(11, 5) + " UTC";
}

void write_header(Html &html, const Json &document) {
    html.within("header", {}, [&] {
        html.within("div", {}, [&] {
            html.element("h1", "rtffi report");
            html.within("p", {{"class", "quiet"}}, [&] {
                const std::string made = document.at("made");
                html.text("The plugins of this machine, as of ");
                html.element("time", readable(made), {{"datetime", made}});
            });
        });
        html.element("button", "Dark", {{"id", "scheme"}, {"type", "button"}, {"hidden", ""}});
    });
}

void write_contents(Html &html) {
    html.within("nav", {{"aria-label", "Contents"}}, [&] {
        html.within("ul", {}, [&] {
            for (const auto &[id, title] :
                 {std::pair("summary", "Summary"), std::pair("plugins", "Plugins"), std::pair("functions", "Functions"),
                  std::pair("figures", "Figures"), std::pair("environment", "Environment")}) {
                html.within("li", {}, [&] { html.element("a", title, {{"href", std::string("#") + id}}); });
            }
        });
    });
}

void write_footer(Html &html, const Json &document) {
    html.within("footer", {}, [&] {
        html.within("p", {}, [&] {
            html.text("Made by ");
            html.element("code", "rtffi report");
            html.text(" of rtffi " + document.at("rtffi").get<std::string>() + ", binary interface " +
                      document.at("abi").dump() + ".");
        });
    });
}

Links link(Html &html, const Json &document) {
    Links links;
    for (const Json &plugin : document.at("plugins")) {
        const std::string name = plugin.at("name").is_string() ? plugin["name"].get<std::string>() : "";
        const bool shown = plugin.value("chosen", false);
        links.push_back({html.unique_id("plugin", name), shown ? html.unique_id("functions", name) : ""});
    }
    return links;
}

} // namespace

std::string page(const Json &document) {
    Html html;
    const Links links = link(html, document);
    html.raw("<!doctype html>\n").within("html", {{"lang", "en"}}, [&] {
        write_head(html);
        html.within("body", {}, [&] {
            html.element("a", "Skip to the summary", {{"class", "skip"}, {"href", "#summary"}});
            write_header(html, document);
            write_contents(html);
            html.within("main", {}, [&] {
                write_summary(html, document, links);
                write_plugins(html, document, links);
                write_functions(html, document, links);
                write_figures(html, document);
                write_environment(html, document);
            });
            write_footer(html, document);
            html.within("script", {}, [&] { html.raw(embedded_file(script_file).text); });
        });
    });
    return html.markup();
}

} // namespace rt::tools::report
