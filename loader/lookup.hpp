// lookup.hpp - from a name to a function, asking providers and loading plugins on the way where that is wanted.
#pragma once

#include <string>
#include <string_view>

#include "error.hpp"
#include "record.hpp"

namespace rt::core {

// The published function of a name; providers are asked, and the plugin that has it is loaded. Null with the error set.
const Record *find_or_load(std::string_view name);

// Opens the plugin of a name for good, to have one of its functions. In library.cpp.
Outcome open_for_good(const std::string &name);

} // namespace rt::core
