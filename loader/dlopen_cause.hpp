// dlopen_cause.hpp - what the dynamic linker's words mean, by their own.
#pragma once

#include <string_view>

namespace rt::core {

// From dlerror's text, one of: "missing_library", "undefined_symbol", "missing_version", "static_tls", "no_memory",
// "too_many_files", "damaged_library", "not_permitted", and "dlopen" for what is none of these.
const char *cause_of_dlopen_error(std::string_view text);

} // namespace rt::core
