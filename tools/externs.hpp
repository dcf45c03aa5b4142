// externs.hpp - whether the registry has what a program declares with `extern fn`.
#pragma once

#include <string>

#include "check_reporter.hpp"

namespace rt::tools {

// One check for each, "extern:NAME": is there such a function, with that signature? One that fails, "extern:line N", for each
// line that looks like a declaration and cannot be read.
void check_externs(const CheckReporter &reporter, const std::string &path);

} // namespace rt::tools
