// rtffi explain NAME: why a plugin, function or file is there or not, and what to do about it.
#include "checks.hpp"
#include "command.hpp"
#include "core.hpp"

namespace rt::tools {

namespace {

// The hint names one near name; this is for more of them.
void print_near(const Json &near) {
    if (near.size() < 2) {
        return;
    }
    std::string names;
    for (const Json &name : near) {
        names += (names.empty() ? "Near: " : ", ") + name.get<std::string>();
    }
    print(paragraph(harmless(names), 0));
}

void print_searched(const Json &searched) {
    if (searched.empty()) {
        return;
    }
    print_line();
    print_line(paint(Style::strong, "Searched, in this order"));
    Table table({"  FOLDER", "FROM", "STATE", "FILES"});
    for (const Json &folder : searched) {
        table.add({"  " + text_at(folder, "folder"), text_at(folder, "from"), text_at(folder, "state"),
                   std::to_string(folder.value("files", 0))});
    }
    table.print();
}

void print_candidate(const Json &candidate) {
    const bool chosen = candidate.value("chosen", false);
    print_line();
    print_line(paint(Style::strong, harmless(text_at(candidate, "path"))));
    std::string said =
        text_at(candidate, "name") + " " + text_at(candidate, "version") + ", " + text_at(candidate, "state");
    said += chosen ? ", chosen" : ", not chosen";
    if (const std::string reason = text_at(candidate, "reason"); !reason.empty()) {
        said += ": " + reason;
    }
    print(paragraph(harmless(said), 2));
    print_checks(candidate.value("checks", Json::array()), 2);
}

void print_explanation(const Json &explained) {
    const bool ok = explained.value("ok", false);
    const std::string answer = paragraph(harmless(text_at(explained, "answer")), 0);
    print(paint(ok ? Style::good : Style::bad, answer));
    print(paragraph(harmless(text_at(explained, "hint")), 0));
    print_near(explained.value("near", Json::array()));
    print_searched(explained.value("searched", Json::array()));
    for (const Json &candidate : explained.value("candidates", Json::array())) {
        print_candidate(candidate);
    }
}

int explain(const std::string &name, bool json) {
    const Json explained = explanation(name);
    if (json) {
        print_json(explained);
    } else {
        print_explanation(explained);
    }
    return explained.value("ok", false) ? all_well : answer_is_no;
}

} // namespace

void add_explain(CLI::App &app, CommandLine &line) {
    auto name = std::make_shared<std::string>();
    CLI::App *command =
        add_command(app, line, "explain", "Says why a plugin or function is or is not there, and what to do",
                    "rtffi explain rt_torch_tensor_zeros", [name, &line] { return explain(*name, line.json); });
    command->add_option("name", *name, "A plugin's or function's name, or the path of a file")
        ->type_name("NAME")
        ->required();
}

} // namespace rt::tools
