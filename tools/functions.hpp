// functions.hpp - the functions of the plugins on the search path, those that providers offer included.
#pragma once

#include <string>
#include <vector>

#include "command.hpp"
#include "output.hpp"

namespace rt::tools {

// Those whose names begin with `prefix`, sorted by name: name, signature, doc, group, plugin. `longer`: the prefixes of providers that
// begin with `prefix` and are longer than it, whose functions are not among them.
Json functions_beginning(const std::string &prefix, const CommandLine &line, std::vector<std::string> &longer);

// The one of that name, or the overloads of it, `aten::add.Tensor` of `aten::add`.
Json functions_named(const std::string &name, const CommandLine &line);

} // namespace rt::tools
