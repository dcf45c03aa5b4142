// host_functions.hpp - what the host itself publishes.
#pragma once

namespace rt::core {

struct MappedImage;

// Takes back those whose code was in an image that is gone: who published them did not.
void withdraw_host_functions(const MappedImage &gone);

} // namespace rt::core
