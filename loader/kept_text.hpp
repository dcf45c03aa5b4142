// kept_text.hpp - texts that live for ever, one copy of each: names and descriptions that hosts may hold on to.
#pragma once

#include <string_view>

namespace rt::core {

const char *keep_text(std::string_view text);

} // namespace rt::core
