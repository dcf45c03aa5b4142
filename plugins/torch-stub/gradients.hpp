// gradients.hpp - what backward passes leave with tensors: gradients of their form, without numbers.
#pragma once

#include "tensor.hpp"

namespace rt::stub {

// Leaves a gradient with the tensor, where there is none.
void leave_gradient(TensorState &state);
// ... with each leaf that the tensor was computed from.
void reach_leaves(const TorchTensor &from);

} // namespace rt::stub
