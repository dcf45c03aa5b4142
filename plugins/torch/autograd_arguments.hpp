// autograd_arguments.hpp - what the functions of gradients ask, and how they refuse.
#pragma once

#include "arguments.hpp"

namespace rt::libtorch {

// Of a tensor that gradients are to be computed from.
void check_backward(bool requires_grad);

// Of the rt_torch_autograd_no_grad_begin on this thread that have no end yet.
void check_no_grad_end(int depth);

// Throws for what cannot be a hook's position. Whether there is a hook, the tensor knows.
void check_hook_position(std::int64_t position);
[[noreturn]] void refuse_hook_position(std::int64_t position);

} // namespace rt::libtorch
