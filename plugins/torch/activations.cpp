// activations.cpp - the non-linear functions of neural networks.
#include "tensor.hpp"

#include <ATen/ATen.h>

#include "unary.hpp"

#undef RT_GROUP
#define RT_GROUP "activations"

namespace rt::libtorch {

using at::Tensor;

RT_FUNCTION(&unary<at::_ops::relu>, "rt_torch_torchtensor_relu(handle: TorchTensor) -> TorchTensor",
            "max(x, 0) of each element.")
RT_FUNCTION(&unary<at::_ops::sigmoid>, "rt_torch_torchtensor_sigmoid(handle: TorchTensor) -> TorchTensor",
            "1 / (1 + exp(-x)) of each element.")
RT_FUNCTION(&unary<at::_ops::tanh>, "rt_torch_torchtensor_tanh(handle: TorchTensor) -> TorchTensor",
            "The hyperbolic tangent of each element.")
RT_FUNCTION(
    +[](const Tensor &a, double negative_slope) { return at::leaky_relu(a, negative_slope); },
    "rt_torch_torchtensor_leaky_relu(handle: TorchTensor, negative_slope: f64) -> TorchTensor",
    "x where it is positive, negative_slope * x elsewhere.")
RT_FUNCTION(
    +[](const Tensor &a) { return at::gelu(a); }, "rt_torch_torchtensor_gelu(handle: TorchTensor) -> TorchTensor",
    "x times the normal distribution's cumulative function of x, exactly, not by tanh (Hendrycks and Gimpel, "
    "arXiv 1606.08415).")
RT_FUNCTION(
    +[](const Tensor &a, std::int64_t dim) { return at::softmax(a, dim); },
    "rt_torch_torchtensor_softmax(handle: TorchTensor, dim: i64) -> TorchTensor",
    "exp(x) over its sum along a dimension: positive numbers that add up to 1.")
RT_FUNCTION(
    +[](const Tensor &a, std::int64_t dim) { return at::log_softmax(a, dim); },
    "rt_torch_torchtensor_log_softmax(handle: TorchTensor, dim: i64) -> TorchTensor",
    "The logarithm of softmax along a dimension, computed without its loss of precision.")

} // namespace rt::libtorch
