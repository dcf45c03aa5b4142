// device_arguments.hpp - what the functions of devices ask of their arguments. The stub asks the same.
#pragma once

#include <string_view>

#include "arguments.hpp"

namespace rt::libtorch {

void check_stream_end(bool begun);

// The text is none of a device's names.
[[noreturn]] void refuse_device_name(std::string_view name);

// It may be one, but there is no such device.
[[noreturn]] void refuse_device(std::string_view name);

} // namespace rt::libtorch
