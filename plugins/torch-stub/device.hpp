// device.hpp - devices by name, of which there is the CPU alone.
#pragma once

#include <string_view>

namespace rt::stub {

// Throws for every other device, and for what is none.
void require_cpu(std::string_view device);

} // namespace rt::stub
