// error.hpp - LibTorch's exceptions as the host sees them.
#pragma once

#include "process.hpp"

namespace rt::libtorch {

// Called inside a catch block. The message is LibTorch's own first line, without its back trace; what is not an
// exception of LibTorch's is thrown on.
Failure translate_exception();

} // namespace rt::libtorch
