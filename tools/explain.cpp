// rtffi explain NAME: why a plugin, function or file is there or not, and what to do about it.
#include <rtffi/rtffi.h>
#include <stdexcept>

#include "../loader/failed_trials.hpp"
#include "../loader/hints.hpp"
#include "check_reporter.hpp"
#include "checks.hpp"
#include "child_process.hpp"
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
    const std::string name = text_at(candidate, "name");
    std::string said = name.empty() ? "" : name + " " + text_at(candidate, "version") + ", ";
    said += text_at(candidate, "state");
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

struct ExplainOptions {
    std::string name;
    bool no_load = false;
    Limits limits = {60, usual_memory_mib()};
    int results = -1;
};

// A name that its plugin turned out not to have: reading the file could not tell.
Json not_registered(Json explained, const std::string &cause, const std::string &message) {
    explained["ok"] = false;
    explained["state"] = "not_found";
    explained["cause"] = cause;
    explained["answer"] = message;
    explained["hint"] = core::usual_hint(cause);
    return explained;
}

// rtffi explain-child NAME: tries to load what NAME stands for, and says what the core then says about it. A bind or an open
// that fails is in that.
int explain_child(const ExplainOptions &options) {
    const CheckReporter reporter(options.results);
    const bool is_function = text_at(explanation(options.name), "kind") == "function";
    reporter.send({{"begin", true}});
    const rt_function *function = nullptr;
    const bool loaded = is_function ? rt_bind(options.name.c_str(), nullptr, 0, &function) == RT_OK
                                    : rt_dlopen(options.name.c_str(), 0) != 0;
    rt_error last = {};
    last.struct_size = sizeof last;
    rt_last_error(&last);
    const std::string cause = last.cause;
    const std::string message = last.message;
    Json explained = explanation(options.name);
    if (!loaded && explained.value("ok", false)) {
        explained = not_registered(std::move(explained), cause, message);
    }
    reporter.send({{"loaded", loaded}, {"explained", std::move(explained)}});
    return all_well;
}

Json *chosen(Json &explained) {
    for (Json &candidate : explained["candidates"]) {
        if (candidate.value("chosen", false)) {
            return &candidate;
        }
    }
    return nullptr;
}

// The child's process has it loaded; this one has not.
Json as_if_not_loaded(Json explained) {
    const std::string answer = text_at(explained, "answer");
    const std::string there = " is loaded from ";
    if (const std::size_t at = answer.find(there); at != std::string::npos) {
        explained["answer"] = answer.substr(0, at) + " is usable, from " + answer.substr(at + there.size());
    }
    explained["state"] = "available";
    for (Json &candidate : explained["candidates"]) {
        if (text_at(candidate, "state") == "loaded") {
            candidate["state"] = "available";
        }
    }
    return explained;
}

// What reading the files does not tell: the file that would be taken is loaded, in a process of its own.
Json explain_by_loading(const ExplainOptions &options, Json read, const CommandLine &line) {
    const std::string &name = options.name;
    const Limits &limits = options.limits;
    const Json *taken = chosen(read);
    core::FileIdentity file;
    if (taken == nullptr || !core::identify(text_at(*taken, "path"), file)) {
        return read;
    }
    Json told;
    bool begun = false;
    const Ending ending = run_child(line.for_child({"explain-child", name}), limits, [&](const std::string &text) {
        const Json document = Json::parse(text, nullptr, false);
        begun = begun || (document.is_object() && document.contains("begin"));
        told = document.is_object() && document.contains("explained") ? document : told;
    });
    if (told.is_null() && !begun) {
        throw std::runtime_error("the process that was to load " + name + " " +
                                 ending.story(limits)); // no fault of the file
    }
    if (told.is_null()) {
        core::keep_failed_trial(
            file, {ending.probe_cause(), static_cast<std::int64_t>(limits.seconds * 1000), ending.story(limits)});
        return explanation(name);
    }
    core::forget_failed_trial(file);
    const Json *loaded = chosen(told["explained"]);
    if (!told.value("loaded", false) || loaded == nullptr) {
        return told["explained"];
    }
    if (text_at(*loaded, "path") != text_at(*taken, "path")) {
        return as_if_not_loaded(told["explained"]); // another is taken, since this one does not load
    }
    (*chosen(read))["checks"].push_back({{"id", "load"},
                                         {"ok", true},
                                         {"cause", ""},
                                         {"detail", "it was loaded, in a process of its own"},
                                         {"hint", ""}});
    return read;
}

int explain(const ExplainOptions &options, const CommandLine &line) {
    Json explained = explanation(options.name);
    if (explained.value("ok", false) && !options.no_load) {
        explained = explain_by_loading(options, std::move(explained), line);
    }
    if (line.json) {
        print_json(explained);
    } else {
        print_explanation(explained);
    }
    return explained.value("ok", false) ? all_well : answer_is_no;
}

} // namespace

void add_explain(CLI::App &app, CommandLine &line) {
    auto options = std::make_shared<ExplainOptions>();
    CLI::App *command =
        add_command(app, line, "explain", "Says why a plugin or function is or is not there, and what to do",
                    "rtffi explain rt_torch_tensor_zeros", [options, &line] { return explain(*options, line); });
    command->add_option("name", options->name, "A plugin's or function's name, or the path of a file")
        ->type_name("PLUGIN|FUNCTION|FILE")
        ->required();
    command->add_flag("--no-load", options->no_load,
                      "Read files only: do not try to load one, in a process of its own");
    command->add_option("--timeout", options->limits.seconds, "Give up loading after so many seconds (60)")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.001, 1e6));
}

void add_explain_child(CLI::App &app, CommandLine &line) {
    auto options = std::make_shared<ExplainOptions>();
    CLI::App *command = app.add_subcommand("explain-child", "")->group("");
    command->fallthrough();
    command->callback([options, &line] { line.run = [options] { return explain_child(*options); }; });
    command->add_option("name", options->name)->required();
    command->add_option("--results", options->results)->required();
}

} // namespace rt::tools
