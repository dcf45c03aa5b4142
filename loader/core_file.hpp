// core_file.hpp - the file of librtffi.so itself, beside which other files of it lie.
#pragma once

#include <string>

namespace rt::core {

// Its canonical path, or "" where it cannot be told.
std::string core_file();

// The folder of it, or "".
std::string core_folder();

} // namespace rt::core
