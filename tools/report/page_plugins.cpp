// The page's section on plugins: what was found, which file of a name is taken and why not the others, and each plugin's checks.
#include <algorithm>

#include "../checks.hpp"
#include "../core.hpp"
#include "page.hpp"
#include "parts.hpp"
#include "totals.hpp"

namespace rt::tools::report {

namespace {

struct Standing {
    Mark mark;
    const char *word;
};

Standing standing(const Json &plugin) {
    if (!plugin.value("chosen", false)) {
        return {Mark::bad, "not usable"};
    }
    if (failures(checks_of(plugin)) != 0) {
        return {Mark::bad, "checks failed"};
    }
    return plugin.at("verification").is_null() ? Standing{Mark::neutral, "not tried"} : Standing{Mark::good, "works"};
}

std::string title_of(const Json &plugin) {
    const std::string name = text_at(plugin, "name");
    const std::string path = text_at(plugin, "path");
    return name.empty() ? path.substr(path.rfind('/') + 1) : name;
}

void write_overview(Html &html, const Json &document, const Links &links) {
    TableWriter table(html, "overview", "The plugins, by name", {"Plugin", "State", "Version", "Variant", "Functions"});
    for (std::size_t i = 0; i < links.size(); i++) {
        const Json &plugin = document.at("plugins")[i];
        table.row([&] {
            table.cell([&] { html.element("a", title_of(plugin), {{"href", "#" + links[i].plugin}}); });
            const Standing now = standing(plugin);
            table.cell([&] { write_mark(html, now.mark, now.word); });
            table.cell(text_at(plugin, "version"));
            table.cell(text_at(plugin, "variant"));
            table.cell(thousands(plugin.at("file").at("functions").size()));
        });
    }
}

// Of what is "KEY VERSION" to a plugin, or an array of such.
std::string in_words(const Json &value) {
    if (!value.is_array()) {
        return value.is_string() ? value.get<std::string>() : "";
    }
    std::string text;
    for (const Json &one : value) {
        text += (text.empty() ? "" : ", ") + (one.is_string() ? one.get<std::string>() : one.dump());
    }
    return text;
}

std::string provided_in_words(const Json &provider) {
    if (const std::string problem = text_at(provider, "problem"); !problem.empty()) {
        return "not counted: " + problem;
    }
    const std::size_t count = provider.at("count");
    return count == 0 ? "resolved when asked for" : many(count, "function");
}

void write_facts(Html &html, const Json &plugin, const PluginLinks &links) {
    const Json &file = plugin.at("file");
    FactsWriter facts(html);
    facts.add_code("File", text_at(plugin, "path"));
    if (!links.functions.empty()) {
        facts.put("Functions", [&] {
            html.element("a", many(file.at("functions").size(), "function"), {{"href", "#" + links.functions}});
        });
    }
    for (const Json &provider : plugin.at("provided")) {
        facts.put("Provides", [&] {
            html.element("code", text_at(provider, "prefix"));
            html.text(" " + provided_in_words(provider));
        });
    }
    facts.add("Variant", text_at(file, "variant"));
    facts.add("Made for", text_at(file, "abi").empty() ? "" : "binary interface " + text_at(file, "abi"));
    facts.add("Needs", in_words(file.value("needs", Json())));
}

void write_checks(Html &html, const Json &plugin) {
    const Json checks = checks_of(plugin);
    const std::size_t failed = failures(checks);
    const std::size_t warned = warnings(checks);
    const auto write = [&] {
        html.within("summary", {}, [&] {
            html.text("Checks: " + std::to_string(checks.size() - failed) + " passed" +
                      (failed == 0 ? "" : ", " + std::to_string(failed) + " failed") +
                      (warned == 0 ? "" : ", " + many(warned, "warning")));
        });
        const Json &verification = plugin.at("verification");
        if (!verification.is_null() && text_at(verification, "path") != text_at(plugin, "path")) {
            html.element("p", "Of " + text_at(verification, "path") + ", which was the preferred file before.");
        }
        TableWriter table(html, "checks", "Checks of " + title_of(plugin), {"Check", "Result", "Found", "Time"});
        for (const Json &check : checks) {
            table.row([&] {
                table.cell(text_at(check, "id"));
                table.cell([&] { write_verdict(html, check); });
                table.cell([&] {
                    html.element("p", text_at(check, "detail"));
                    if (const std::string hint = text_at(check, "hint"); !hint.empty()) {
                        html.element("p", hint, {{"class", "hint"}});
                    }
                });
                const Json seconds = check.value("seconds", Json());
                table.cell(seconds.is_number() ? duration(seconds.get<double>()) : "");
            });
        }
    };
    if (failed != 0) {
        html.within("details", {{"open", ""}}, write);
    } else {
        html.within("details", {}, write);
    }
}

// The files of one name: which is taken, and why not the others.
void write_candidates(Html &html, const Json &plugin) {
    const Json &candidates = plugin.at("candidates");
    if (candidates.size() < 2) {
        return;
    }
    html.within("details", {{"open", ""}}, [&] {
        html.element("summary", "Files of this name: " + std::to_string(candidates.size()));
        TableWriter table(html, "files", "Files of the plugin " + title_of(plugin) + ", the preferred first",
                          {"File", "Taken", "State", "Why not"});
        for (const Json &candidate : candidates) {
            table.row([&] {
                table.code(text_at(candidate, "path"));
                const bool chosen = candidate.value("chosen", false);
                table.cell([&] { write_mark(html, chosen ? Mark::good : Mark::neutral, chosen ? "yes" : "no"); });
                const std::string variant = text_at(candidate, "variant");
                table.cell(text_at(candidate, "state") + ", " + text_at(candidate, "version") +
                           (variant.empty() ? "" : ", " + variant));
                table.cell(text_at(candidate, "reason"));
            });
        }
    });
}

// What the file itself needs, and what is missing; LibTorch needs some hundred others.
void write_libraries(Html &html, const Json &plugin) {
    const Json &file = plugin.at("file");
    const Json dependencies = file.value("dependencies", Json::array());
    if (dependencies.empty()) {
        return;
    }
    html.within("details", {}, [&] {
        html.element("summary", "Libraries: " + std::to_string(dependencies.size()));
        std::size_t left_out = 0;
        {
            TableWriter table(html, "libraries", "Libraries that " + title_of(plugin) + " needs",
                              {"Library", "Found at", "Needed by"});
            for (const Json &dependency : dependencies) {
                const std::string path = text_at(dependency, "path");
                const std::string needed_by = text_at(dependency, "needed_by");
                if (!path.empty() && needed_by != text_at(file, "path")) {
                    left_out++;
                    continue;
                }
                table.row([&] {
                    table.code(text_at(dependency, "library"));
                    table.cell([&] {
                        if (path.empty()) {
                            write_mark(html, Mark::bad, "not found");
                        } else {
                            html.element("code", path);
                        }
                    });
                    table.code(needed_by.substr(needed_by.rfind('/') + 1));
                });
            }
        }
        if (left_out != 0) {
            html.element("p", "And " + std::to_string(left_out) + " that these need, each of them found.");
        }
    });
}

void write_classes(Html &html, const Json &plugin) {
    const Json &classes = plugin.at("file").at("classes");
    if (classes.empty()) {
        return;
    }
    html.within("details", {}, [&] {
        html.element("summary", "Classes of objects: " + std::to_string(classes.size()));
        FactsWriter facts(html);
        for (const Json &one : classes) {
            facts.put(text_at(one, "name"), [&] { html.text(text_at(one, "doc")); });
        }
    });
}

void write_plugin(Html &html, const Json &plugin, const PluginLinks &links) {
    html.within("article", {{"id", links.plugin}}, [&] {
        html.within("h3", {}, [&] {
            html.text(title_of(plugin) + " ");
            html.element("span", text_at(plugin, "version"), {{"class", "quiet"}});
            const Standing now = standing(plugin);
            write_mark(html, now.mark, now.word);
        });
        html.element("p", text_at(plugin.at("file"), "doc"));
        if (!plugin.value("chosen", false)) {
            html.element("p", text_at(plugin, "answer"));
            html.element("p", text_at(plugin, "hint"), {{"class", "hint"}});
        }
        write_facts(html, plugin, links);
        write_checks(html, plugin);
        write_candidates(html, plugin);
        write_libraries(html, plugin);
        write_classes(html, plugin);
    });
}

} // namespace

void write_plugins(Html &html, const Json &document, const Links &links) {
    html.within("section", {{"id", "plugins"}, {"aria-labelledby", "plugins-title"}}, [&] {
        html.element("h2", "Plugins", {{"id", "plugins-title"}});
        if (links.empty()) {
            html.element("p", "None. The environment, below, tells which folders were searched.");
            return;
        }
        write_overview(html, document, links);
        for (std::size_t i = 0; i < links.size(); i++) {
            write_plugin(html, document.at("plugins")[i], links[i]);
        }
    });
}

} // namespace rt::tools::report
