// verify.hpp - what `rtffi verify` finds of one plugin file, for other subcommands.
#pragma once

#include <string>

#include "child_process.hpp"
#include "command.hpp"
#include "output.hpp"

namespace rt::tools {

// {"plugin","path","ok","variant","checks","functions"}: the file is read, and then loaded and tried out in a process of its own.
// `wanted` is what was asked for: a plugin's name, or a path. `externs`, where not "", is a file of declarations to check, too.
Json verify_file(const std::string &path, const std::string &wanted, const std::string &externs, const Limits &limits,
                 const CommandLine &line);

// "geometry works: 14 checks passed, 11 functions.", or how many failed.
std::string verdict_of(const Json &report);

} // namespace rt::tools
