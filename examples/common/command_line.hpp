// command_line.hpp - what the examples share: options as --name value, and failures told in one sentence.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <vector>

struct NumberOption {
    const char *name;
    std::int64_t *value;
    std::int64_t least = std::numeric_limits<std::int64_t>::min();
};
struct PathOption {
    const char *name;
    std::filesystem::path *value;
};

// A program and its help, which begins with "usage: ".
struct Program {
    const char *name;
    const char *usage;
};

// Reads the options into their values. False where the program has nothing more to do, with its exit status: 0 after --help, 2 after
// a mistake, which is explained on standard error.
bool parse_options(const Program &program, int argc, char **argv, const std::vector<NumberOption> &numbers,
                   const std::vector<PathOption> &paths, int &exit_status);

// Runs `body`, which returns the exit status; 1 where it throws, with the reason on standard error. Where LibTorch is not there, a
// program comes to the first number that it needs.
int run_program(const Program &program, const std::function<int()> &body);
