// host_table.hpp - the function table that plugins get.
#pragma once

#include <rtffi/plugin.h>

namespace rt::core {

extern const rt_host host_table;

} // namespace rt::core
