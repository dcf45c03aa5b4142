// warnings.hpp - LibTorch's warnings go to the host's log.
#pragma once

namespace rt::libtorch {

// Sends the warnings that LibTorch gives on the calling thread to the host's log instead of standard error, unless the
// thread's warnings already go somewhere of somebody's choice.
void send_warnings_to_host();

} // namespace rt::libtorch
