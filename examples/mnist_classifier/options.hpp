// options.hpp - the command line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "../common/command_line.hpp"

struct Options {
    std::filesystem::path data = "/usr/share/datasets/fashion-mnist"; // Debian's package dataset-fashion-mnist
    std::filesystem::path out = ".";
    std::int64_t images = 0; // 0: all
    std::int64_t epochs = 2;
    std::int64_t batch = 128;
    std::int64_t seed = 1;
};

extern const Program program;

// The options, or nothing and the exit status where the program has nothing more to do: 0 after --help, 2 after a mistake,
// which it has explained on standard error.
std::optional<Options> parse_options(int argc, char **argv, int &exit_status);
