// rtffi report: one HTML page on the state of this machine's plugins.
#include <cstdio>
#include <string>
#include <vector>

#include "checks.hpp"
#include "command.hpp"
#include "core.hpp"
#include "output_file.hpp"
#include "report/data.hpp"
#include "report/page.hpp"
#include "report/totals.hpp"

namespace rt::tools {

namespace {

struct ReportOptions {
    std::string output; // "" is the usual file, or none where JSON is wanted; "-" is standard output
    bool no_load = false;
    report::Scope scope;
};

std::string told(const std::string &path, const Json &document) {
    const report::Totals totals = report::totals_of(document);
    return path + ": " + counted(totals.plugins, "plugin") + ", " + counted(totals.functions, "function") + "; " +
           std::to_string(totals.failed) + " of " + counted(totals.checks, "check") + " failed";
}

int make_report(ReportOptions request, const CommandLine &line) {
    request.scope.load = !request.no_load;
    if (request.output.empty() && !line.json) {
        request.output = "rtffi-report.html";
    }
    if (request.output == "-" && line.json) {
        return refuse_usage(line, "--json and -o - both write to standard output; give -o a file");
    }
    if (!request.output.empty() && request.output != "-") {
        std::vector<std::string> read;
        for (const Json &file : plugins()) {
            read.push_back(text_at(file, "path"));
        }
        check_output(request.output, read); // before the plugins are tried out, which takes its time
    }
    const Json document = report::gather(request.scope, line);
    if (request.output == "-") {
        print(report::page(document));
    } else if (!request.output.empty()) {
        write_output(request.output, report::page(document));
    }
    if (line.json) {
        print_json(document);
    } else if (request.output != "-") {
        print_line(harmless(told(request.output, document)));
    }
    return all_well;
}

} // namespace

void add_report(CLI::App &app, CommandLine &line) {
    auto request = std::make_shared<ReportOptions>();
    CLI::App *command = add_command(
        app, line, "report", "Writes an HTML page on this machine's plugins: what is there, why, and whether it works",
        "rtffi report -o report.html\nExit code: 0 where the page was written, whatever it says; rtffi verify answers "
        "yes or no.",
        [request, &line] { return make_report(*request, line); });
    command
        ->add_option("-o,--output", request->output,
                     "The file to write, or - for standard output (rtffi-report.html; with --json: none)")
        ->type_name("FILE");
    command->add_flag("--all", request->scope.all,
                      "List each function that a plugin's providers offer, and not only how many: LibTorch has 3,000");
    command->add_flag("--no-verify", request->no_load,
                      "Load nothing: do not try the plugins out, and do not count what their providers offer");
    command
        ->add_option("--timeout", request->scope.limits.seconds, "Give up trying a plugin after so many seconds (60)")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.001, 1e6));
}

} // namespace rt::tools
