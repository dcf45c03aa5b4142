// call.hpp - calls whose arguments have to be put in order first.
#pragma once

#include <rtffi/rtffi.h>

namespace rt::core {

// See rt_host.complete.
rt_status complete(const rt_function *self, const rt_value *args, size_t count, rt_value *result);

} // namespace rt::core
