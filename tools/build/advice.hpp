// advice.hpp - what a compiler cannot say of a signature: where it breaks off, and the C++ function that it describes.
#pragma once

#include <string>

namespace rt::tools::build {

// What to add to the SDK's sentence about a C++ function, or "": "; in C++: double half(std::string_view x)", or
// "; expected a type at character 8".
std::string advice(const std::string &sentence);

} // namespace rt::tools::build
