// callable.hpp - functions of the host's that it hands to plugins as handles.
#pragma once

#include <cstddef>

namespace rt::core {

struct MappedImage;

// The release function of the callables' class.
void release_callable(void *object);

// How many callables are alive whose code lies in an image.
std::size_t callables_in(const MappedImage &image);

} // namespace rt::core
