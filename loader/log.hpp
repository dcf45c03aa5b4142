// log.hpp - messages that are not errors.
#pragma once

#include <cstdint>

namespace rt::core {

struct MappedImage;

void log(std::int32_t level, const char *plugin, const char *message) noexcept;

// Goes back to standard error where the host's sink was in an image that is gone.
void forget_log_sink(const MappedImage &gone);

} // namespace rt::core
