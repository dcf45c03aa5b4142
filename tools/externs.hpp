// externs.hpp - the `extern fn` declarations of a program in any language, and whether the registry has what they declare.
#pragma once

#include <string>
#include <vector>

#include "check_reporter.hpp"

namespace rt::tools {

struct Extern {
    std::string name;
    std::string signature;
    std::size_t line = 0; // from 1
};

// The lines of a text file that begin with `extern fn`; what follows the signature on such a line is not looked at.
std::vector<Extern> read_externs(const std::string &path);

// One check for each, "extern:NAME": is there such a function, with that signature?
void check_externs(const CheckReporter &reporter, const std::string &path);

} // namespace rt::tools
