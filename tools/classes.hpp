// classes.hpp - whether somebody registers the classes that a plugin's signatures name.
#pragma once

#include "output.hpp"

namespace rt::tools {

// Adds the check `classes` for a document of rt_inspect whose signatures name any: each must be the plugin's own, the core's, or
// another plugin's. One of a plugin that is on the search path but not among its needs is a warning.
void check_classes(Json &checks, const Json &file);

} // namespace rt::tools
