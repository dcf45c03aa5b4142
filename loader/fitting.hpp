// fitting.hpp - whether a value is what a signature says it is, as far as its tag tells.
#pragma once

#include <string>

#include <rtffi/abi.h>
#include <rtffi/detail/signature_type.hpp>

namespace rt::core {

// An integer is a number, too, and a handle: hosts without types for them give both so. An empty array may be one of any elements.
bool fits(const Type &type, const rt_value &value);

// "an integer (7)"; `value` may be null.
std::string described(const rt_value *value);

} // namespace rt::core
