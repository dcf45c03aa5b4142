// callable.hpp - functions of the host's that it hands to plugins as handles.
#pragma once

namespace rt::core {

// The release function of the callables' class.
void release_callable(void *object);

} // namespace rt::core
