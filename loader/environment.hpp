// environment.hpp - variables of the process, as a set-user-ID program may read them: it takes none from its caller.
#pragma once

#include <string>

namespace rt::core {

// "" where it is not set.
std::string environment(const char *name);

// "" where it is no absolute path: the XDG base directory specification ignores others.
std::string environment_folder(const char *name);

} // namespace rt::core
