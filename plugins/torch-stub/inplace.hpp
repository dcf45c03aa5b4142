// inplace.hpp - what may be written where, and what comes of it.
#pragma once

#include "tensor.hpp"

namespace rt::stub {

// Throws for a leaf that requires gradients, where the thread records.
void check_writable(const TorchTensor &a);

// Throws where `value` does not broadcast to `sizes`.
void check_broadcasts_to(const Sizes &sizes, const Sizes &value);

// Throws where the dtype does not reach a number.
void check_reaches(Dtype dtype, double value);

// The tensor now depends on what `other` was computed from.
void record_write(const TorchTensor &a, const TorchTensor &other);

} // namespace rt::stub
