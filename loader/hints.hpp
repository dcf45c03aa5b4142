// hints.hpp - what to do about a failure, by its cause.
#pragma once

#include <string_view>

namespace rt::core {

// "" where there is nothing to say that the message does not.
const char *usual_hint(std::string_view cause);

} // namespace rt::core
