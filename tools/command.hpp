// command.hpp - the subcommands, and what they have in common.
//
// A new subcommand: a file of its own with an add_ function, declared here and listed in main.cpp, and a heading for it in help.cpp.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <rtffi/abi.h>
#include <string>
#include <vector>

namespace rt::tools {

// Exit codes.
enum : int { all_well = 0, answer_is_no = 1, wrong_usage = 2 };

struct CommandLine {
    bool json = false;
    std::vector<std::string> plugin_paths;
    std::vector<std::string>
        values; // `call`'s and `exec`'s arguments, which CLI11 would take for options where they begin with '-'
    std::function<int()> run; // the chosen subcommand; gives the exit code

    // The arguments with which a child process of this command looks for plugins where this one does.
    std::vector<std::string> for_child(std::vector<std::string> arguments) const {
        for (const std::string &folder : plugin_paths) {
            arguments.insert(arguments.end(), {"--plugin-path", folder});
        }
        return arguments;
    }
};

// Why there is no answer, on standard error and, where that was to be JSON, in a document of its own. They give the exit code.
int report_failure(const CommandLine &line, int exit_code, rt_status code, const std::string &cause,
                   const std::string &message);
int refuse_usage(const CommandLine &line, const std::string &message);

// Adds a subcommand with --json, and an example below its help.
CLI::App *add_command(CLI::App &app, CommandLine &line, const char *name, const char *doc, const char *example,
                      std::function<int()> run);

void add_list(CLI::App &app, CommandLine &line);
void add_info(CLI::App &app, CommandLine &line);
void add_explain(CLI::App &app, CommandLine &line);
void add_call(CLI::App &app, CommandLine &line);
void add_verify(CLI::App &app, CommandLine &line);
void add_build(CLI::App &app, CommandLine &line);
void add_bind(CLI::App &app, CommandLine &line);
void add_exec(CLI::App &app, CommandLine &line);
void add_docs(CLI::App &app, CommandLine &line);
void add_report(CLI::App &app, CommandLine &line);
void add_new(CLI::App &app, CommandLine &line);
void add_trust(CLI::App &app, CommandLine &line);
void add_explain_child(CLI::App &app, CommandLine &line);
void add_provided_child(CLI::App &app, CommandLine &line);
void add_verify_child(CLI::App &app, CommandLine &line);
void add_completion(CLI::App &app, CommandLine &line);
void add_complete_words(CLI::App &app, CommandLine &line);
void add_man_page(CLI::App &app, CommandLine &line);

} // namespace rt::tools
