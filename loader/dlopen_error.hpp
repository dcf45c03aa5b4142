// dlopen_error.hpp - what the dynamic linker's words mean: a cause, who is concerned, what to do.
#pragma once

#include <string>

#include "error.hpp"
#include "metadata.hpp"

namespace rt::core {

// Why dlopen of a file failed, from dlerror's text. The causes: "missing_library", "undefined_symbol", "missing_version",
// "static_tls", "no_memory", "too_many_files", "damaged_library", "not_permitted", and "dlopen" for what is none of these.
Outcome explain_dlopen_error(const std::string &path, const std::string &text, const Metadata &metadata);

// What to do about a cause, one sentence, or "". `metadata` of the plugin concerned may know better (its key `get`).
std::string hint_for(const std::string &cause, const Metadata &metadata);

} // namespace rt::core
