// candidates.hpp - what a word of a command line may become, from the subcommands and options that CLI11 knows.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace rt::tools {

struct Candidate {
    std::string word; // or one of ":files", ":folders", ":programs", which the shell itself knows
    std::string doc;
};

// Those for the last of `words`, which stand after the command's name. Plugin files are read, none is loaded: who presses the tab key
// does not ask for code to run.
std::vector<Candidate> candidates(const CLI::App &app, const std::vector<std::string> &words);

} // namespace rt::tools
