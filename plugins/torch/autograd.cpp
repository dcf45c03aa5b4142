// autograd.cpp - gradients that backward leaves with tensors.
#include "tensor.hpp"

#include "autograd_arguments.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#undef RT_GROUP
#define RT_GROUP "autograd"

namespace rt::libtorch {

using at::Tensor;

namespace {

std::optional<Tensor> grad(const Tensor &tensor) {
    const Tensor &gradient = tensor.grad();
    return gradient.defined() ? std::optional<Tensor>(gradient) : std::nullopt;
}

void backward(const Tensor &tensor) {
    check_backward(tensor.requires_grad());
    tensor.backward();
}

void zero_grad(const Tensor &tensor) {
    const at::NoGradGuard no_grad;
    const Tensor &gradient = tensor.grad();
    if (gradient.defined()) {
        gradient.zero_();
    }
}

} // namespace

RT_FUNCTION(
    +[](const Tensor &tensor, bool requires_grad) { tensor.requires_grad_(requires_grad); },
    "rt_torch_autograd_set_requires_grad(handle: TorchTensor, requires_grad: bool)",
    "Whether operations on the tensor are recorded, and backward leaves a gradient with it; of floating and "
    "complex tensors only.")
RT_FUNCTION(
    +[](const Tensor &tensor) { return tensor.requires_grad(); },
    "rt_torch_autograd_requires_grad(handle: TorchTensor) -> bool", "Whether operations on the tensor are recorded.")
RT_FUNCTION(grad, "rt_torch_autograd_grad(handle: TorchTensor) -> TorchTensor?",
            "The gradient that backward has left with the tensor, or none; later calls of backward add to it.")
RT_FUNCTION_FLAGS(backward, "rt_torch_autograd_backward(handle: TorchTensor)",
                  "Adds the gradients of this one number to every leaf it was computed from.",
                  RT_FUNCTION_BLOCKS | RT_FUNCTION_CALLS_BACK)
RT_FUNCTION(zero_grad, "rt_torch_autograd_zero_grad(handle: TorchTensor)",
            "Sets the tensor's gradient to zero in place; does nothing where there is none.")
RT_FUNCTION(
    +[](const Tensor &tensor) { return tensor.detach(); },
    "rt_torch_autograd_detach(handle: TorchTensor) -> TorchTensor",
    "The same numbers, in the same memory, apart from the record of how they were computed.")
RT_FUNCTION(
    +[](const Tensor &tensor) { return tensor.is_leaf(); }, "rt_torch_autograd_is_leaf(handle: TorchTensor) -> bool",
    "Whether the tensor was made by the user and not computed from tensors that require gradients.")

} // namespace rt::libtorch
