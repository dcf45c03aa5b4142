// rtffi info PLUGIN|FILE|FUNCTION: what a plugin file says about itself, read without loading it; or a function.
#include <map>

#include <rtffi/host.hpp>

#include "checks.hpp"
#include "command.hpp"
#include "core.hpp"
#include "functions.hpp"

namespace rt::tools {

namespace {

void print_field(const std::string &name, const std::string &text) {
    if (!text.empty()) {
        std::string lines = beside(name, harmless(text), 0, 10);
        print(lines.replace(0, name.size(), paint(Style::faint, name)));
    }
}

// A number or a text, as text; "" for null.
std::string plain(const Json &object, const char *key) {
    const Json value = object.value(key, Json());
    return value.is_null() ? "" : value.is_string() ? value.get<std::string>() : value.dump();
}

void print_heading(const std::string &text) {
    print_line();
    print(paint(Style::strong, paragraph(harmless(text), 0)));
}

void print_header(const Json &file) {
    const std::string name = text_at(file, "name");
    const std::string heading = name.empty() ? "not a plugin" : name + " " + text_at(file, "version");
    print(paint(Style::strong, paragraph(harmless(heading), 0)));
    print(paragraph(harmless(text_at(file, "doc")), 0));
    for (const char *key : {"path", "abi", "variant", "score"}) {
        print_field(key, plain(file, key));
    }
    std::string needs;
    for (const Json &need : file.value("needs", Json::array())) {
        needs += (needs.empty() ? "" : ", ") + (need.is_string() ? need.get<std::string>() : need.dump());
    }
    print_field("needs", needs);
    std::string prefixes;
    for (const Json &prefix : file.value("providers", Json::array())) {
        prefixes += (prefixes.empty() ? "" : ", ") + prefix.get<std::string>();
    }
    print_field("provides", prefixes);
}

void print_failed_checks(const Json &file) {
    Json failed = Json::array();
    for (const Json &check : file.value("checks", Json::array())) {
        if (!check.value("ok", false)) {
            failed.push_back(check);
        }
    }
    if (!failed.empty()) {
        print_heading("Checks that failed");
        print_checks(failed, 2);
    }
}

// What the file itself needs, and what is missing; LibTorch needs some hundred others.
void print_dependencies(const Json &file) {
    const Json dependencies = file.value("dependencies", Json::array());
    if (dependencies.empty()) {
        return;
    }
    print_heading("Libraries");
    Table table({"  LIBRARY", "FOUND AT", "NEEDED BY"});
    std::size_t left_out = 0;
    for (const Json &dependency : dependencies) {
        const std::string path = text_at(dependency, "path");
        const std::string needed_by = text_at(dependency, "needed_by");
        if (!path.empty() && needed_by != text_at(file, "path")) {
            left_out++;
            continue;
        }
        table.add({"  " + text_at(dependency, "library"), path.empty() ? "NOT FOUND" : path,
                   needed_by.substr(needed_by.rfind('/') + 1)},
                  path.empty() ? Style::bad : Style::plain);
    }
    table.print();
    if (left_out != 0) {
        print(paragraph("and " + std::to_string(left_out) + " that these need, all found", 2));
    }
}

void print_groups(const Json &file) {
    // Metadata has no order of its own.
    std::map<std::string, std::map<std::string, std::string>> groups; // group, signature, doc
    for (const Json &function : file.value("functions", Json::array())) {
        groups[text_at(function, "group")][text_at(function, "signature")] = text_at(function, "doc");
    }
    for (const auto &[group, functions] : groups) {
        print_heading((group.empty() ? "Functions" : "Functions: " + group) + " (" + std::to_string(functions.size()) +
                      ")");
        for (const auto &[signature, doc] : functions) {
            print(paragraph(harmless(signature), 2));
            print(paint(Style::faint, paragraph(harmless(doc), 6)));
        }
    }
}

void print_function(const Json &function) {
    print(paragraph(harmless(text_at(function, "signature")), 0));
    print(paint(Style::faint, paragraph(harmless(text_at(function, "doc")), 4)));
    print_field("plugin", text_at(function, "plugin"));
}

// False where no function has that name.
bool info_of_function(const std::string &name, const CommandLine &line) {
    const Json functions = functions_named(name, line);
    if (line.json && !functions.empty()) {
        print_json(functions);
    }
    for (const Json &function : functions) {
        if (!line.json) {
            print_function(function);
        }
    }
    return !functions.empty();
}

// The file of the plugin, or "" where there is no such plugin but a function of that name, which has been shown.
std::string file_unless_function(const std::string &name, const CommandLine &line) {
    try {
        return file_of(name);
    } catch (const Error &error) {
        if (error.code() != RT_E_NOT_FOUND) {
            throw;
        }
        if (!info_of_function(name, line)) {
            if (name.find("::") != std::string::npos) { // a provider's, which knows near ones
                const rt_function *function = nullptr;
                detail::check(rt_bind(name.c_str(), nullptr, 0, &function));
            }
            throw;
        }
        return "";
    }
}

int info(const std::string &name, const CommandLine &line) {
    const std::string path = file_unless_function(name, line);
    if (path.empty()) {
        return all_well;
    }
    const Json file = inspect(path);
    if (line.json) {
        print_json(file);
    } else {
        print_header(file);
        print_failed_checks(file);
        print_dependencies(file);
        print_groups(file);
    }
    return file.value("ok", false) ? all_well : answer_is_no;
}

} // namespace

void add_info(CLI::App &app, CommandLine &line) {
    auto name = std::make_shared<std::string>();
    CLI::App *command =
        add_command(app, line, "info", "Shows what a plugin file says about itself, without loading it, or a function",
                    "rtffi info torch\n         rtffi info aten::conv2d", [name, &line] { return info(*name, line); });
    command->add_option("plugin", *name, "A plugin's name, the path of a file, or a function's name")
        ->type_name("PLUGIN|FILE|FUNCTION")
        ->required();
}

} // namespace rt::tools
