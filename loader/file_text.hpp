// file_text.hpp - the whole text of a small file.
#pragma once

#include <string>

#include "descriptor.hpp"
#include "error.hpp"

namespace rt::core {

// Of a regular file. The causes are "not_found", "not_readable", "not_a_file" and "too_long" (more than 16 MiB).
Outcome read_text(const std::string &path, std::string &out);
// The same of what is open.
Outcome read_text(const Descriptor &file, const std::string &path, std::string &out);

} // namespace rt::core
