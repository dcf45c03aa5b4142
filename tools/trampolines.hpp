// trampolines.hpp - libraries that have a plugin's native functions under their own names (`rtffi bind --lang c --trampolines`).
#pragma once

#include <string>

namespace rt::tools {

// The path of the librtffi.so that this program uses.
std::string core_library();

// The path of such a library for a plugin of the search path, or a plugin's file: the one that lies beside librtffi.so, as
// torch's does, or one that a C compiler makes and the user's cache keeps. Throws rt::Error.
std::string trampolines_of(const std::string &plugin);

} // namespace rt::tools
