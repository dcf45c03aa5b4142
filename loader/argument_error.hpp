// argument_error.hpp - errors about one argument of one function: "add: argument 2 (other): handle 0x1c00005 was freed".
#pragma once

#include <rtffi/plugin.h>

namespace rt::core {

rt_status fail_argument(const char *signature, size_t index, rt_status code, const char *message);
rt_status fail_handle(const char *signature, size_t index, int64_t handle, const rt_class *expected);
rt_status fail_value(const char *signature, size_t index, const rt_value *got);

} // namespace rt::core
