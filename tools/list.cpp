// rtffi list [PREFIX]: the plugins of the search path, or the functions whose names begin with PREFIX.
#include <algorithm>
#include <cstdio>

#include "command.hpp"
#include "core.hpp"

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

Json list_functions(const std::string &prefix) {
    Json list = Json::array();
    for (const Json &plugin : plugins()) {
        if (!plugin.value("chosen", false)) {
            continue;
        }
        const Json file = inspect(text_at(plugin, "path"));
        for (const Json &function : file.at("functions")) {
            if (text_at(function, "name").starts_with(prefix)) {
                list.push_back({{"name", text_at(function, "name")},
                                {"signature", text_at(function, "signature")},
                                {"doc", text_at(function, "doc")},
                                {"group", text_at(function, "group")},
                                {"plugin", text_at(plugin, "name")}});
            }
        }
    }
    // Metadata has no order of its own.
    std::sort(list.begin(), list.end(),
              [](const Json &a, const Json &b) { return text_at(a, "name") < text_at(b, "name"); });
    return list;
}

void print_functions(const Json &list) {
    Table table({"PLUGIN", "SIGNATURE", "DESCRIPTION"});
    for (const Json &function : list) {
        table.add({text_at(function, "plugin"), text_at(function, "signature"), text_at(function, "doc")});
    }
    table.print();
}

int list(const std::string &prefix, bool json) {
    const Json found = prefix.empty() ? list_plugins() : list_functions(prefix);
    if (json) {
        print_json(found);
    } else if (prefix.empty() && !found.empty()) {
        print_plugins(found);
    } else if (!found.empty()) {
        print_functions(found);
    }
    if (found.empty()) {
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
                    "rtffi list rt_torch_optim_", [prefix, &line] { return list(*prefix, line.json); });
    command->add_option("prefix", *prefix, "The beginning of functions' names")->type_name("PREFIX");
}

} // namespace rt::tools
