// rtffi: what is on this machine's plugin search path, why, and whether it works.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <rtffi/host.hpp>
#include <system_error>

#include "command.hpp"
#include "core.hpp"
#include "help.hpp"

namespace rt::tools {

int report_failure(const CommandLine &line, int exit_code, rt_status code, const std::string &cause,
                   const std::string &message) {
    show_progress("");
    std::fprintf(stderr, "rtffi: %s\n", harmless(message).c_str());
    if (line.json) {
        print_json({{"ok", false}, {"error", error_json(code, cause, message)}});
    }
    return exit_code;
}

int refuse_usage(const CommandLine &line, const std::string &message) {
    return report_failure(line, wrong_usage, RT_E_ARGUMENT, "usage", message);
}

CLI::App *add_command(CLI::App &app, CommandLine &line, const char *name, const char *doc, const char *example,
                      std::function<int()> run) {
    CLI::App *command = app.add_subcommand(name, doc);
    command->add_flag("--json", line.json, "Print one JSON document and nothing else");
    command->footer("Example: " + std::string(example));
    command->fallthrough(); // so that --plugin-path may stand anywhere
    command->callback([&line, run = std::move(run)] { line.run = run; });
    return command;
}

namespace {

// Finds the subcommand's name. After `call NAME` an argument is whatever does not look like a long option, so that -1 and -inf are
// numbers, and after `exec PROGRAM` every argument is the program's; those go into `values`. What is left is for CLI11.
std::vector<std::string> take_values(const std::vector<std::string> &arguments, std::string &command,
                                     std::vector<std::string> &values) {
    std::vector<std::string> rest;
    std::size_t words = 0;
    bool options_end = false;
    for (std::size_t i = 0; i < arguments.size(); i++) {
        const std::string &argument = arguments[i];
        const bool others = command == "exec" && words == 2;
        const bool option = !others && !options_end && (argument.starts_with("--") || argument == "-h");
        if (option && argument == "--") {
            options_end = true;
        } else if (option) {
            rest.push_back(argument);
            if ((argument == "--plugin-path" || argument == "--plugin") && i + 1 < arguments.size()) {
                rest.push_back(arguments[++i]);
            }
        } else if (words < 2) {
            command = words++ == 0 ? argument : command;
            if (command != "call" && command != "exec") {
                return arguments;
            }
            rest.push_back(argument);
        } else {
            values.push_back(argument);
        }
    }
    return rest;
}

// What CLI11 says, with an argument's name as usage has it.
std::string complaint_of(const CLI::App &app, const CLI::ParseError &error) {
    const CLI::App *command = &app;
    std::string name = "rtffi";
    while (!command->get_subcommands().empty()) {
        command = command->get_subcommands().front();
        name += " " + command->get_name();
    }
    std::string message = error.what();
    for (const CLI::Option *argument : arguments_of(*command)) {
        if (message == argument->get_name() + " is required") {
            const std::string value = value_name(*argument);
            message = value.substr(0, value.find(' ')) + " is required";
        }
    }
    return message + "; " + name + " --help says what it takes";
}

int parse_and_run(int argc, char **argv, CommandLine &line) {
    CLI::App app("Looks at rtffi's plugins: what is there, why, and whether it works.", "rtffi");
    app.formatter(help_formatter());
    app.set_version_flag("--version",
                         "rtffi " + std::string(rt_version()) + " (ABI " + std::to_string(rt_abi_version()) + ")");
    app.add_option("--plugin-path", line.plugin_paths, "Look for plugins here first; may be given again")
        ->type_name("FOLDER")
        ->allow_extra_args(false);
    app.footer("Exit codes: 0 all well, 1 the answer is no, 2 wrong usage.\nExample: rtffi explain torch");
    app.require_subcommand(1);
    for (const auto add : {add_list, add_info, add_explain, add_call, add_verify, add_new, add_build, add_bind,
                           add_exec, add_report, add_docs, add_trust, add_explain_child, add_provided_child,
                           add_verify_child, add_completion, add_complete_words, add_man_page}) {
        add(app, line);
    }
    group_subcommands(app);
    std::string command;
    std::vector<std::string> rest = take_values({argv + 1, argv + argc}, command, line.values);
    // Also where the rest cannot be read.
    const auto options_end = std::find(rest.begin(), rest.end(), "--");
    line.json = std::find(rest.begin(), options_end, "--json") != options_end;
    const auto is_meant = [&](const CLI::App *subcommand) { return subcommand->get_name() == command; };
    if (!command.empty() && app.get_subcommands(is_meant).empty()) {
        return refuse_usage(line, "there is no subcommand '" + command + "'; rtffi --help lists them");
    }
    try {
        std::reverse(rest.begin(), rest.end()); // as CLI11 wants them
        app.parse(std::move(rest));
    } catch (const CLI::Success &help) {
        return app.exit(help);
    } catch (const CLI::ParseError &error) {
        return refuse_usage(line, complaint_of(app, error));
    }
    if (line.json) {
        keep_output_for_json();
    }
    for (std::size_t i = line.plugin_paths.size(); i-- > 0;) { // each goes to the front
        rt::Registry::add_search_path(line.plugin_paths[i]);
    }
    return line.run();
}

} // namespace

} // namespace rt::tools

int main(int argc, char **argv) {
    using namespace rt::tools;
    CommandLine line;
    try {
        const int status = parse_and_run(argc, argv, line);
        if (!finish_output()) {
            throw std::system_error(errno, std::generic_category(), "standard output cannot be written");
        }
        return status;
    } catch (const rt::Error &error) {
        return report_failure(line, answer_is_no, error.code(), error.cause(), error.what());
    } catch (const std::exception &error) {
        return report_failure(line, answer_is_no, RT_E_CALLEE, "", error.what());
    }
}
