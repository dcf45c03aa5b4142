// mapped_file.hpp - which file an opened library was really mapped from.
#pragma once

#include <string>

namespace rt::core {

// Whether the image that dlopen gave (its handle) is the file that has this path now. dlopen gives an old image again
// where something else in the process has the library open, or it cannot be unmapped, although the file was replaced.
// Where /proc does not tell, it is taken to be.
bool is_mapped_from(void *library, const std::string &path);

} // namespace rt::core
