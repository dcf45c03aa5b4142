// extern_reader.hpp - the `extern fn` declarations in a text file, of a program in any language.
#pragma once

#include <string>
#include <vector>

namespace rt::tools {

struct Extern {
    std::string name;      // "" where the line looks like a declaration but cannot be read as one
    std::string signature; // the line itself there
    std::size_t line = 0;  // from 1
};

// The lines of a text file that begin with `[pub] [unsafe] extern ["C"] fn`, after blanks and attributes (#[...], @...), and those
// that were meant to; what follows the signature on such a line is not looked at. Throws CheckFailed where the file cannot be read.
std::vector<Extern> read_externs(const std::string &path);

} // namespace rt::tools
