// errors.hpp - how the stub says no: as LibTorch would, or because there are no numbers.
#pragma once

#include <string>

#include <rtffi/plugin.hpp>

#include "../torch/arguments.hpp"

// What to do about a missing LibTorch; also a key of the file, for `rtffi verify` and `rtffi explain`.
#define RT_TORCH_HOW_TO_GET                                                                                            \
    "install LibTorch (apt install libtorch-dev, or pip install torch) and the torch plugin that was built with it"

namespace rt::stub {

using libtorch::refuse;
using libtorch::str;
using libtorch::text_of;

// What LibTorch itself refuses: shapes that do not go together, dtypes an operation does not take.
[[noreturn]] void libtorch_refuses(const std::string &message);
[[noreturn]] void libtorch_refuses_index(const std::string &message);

// Whether float32 reaches so far; infinities and NaN count as its numbers.
bool fits_float32(double value);

// Why LibTorch is not there, and how to get it.
std::string why_unavailable();

// RT_E_UNAVAILABLE, "no_libtorch": what was asked for is a number.
[[noreturn]] void no_numbers();

// RT_E_UNAVAILABLE, "no_device".
[[noreturn]] void no_device();

} // namespace rt::stub
