// language.hpp - the languages that `rtffi bind` writes. A new one: a file with a generator, declared here and listed in bind.cpp.
#pragma once

#include <string>

#include "interface.hpp"

namespace rt::tools::bind {

// Each gives the whole text of one file, the same from run to run.
std::string rust_binding(const Interface &interface);
std::string simple_binding(const Interface &interface);

} // namespace rt::tools::bind
