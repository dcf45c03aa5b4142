// rtffi verify [PLUGIN|FILE]: loads a plugin in a process of its own, tries it out, and says what works.
#include <chrono>
#include <cstdio>
#include <set>

#include "../loader/failed_trials.hpp"
#include "checks.hpp"
#include "child_process.hpp"
#include "classes.hpp"
#include "command.hpp"
#include "core.hpp"
#include "dependencies.hpp"
#include "verify.hpp"

namespace rt::tools {

namespace {

struct VerifyOptions {
    std::string plugin;
    std::string externs;
    Limits limits;
};

// Whether the limit may be what its end is due to.
bool short_of_memory(const Ending &ending, const Limits &limits) {
    return ending.how != Ending::How::exited && limits.memory_mib != 0 &&
           (limits.memory_mib < usual_memory_mib() || ending.memory_mib > limits.memory_mib / 2 ||
            ending.output.find("bad_alloc") != std::string::npos);
}

// Reads what the child says; see check_reporter.hpp.
class ChildResults {
  public:
    // `loads`: the child is to load a plugin, and does not check declarations alone.
    ChildResults(Json &report, std::string name, bool loads) : report_(report), name_(std::move(name)), loads_(loads) {}

    void take(const std::string &text) {
        const Json line = Json::parse(text, nullptr, false);
        if (!line.is_object()) {
            return;
        }
        if (line.contains("begin")) {
            current_ = text_at(line, "begin");
            begun_ = Clock::now();
            show_progress("verifying " + name_ + ": " + current_);
        } else if (line.contains("functions")) {
            report_["functions"] = line["functions"];
        } else if (line.contains("done")) {
            done_ = true;
            current_ = complete() ? "exit" : "load";
            begun_ = Clock::now();
        } else if (line.contains("id")) {
            report_["checks"].push_back(line);
            const std::string id = text_at(line, "id");
            reported_.insert(id);
            loaded_ = loaded_ || (id == "load" && line.value("ok", false));
        }
    }

    // Whether the process got beyond loading the file, or ended while it did.
    bool came_through() const { return loaded_ || done_; }
    bool ended_loading() const { return !came_through() && current_ == "load"; }

    // A process that did not come to its end failed the check that it was in.
    void finish(const Ending &ending, const Limits &limits) {
        if (complete() && ending.how == Ending::How::exited && ending.number == 0) {
            return;
        }
        std::string hint =
            "it is in the plugin's code; a debugger shows where: gdb --args rtffi verify-child FILE --results 1";
        if (short_of_memory(ending, limits)) {
            hint = "it may allocate " + std::to_string(limits.memory_mib) + " MiB; another limit: --memory";
        } else if (ending.how == Ending::How::overdue) {
            hint = "give it more time with --timeout";
        }
        if (!ending.output.empty()) {
            hint += "; it printed: " + ending.output.substr(0, ending.output.find_last_not_of('\n') + 1);
        }
        Json check = make_check(current_, false, "the process " + ending.text(limits), hint);
        check["seconds"] = std::chrono::duration<double>(Clock::now() - begun_).count();
        report_["checks"].push_back(std::move(check));
    }

  private:
    using Clock = std::chrono::steady_clock;

    // Whether all that there is to say was said: a plugin may end the process as if it were.
    bool complete() const {
        return done_ && (!loads_ || (loaded_ ? reported_.contains("unload") : !reported_.empty()));
    }

    Json &report_;
    std::string name_;
    bool loads_;
    std::set<std::string> reported_; // the ids of its checks
    std::string current_ = "start";
    Clock::time_point begun_ = Clock::now();
    bool loaded_ = false;
    bool done_ = false;
};

// What RT_DLOPEN_PROBE and rt_explain will know of the file. Less memory than usual is no fault of it.
void remember(const core::FileIdentity &file, const ChildResults &results, const Ending &ending, const Limits &limits) {
    if (results.came_through()) {
        core::forget_failed_trial(file);
    } else if (results.ended_loading() && (limits.memory_mib == 0 || limits.memory_mib >= usual_memory_mib())) {
        core::keep_failed_trial(
            file, {ending.probe_cause(), static_cast<std::int64_t>(limits.seconds * 1000), ending.story(limits)});
    }
}

void run_checks(Json &report, const std::string &path, const std::string &externs, const Limits &limits,
                const CommandLine &line) {
    std::vector<std::string> arguments = line.for_child({"verify-child"});
    if (!externs.empty()) {
        arguments.insert(arguments.end(), {"--externs", externs});
    }
    if (!path.empty()) {
        arguments.push_back(path);
    }
    ChildResults results(report, text_at(report, "plugin"), !path.empty());
    core::FileIdentity file;
    const bool is_there = !path.empty() && core::identify(path, file);
    const Ending ending = run_child(std::move(arguments), limits, [&](const std::string &text) { results.take(text); });
    show_progress("");
    results.finish(ending, limits);
    if (is_there) {
        remember(file, results, ending, limits);
    }
}

// The core says whether each was found. Here it is told where, since one of a wrong version is found, too.
void name_dependencies(Json &report, const Json &dependencies) {
    for (Json &check : report["checks"]) {
        if (const std::string where = where_found(dependencies);
            text_at(check, "id") == "dependencies" && !where.empty()) {
            check["detail"] = text_at(check, "detail") + ":\n" + where;
        }
    }
}

// Who asks for a plugin by its name wants the real one; who gives the file of a stub wants that.
void check_variant(Json &report, const std::string &plugin) {
    if (text_at(report, "variant") == "stub" && text_at(report, "plugin") == plugin) {
        const Json explained = explanation(plugin);
        report["checks"].push_back(
            make_check("variant", false, text_at(explained, "answer"), text_at(explained, "hint")));
    }
}

} // namespace

Json verify_file(const std::string &path, const std::string &wanted, const std::string &externs, const Limits &limits,
                 const CommandLine &line) {
    const Json file = inspect(path);
    Json report = {{"plugin", text_at(file, "name")},
                   {"path", text_at(file, "path")},
                   {"ok", false},
                   {"variant", text_at(file, "variant")},
                   {"checks", file.at("checks")},
                   {"functions", file.at("functions").size()}};
    name_dependencies(report, file.at("dependencies"));
    for (const Json &warning : file.at("warnings")) {
        report["checks"].push_back(warning);
    }
    check_classes(report["checks"], file);
    check_variant(report, wanted);
    if (file.value("ok", false)) { // else there is nothing to load
        run_checks(report, path, externs, limits, line);
    }
    report["ok"] = failures(report["checks"]) == 0;
    return report;
}

namespace {

// Declarations alone, for which any plugin will do.
Json verify_externs(const VerifyOptions &options, const CommandLine &line) {
    Json report = {{"plugin", ""},  {"path", options.externs}, {"ok", false},
                   {"variant", ""}, {"checks", Json::array()}, {"functions", 0}};
    run_checks(report, "", options.externs, options.limits, line);
    report["ok"] = failures(report["checks"]) == 0;
    return report;
}

// As it is called: by the plugin's name, or by its file where it has none.
std::string name_of(const Json &report) {
    const std::string plugin = text_at(report, "plugin");
    return harmless(plugin.empty() ? text_at(report, "path") : plugin);
}

void print_report(const Json &report) {
    const std::string name = name_of(report);
    const bool is_plugin = !text_at(report, "plugin").empty();
    print(paint(Style::strong, paragraph(is_plugin ? name + "  " + harmless(text_at(report, "path")) : name, 0)));
    print_checks(report["checks"], 2);
    print(paint(failures(report["checks"]) == 0 ? Style::good : Style::bad, paragraph(verdict_of(report), 0)));
}

int verify(const VerifyOptions &options, const CommandLine &line) {
    Json reports = Json::array();
    const auto add = [&](Json report) {
        if (!line.json) {
            print(reports.empty() ? "" : "\n");
            print_report(report);
        }
        reports.push_back(std::move(report));
    };
    if (!options.plugin.empty()) {
        add(verify_file(file_of(options.plugin), options.plugin, options.externs, options.limits, line));
    } else {
        for (const Json &plugin : plugins()) {
            if (plugin.value("chosen", false)) {
                add(verify_file(text_at(plugin, "path"), text_at(plugin, "name"), "", options.limits, line));
            }
        }
        if (!options.externs.empty()) {
            add(verify_externs(options, line));
        }
    }
    if (line.json) {
        print_json(options.plugin.empty() ? reports : reports[0]);
    }
    if (reports.empty()) {
        std::fprintf(stderr, "rtffi: there are no plugins to verify; %s\n",
                     searched_text(explanation("rtffi")).c_str());
        return answer_is_no;
    }
    return failures(reports) == 0 ? all_well : answer_is_no;
}

} // namespace

std::string verdict_of(const Json &report) {
    const Json &checks = report["checks"];
    const std::size_t failed = failures(checks);
    const std::size_t warned = warnings(checks);
    if (failed != 0) {
        return name_of(report) + " does not work: " + std::to_string(failed) + " of " +
               counted(checks.size(), "check") + " failed.";
    }
    return name_of(report) + " works: " + counted(checks.size() - warned, "check") + " passed" +
           (warned == 0 ? "" : ", " + counted(warned, "warning")) +
           (text_at(report, "plugin").empty()
                ? "."
                : ", " + counted(report["functions"].get<std::size_t>(), "function") + ".");
}

void add_verify(CLI::App &app, CommandLine &line) {
    auto options = std::make_shared<VerifyOptions>();
    options->limits.memory_mib = usual_memory_mib();
    CLI::App *command = add_command(
        app, line, "verify", "Tries a plugin out in a process of its own: every plugin, or one",
        "rtffi verify torch --externs program.rs --json", [options, &line] { return verify(*options, line); });
    command->add_option("plugin", options->plugin, "A plugin's name, or the path of a file")->type_name("PLUGIN|FILE");
    command->add_option("--timeout", options->limits.seconds, "Give up after so many seconds (60)")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.001, 1e6));
    command
        ->add_option("--memory", options->limits.memory_mib,
                     "Let it allocate so much (half of the machine's memory); 0 is no limit")
        ->type_name("MIB")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 30U));
    command->add_option("--externs", options->externs, "Check the lines `extern fn name(...) -> type` of a file too")
        ->type_name("FILE")
        ->check(CLI::ExistingFile);
}

} // namespace rt::tools
