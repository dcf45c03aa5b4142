// value_text.hpp - results of calls, for people and as JSON.
#pragma once

#include <rtffi/abi.h>
#include <string>

#include "output.hpp"

namespace rt::tools {

// A text plainly, "" for none; arrays as [1, 2]; an object by its class's function NAME_to_text where the registry has one.
std::string text_of(const rt_value &value);

// The same as JSON. An object is {"class","handle","text"}; numbers that JSON lacks are the texts "inf", "-inf", "nan"; bytes are
// hexadecimal digits.
Json json_of(const rt_value &value);

} // namespace rt::tools
