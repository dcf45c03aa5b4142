// provided.hpp - what a plugin's providers offer, which only the plugin itself can tell: it is loaded for that, in a process of
// its own, since one that crashes or hangs must not take the command with it.
#pragma once

#include <string>

#include "command.hpp"
#include "output.hpp"

namespace rt::tools {

// Of each function whose name begins with `prefix`, which begins with the prefix of a provider in `file` (of `inspect`): name,
// signature, doc, group, plugin. Throws where the plugin cannot be loaded, or did not live to tell.
Json provided_by(const Json &file, const std::string &prefix, const CommandLine &line);

} // namespace rt::tools
