// autograd.cpp - gradients: their shapes, and which tensors get one. Hooks are kept but never called, since they would be given
// gradients without numbers.
#include "functions.hpp"

#include "../torch/autograd_arguments.hpp"
#include "gradients.hpp"

namespace rt::stub {

void rt_torch_autograd_set_requires_grad(const TorchTensor &tensor, bool requires_grad) {
    if (requires_grad && !is_differentiable(tensor.dtype())) {
        libtorch_refuses("only Tensors of floating point and complex dtype can require gradients");
    }
    if (!requires_grad && !tensor.is_leaf()) {
        libtorch_refuses("you can only change requires_grad flags of leaf variables.");
    }
    tensor.state->requires_grad = requires_grad;
}

bool rt_torch_autograd_requires_grad(const TorchTensor &tensor) { return tensor.requires_grad(); }

std::optional<TorchTensor> rt_torch_autograd_grad(const TorchTensor &tensor) {
    const std::lock_guard lock(tensor.state->mutex);
    return tensor.state->grad != nullptr ? std::optional(TorchTensor{tensor.state->grad}) : std::nullopt;
}

void rt_torch_autograd_backward(const TorchTensor &tensor) {
    libtorch::check_backward(tensor.requires_grad());
    if (tensor.numel() != 1) {
        libtorch_refuses("grad can be implicitly created only for scalar outputs");
    }
    if (is_complex(tensor.dtype())) {
        libtorch_refuses("grad can be computed only for real scalar outputs");
    }
    reach_leaves(tensor);
}

void rt_torch_autograd_zero_grad(const TorchTensor &) {}

TorchTensor rt_torch_autograd_detach(const TorchTensor &tensor) { return made(tensor.layout()); }

bool rt_torch_autograd_is_leaf(const TorchTensor &tensor) { return tensor.is_leaf(); }

std::int64_t rt_torch_autograd_register_hook(const TorchTensor &tensor, const Callable &hook) {
    if (!tensor.requires_grad()) {
        libtorch_refuses("cannot register a hook on a tensor that doesn't require gradient");
    }
    const std::lock_guard lock(tensor.state->mutex);
    tensor.state->hooks.emplace_back(hook);
    return static_cast<std::int64_t>(tensor.state->hooks.size()) - 1;
}

void rt_torch_autograd_remove_hook(const TorchTensor &tensor, std::int64_t position) {
    libtorch::check_hook_position(position);
    std::optional<Callable> removed; // goes without the lock: what the host does then is its own
    const std::lock_guard lock(tensor.state->mutex);
    if (position >= static_cast<std::int64_t>(tensor.state->hooks.size())) {
        libtorch::refuse_hook_position(position);
    }
    removed.swap(tensor.state->hooks[static_cast<std::size_t>(position)]);
}

} // namespace rt::stub
