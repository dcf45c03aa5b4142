// arithmetic.cpp - element by element: arithmetic and comparisons. Shapes broadcast and dtypes promote as LibTorch's do.
#include "tensor.hpp"

#include <ATen/ATen.h>

#include "unary.hpp"

#undef RT_GROUP
#define RT_GROUP "arithmetic"

namespace rt::libtorch {

using at::Tensor;

RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { return at::add(a, b); },
    "rt_torch_torchtensor_add(handle: TorchTensor, other: TorchTensor) -> TorchTensor", "The sum, with broadcasting.")
RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { return at::sub(a, b); },
    "rt_torch_torchtensor_sub(handle: TorchTensor, other: TorchTensor) -> TorchTensor",
    "The difference, with broadcasting.")
RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { return at::mul(a, b); },
    "rt_torch_torchtensor_mul(handle: TorchTensor, other: TorchTensor) -> TorchTensor",
    "The product of the elements, with broadcasting.")
RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { return at::div(a, b); },
    "rt_torch_torchtensor_div(handle: TorchTensor, other: TorchTensor) -> TorchTensor",
    "The true quotient, with broadcasting; of integers, too.")
RT_FUNCTION(
    +[](const Tensor &a, double exponent) { return at::pow(a, exponent); },
    "rt_torch_torchtensor_pow(handle: TorchTensor, exponent: f64) -> TorchTensor",
    "Each element to the power of exponent.")
RT_FUNCTION(&unary<at::_ops::neg>, "rt_torch_torchtensor_neg(handle: TorchTensor) -> TorchTensor",
            "Each element with the other sign.")
RT_FUNCTION(&unary<at::_ops::abs>, "rt_torch_torchtensor_abs(handle: TorchTensor) -> TorchTensor",
            "The absolute value of each element.")
RT_FUNCTION(&unary<at::_ops::sqrt>, "rt_torch_torchtensor_sqrt(handle: TorchTensor) -> TorchTensor",
            "The square root of each element; NaN for negative ones.")
RT_FUNCTION(&unary<at::_ops::exp>, "rt_torch_torchtensor_exp(handle: TorchTensor) -> TorchTensor",
            "e to the power of each element.")
RT_FUNCTION(&unary<at::_ops::log>, "rt_torch_torchtensor_log(handle: TorchTensor) -> TorchTensor",
            "The natural logarithm of each element.")
RT_FUNCTION(
    +[](const Tensor &a, double scalar) { return at::add(a, scalar); },
    "rt_torch_torchtensor_add_scalar(handle: TorchTensor, scalar: f64) -> TorchTensor", "Each element plus a number.")
RT_FUNCTION(
    +[](const Tensor &a, double scalar) { return at::mul(a, scalar); },
    "rt_torch_torchtensor_mul_scalar(handle: TorchTensor, scalar: f64) -> TorchTensor", "Each element times a number.")

#undef RT_GROUP
#define RT_GROUP "comparison"

RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { return at::eq(a, b); },
    "rt_torch_torchtensor_eq(handle: TorchTensor, other: TorchTensor) -> TorchTensor",
    "Where the elements are equal: a tensor of bool.")
RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { return at::ne(a, b); },
    "rt_torch_torchtensor_ne(handle: TorchTensor, other: TorchTensor) -> TorchTensor",
    "Where the elements are not equal: a tensor of bool.")
RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { return at::lt(a, b); },
    "rt_torch_torchtensor_lt(handle: TorchTensor, other: TorchTensor) -> TorchTensor",
    "Where the first is less than the second: a tensor of bool.")
RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { return at::le(a, b); },
    "rt_torch_torchtensor_le(handle: TorchTensor, other: TorchTensor) -> TorchTensor",
    "Where the first is less than the second or equal to it: a tensor of bool.")
RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { return at::gt(a, b); },
    "rt_torch_torchtensor_gt(handle: TorchTensor, other: TorchTensor) -> TorchTensor",
    "Where the first is greater than the second: a tensor of bool.")
RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { return at::ge(a, b); },
    "rt_torch_torchtensor_ge(handle: TorchTensor, other: TorchTensor) -> TorchTensor",
    "Where the first is greater than the second or equal to it: a tensor of bool.")

} // namespace rt::libtorch
