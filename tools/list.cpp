// rtffi list [PREFIX]: the plugins of the search path, or the functions whose names begin with PREFIX.
#include <algorithm>
#include <cstdio>

#include "command.hpp"
#include "core.hpp"
#include "functions.hpp"

namespace rt::tools {

namespace {

// Every answer of the core's says where it looked, whatever the name.
int nothing_found(const std::string &what) {
    std::fprintf(stderr, "rtffi: %s; %s\n", what.c_str(), searched_text(explanation("rtffi")).c_str());
    return answer_is_no;
}

Json list_plugins() {
    Json list = Json::array();
    for (const Json &plugin : plugins()) {
        Json entry;
        for (const char *key : {"name", "version", "path", "variant", "state", "functions"}) {
            entry[key] = plugin.value(key, Json());
        }
        list.push_back(std::move(entry));
    }
    return list;
}

void print_plugins(const Json &list) {
    Table table({"NAME", "VERSION", "FUNCTIONS", "STATE", "PATH"});
    for (const Json &plugin : list) {
        const std::string state = text_at(plugin, "state");
        table.add({text_at(plugin, "name"), text_at(plugin, "version"), plugin["functions"].dump(), state,
                   text_at(plugin, "path")},
                  state == "failed" || state == "unusable" ? Style::bad : Style::plain);
    }
    table.print();
}

void print_functions(const Json &list) {
    Table table({"PLUGIN", "SIGNATURE", "DESCRIPTION"});
    for (const Json &function : list) {
        table.add({text_at(function, "plugin"), text_at(function, "signature"), text_at(function, "doc")});
    }
    table.print();
}

bool names_plugin(const std::string &name) {
    const Json all = plugins();
    return std::any_of(all.begin(), all.end(), [&](const Json &plugin) { return text_at(plugin, "name") == name; });
}

int list(const std::string &prefix, const CommandLine &line) {
    std::vector<std::string> longer;
    const Json found = prefix.empty() ? list_plugins() : functions_beginning(prefix, line, longer);
    for (const std::string &provider : longer) {
        std::fprintf(stderr, "rtffi: names that begin with %s are resolved when asked for: rtffi list %s\n",
                     harmless(provider).c_str(), harmless(provider).c_str());
    }
    if (found.empty() && !prefix.empty() && names_plugin(prefix)) {
        std::fprintf(stderr, "rtffi: %s is a plugin: rtffi info %s lists its functions\n", prefix.c_str(),
                     prefix.c_str());
    }
    if (line.json) {
        print_json(found);
    } else if (prefix.empty() && !found.empty()) {
        print_plugins(found);
    } else if (!found.empty()) {
        print_functions(found);
    }
    if (found.empty() && longer.empty()) {
        return nothing_found(prefix.empty() ? "there are no plugins"
                                            : "no function's name begins with '" + prefix + "'");
    }
    return all_well;
}

} // namespace

void add_list(CLI::App &app, CommandLine &line) {
    auto prefix = std::make_shared<std::string>();
    CLI::App *command =
        add_command(app, line, "list", "Lists the plugins, or the functions whose names begin with PREFIX",
                    "rtffi list rt_torch_optim_", [prefix, &line] { return list(*prefix, line); });
    command->add_option("prefix", *prefix, "The beginning of functions' names")->type_name("PREFIX");
}

} // namespace rt::tools
