// help.hpp - how the command and its subcommands present themselves in --help; completion and the man page read the same.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace rt::tools {

// What an option takes, as the user reads it: "SECONDS", or "c|python" where only these are taken; "" of a flag.
std::string value_name(const CLI::Option &option);
// The only values that an option takes; empty where there are others.
std::vector<std::string> choices(const CLI::Option &option);

// Those that help lists: processes that the command starts for itself are in no group.
std::vector<const CLI::App *> shown_subcommands(const CLI::App &app);
std::vector<const CLI::Option *> shown_options(const CLI::App &app);
std::vector<const CLI::Option *> arguments_of(const CLI::App &app);

std::shared_ptr<CLI::FormatterBase> help_formatter();
// Puts the subcommands under headings. One without a heading stands under "Subcommands".
void group_subcommands(CLI::App &app);

} // namespace rt::tools
