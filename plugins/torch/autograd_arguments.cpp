// autograd_arguments.cpp - what can be said of the arguments of gradients' functions without LibTorch.
#include "autograd_arguments.hpp"

#include <limits>

namespace rt::libtorch {

void check_backward(bool requires_grad) {
    if (!requires_grad) {
        refuse("the tensor does not require gradients: call rt_torch_autograd_set_requires_grad on what it is computed "
               "from before it is computed, and not between rt_torch_autograd_no_grad_begin and its end");
    }
}

void check_no_grad_end(int depth) {
    if (depth == 0) {
        refuse("there is no rt_torch_autograd_no_grad_begin on this thread for it to end");
    }
}

void check_hook_position(std::int64_t position) {
    if (position < 0 || position > std::numeric_limits<unsigned>::max()) {
        refuse(str("position must be what rt_torch_autograd_register_hook gave, and not ", position));
    }
}

void refuse_hook_position(std::int64_t position) {
    refuse(
        str("the tensor has no hook at position ", position, ": give what rt_torch_autograd_register_hook gave for it"),
        "index");
}

} // namespace rt::libtorch
