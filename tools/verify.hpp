// verify.hpp - what `rtffi verify` finds, for other subcommands.
#pragma once

#include <string>

#include "command.hpp"
#include "output.hpp"

namespace rt::tools {

// One file: the document of `verify FILE --json`.
Json verify_file(const std::string &path, const CommandLine &line);

// "geometry works: 14 checks passed, 11 functions.", or how many failed.
std::string verdict_of(const Json &report);

} // namespace rt::tools
