// rtffi info PLUGIN|FILE: what a plugin file says about itself, read without loading it.
#include <map>

#include "checks.hpp"
#include "command.hpp"
#include "core.hpp"

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

void print_functions(const Json &file) {
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

int info(const std::string &plugin_or_file, bool json) {
    const Json file = inspect(file_of(plugin_or_file));
    if (json) {
        print_json(file);
    } else {
        print_header(file);
        print_failed_checks(file);
        print_dependencies(file);
        print_functions(file);
    }
    return file.value("ok", false) ? all_well : answer_is_no;
}

} // namespace

void add_info(CLI::App &app, CommandLine &line) {
    auto name = std::make_shared<std::string>();
    CLI::App *command = add_command(app, line, "info", "Shows what a plugin file says about itself, without loading it",
                                    "rtffi info torch", [name, &line] { return info(*name, line.json); });
    command->add_option("plugin", *name, "A plugin's name, or the path of a file")
        ->type_name("PLUGIN|FILE")
        ->required();
}

} // namespace rt::tools
