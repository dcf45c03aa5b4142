// inplace.cpp - what writes into a tensor that is there already, as torch's methods that end with _ do.
//
// None of these has a result: the tensor is the first argument, and every handle and view that shares its memory sees the
// new numbers. Autograd decides what may be written to: a leaf that requires gradients, such as a module's parameter, only
// between rt_torch_autograd_no_grad_begin and its end. Other threads must not use the tensor meanwhile.
#include "tensor.hpp"

#include <ATen/ATen.h>

#undef RT_GROUP
#define RT_GROUP "in place"

namespace rt::libtorch {

using at::Tensor;

RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { a.add_(b); },
    "rt_torch_torchtensor_add_(handle: TorchTensor, other: TorchTensor)",
    "Adds other to the tensor, in place; other must broadcast to its shape, and its dtype must hold the result.")
RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { a.sub_(b); },
    "rt_torch_torchtensor_sub_(handle: TorchTensor, other: TorchTensor)",
    "Subtracts other from the tensor, in place; other must broadcast to its shape, and its dtype must hold the result.")
RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { a.mul_(b); },
    "rt_torch_torchtensor_mul_(handle: TorchTensor, other: TorchTensor)",
    "Multiplies the tensor by other, element by element and in place; other must broadcast to its shape, and its dtype "
    "must hold the result.")
RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { a.div_(b); },
    "rt_torch_torchtensor_div_(handle: TorchTensor, other: TorchTensor)",
    "Divides the tensor by other, element by element and in place; other must broadcast to its shape. Whole numbers "
    "cannot hold the result.")
RT_FUNCTION(
    +[](const Tensor &a, double scalar) { a.add_(scalar); },
    "rt_torch_torchtensor_add_scalar_(handle: TorchTensor, scalar: f64)",
    "Adds a number to each element, in place; to floating and complex tensors only.")
RT_FUNCTION(
    +[](const Tensor &a, double scalar) { a.sub_(scalar); },
    "rt_torch_torchtensor_sub_scalar_(handle: TorchTensor, scalar: f64)",
    "Subtracts a number from each element, in place; from floating and complex tensors only.")
RT_FUNCTION(
    +[](const Tensor &a, double scalar) { a.mul_(scalar); },
    "rt_torch_torchtensor_mul_scalar_(handle: TorchTensor, scalar: f64)",
    "Multiplies each element by a number, in place; of floating and complex tensors only.")
RT_FUNCTION(
    +[](const Tensor &a, double scalar) { a.div_(scalar); },
    "rt_torch_torchtensor_div_scalar_(handle: TorchTensor, scalar: f64)",
    "Divides each element by a number, in place; of floating and complex tensors only.")
RT_FUNCTION(
    +[](const Tensor &a) { a.zero_(); }, "rt_torch_torchtensor_zero_(handle: TorchTensor)",
    "Sets each element to 0, in place.")
RT_FUNCTION(
    +[](const Tensor &a, double value) { a.fill_(value); },
    "rt_torch_torchtensor_fill_(handle: TorchTensor, value: f64)",
    "Sets each element to one value, in place; whole numbers drop its fraction. An error where the dtype does not reach "
    "so far.")
RT_FUNCTION(
    +[](const Tensor &a, const Tensor &source) { a.copy_(source); },
    "rt_torch_torchtensor_copy_(handle: TorchTensor, source: TorchTensor)",
    "Overwrites the tensor with source, which must broadcast to its shape and may be of another dtype or on another "
    "device.")
RT_FUNCTION(
    +[](const Tensor &a, const Tensor &source) { a.copy_(source, /*non_blocking=*/true); },
    "rt_torch_torchtensor_copy_non_blocking_(handle: TorchTensor, source: TorchTensor)",
    "As rt_torch_torchtensor_copy_; but between pinned memory and a device the copy is put on the thread's current stream and "
    "not waited for.")

} // namespace rt::libtorch
