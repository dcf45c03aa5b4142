// log.hpp - messages that are not errors.
#pragma once

#include <cstdint>

namespace rt::core {

void log(std::int32_t level, const char *plugin, const char *message) noexcept;

} // namespace rt::core
