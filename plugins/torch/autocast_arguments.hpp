// autocast_arguments.hpp - what autocast asks of its arguments.
#pragma once

#include "arguments.hpp"

namespace rt::libtorch {

// Throws for a device that is neither cpu nor cuda, and for a dtype that autocast does not compute in there.
void check_autocast(std::string_view device, std::string_view dtype, bool float16_on_cpu);

void check_autocast_end(bool begun);

} // namespace rt::libtorch
