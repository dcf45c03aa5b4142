// language.hpp - the languages that `rtffi bind` writes. A new one: a file with a generator, declared here and listed in bind.cpp.
#pragma once

#include <string>

#include "interface.hpp"

namespace rt::tools::bind {

// Each gives the whole text of one file, the same from run to run.
std::string c_binding(const Interface &interface);
std::string cpp_binding(const Interface &interface);
std::string python_binding(const Interface &interface);
std::string lua_binding(const Interface &interface);
std::string rust_binding(const Interface &interface);
std::string simple_binding(const Interface &interface);

// Why the binding for Simple cannot have the function; null where it can.
const char *not_in_simple(const Function &function);

// The source of a library that has each native function under its own name.
std::string c_trampolines(const Interface &interface);

} // namespace rt::tools::bind
