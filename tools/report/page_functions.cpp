// The page's section on functions, by plugin and group, with the field that searches them.
#include <map>

#include "../core.hpp"
#include "page.hpp"
#include "parts.hpp"

namespace rt::tools::report {

namespace {

void write_search(Html &html) {
    html.within("form", {{"id", "search"}, {"role", "search"}, {"hidden", ""}}, [&] {
        html.element("label", "Search functions", {{"for", "query"}});
        html.empty("input", {{"id", "query"},
                             {"type", "search"},
                             {"autocomplete", "off"},
                             {"spellcheck", "false"},
                             {"aria-describedby", "found"},
                             {"placeholder", "Words of a name, a type or a description"}});
        html.within("p", {{"class", "quiet"}}, [&] {
            html.element("output", "", {{"id", "found"}, {"for", "query"}});
            html.within("span", {{"class", "keys"}},
                        [&] { html.element("kbd", "/").text(" to search, ").element("kbd", "Esc").text(" to end"); });
        });
    });
}

void write_function(Html &html, const Json &function) {
    const std::string signature = text_at(function, "signature");
    const std::string name = text_at(function, "name");
    html.within("li", {{"id", html.unique_id("function", name)}}, [&] {
        html.within("code", {}, [&] {
            const std::size_t end = signature.starts_with(name) ? name.size() : 0;
            html.element("b", signature.substr(0, end)).text(signature.substr(end));
        });
        if (const std::string doc = text_at(function, "doc"); !doc.empty()) {
            html.element("p", doc);
        }
    });
}

using Functions = std::vector<const Json *>;

void write_group(Html &html, const std::string &title, const Functions &functions) {
    html.within("details", {{"class", "group"}}, [&] {
        html.within("summary", {}, [&] {
            html.text(title + " ");
            html.element("span", thousands(functions.size()), {{"class", "quiet"}});
        });
        html.within("ul", {{"class", "functions"}}, [&] {
            for (const Json *function : functions) {
                write_function(html, *function);
            }
        });
    });
}

void write_provided(Html &html, const Json &provider) {
    const std::string prefix = text_at(provider, "prefix");
    Functions functions;
    for (const Json &function : provider.at("functions")) {
        functions.push_back(&function);
    }
    if (!functions.empty()) {
        write_group(html, prefix, functions);
    } else if (const Json &count = provider.at("count"); !count.is_null() && count != 0) {
        html.within("p", {{"class", "more"}}, [&] {
            html.text("And " + many(count.get<std::size_t>(), "function") + " of the provider ");
            html.element("code", prefix).text(": ").element("code", "rtffi list " + prefix).text(" lists them, ");
            html.element("code", "rtffi report --all").text(" puts them here.");
        });
    }
}

void write_functions_of(Html &html, const Json &plugin, const std::string &id) {
    std::map<std::string, Functions> groups;
    for (const Json &function : plugin.at("file").at("functions")) {
        groups[text_at(function, "group")].push_back(&function);
    }
    html.within("div", {{"class", "plugin"}, {"id", id}}, [&] {
        html.element("h3", text_at(plugin, "name"));
        for (const auto &[group, functions] : groups) {
            write_group(html, group.empty() ? "functions" : group, functions);
        }
        for (const Json &provider : plugin.at("provided")) {
            write_provided(html, provider);
        }
    });
}

} // namespace

void write_functions(Html &html, const Json &document, const Links &links) {
    html.within("section", {{"id", "functions"}, {"aria-labelledby", "functions-title"}}, [&] {
        html.element("h2", "Functions", {{"id", "functions-title"}});
        write_search(html);
        for (std::size_t i = 0; i < links.size(); i++) {
            if (!links[i].functions.empty()) {
                write_functions_of(html, document.at("plugins")[i], links[i].functions);
            }
        }
        html.element("p", "No function has all of these words.", {{"id", "nothing"}, {"hidden", ""}});
    });
}

} // namespace rt::tools::report
