// canonical_path.hpp - a path without symbolic links and dots, as files are named everywhere in the core.
#pragma once

#include <string>

#include "error.hpp"

namespace rt::core {

// The outcome's cause is "not_found" or "not_readable".
Outcome canonical_path(const std::string &path, std::string &out);

// The same causes for what errno's value `error` says of a file.
Outcome unreadable(const std::string &path, int error);

} // namespace rt::core
