// dlopen_error.hpp - why a library could not be opened: a cause, who is concerned, what to do.
#pragma once

#include <string>

#include "error.hpp"
#include "metadata.hpp"

namespace rt::core {

// Why dlopen of a file failed, from dlerror's text. The causes are those of dlopen_cause.hpp.
Outcome explain_dlopen_error(const std::string &path, const std::string &text, const Metadata &metadata);

// What to do about a cause, one sentence, or "". `metadata` of the plugin concerned may know better (its key `get`).
std::string hint_for(const std::string &cause, const Metadata &metadata);

} // namespace rt::core
