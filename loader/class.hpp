// class.hpp - handle classes by name.
#pragma once

#include "error.hpp"
#include "handle.hpp"

namespace rt::core {

// The core's own classes.
extern rt_class library_class;
extern rt_class callable_class;

// The class of that name for a plugin, made or taken over from a plugin that is gone; refused where it is another's.
Outcome register_class(rt_plugin *plugin, const rt_class_desc *desc, const rt_class **out);

// Forgets how a plugin's objects are destroyed, before its code goes; there are none any more.
void forget_releases(const rt_plugin &plugin);

} // namespace rt::core
