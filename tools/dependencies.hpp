// dependencies.hpp - where the libraries that a plugin needs were found, in words.
#pragma once

#include <string>

#include "output.hpp"

namespace rt::tools {

// Of the `dependencies` of rt_inspect: a line "FOLDER: LIBRARY, LIBRARY" for each folder, which of LibTorch's hundred libraries
// makes a handful, and one "not found: LIBRARY (needed by FILE)" where any is missing. No newline at the end.
std::string where_found(const Json &dependencies);

} // namespace rt::tools
