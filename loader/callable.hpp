// callable.hpp - functions of the host's that it hands to plugins as handles.
#pragma once

#include <cstddef>

namespace rt::core {

// The release function of the callables' class.
void release_callable(void *object);

// How many callables are alive whose code lies in a library, a handle of dlopen's.
std::size_t callables_in(void *library);

} // namespace rt::core
