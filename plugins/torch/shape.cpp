// shape.cpp - a tensor's shape, and the same elements in another one.
#include "checks.hpp"
#include "tensor_arguments.hpp"

#include <ATen/ATen.h>

#undef RT_GROUP
#define RT_GROUP "shape"

namespace rt::libtorch {

using at::Tensor;

namespace {

using Dims = std::span<const std::int64_t>;

at::IntArrayRef new_shape(const Tensor &a, Dims dims) {
    check_new_shape(dims, a.numel());
    return array(dims);
}

Tensor reshape(const Tensor &a, Dims dims) { return at::reshape(a, new_shape(a, dims)); }
Tensor view(const Tensor &a, Dims dims) { return a.view(new_shape(a, dims)); }

} // namespace

RT_FUNCTION(
    +[](const Tensor &a) -> std::int64_t { return a.dim(); }, "rt_torch_torchtensor_ndim(handle: TorchTensor) -> i64",
    "How many dimensions it has; 0 for a scalar.")
RT_FUNCTION(
    +[](const Tensor &a) -> std::int64_t { return a.numel(); },
    "rt_torch_torchtensor_numel(handle: TorchTensor) -> i64", "How many elements it has.")
RT_FUNCTION(
    +[](const Tensor &a) { return a.sizes().vec(); }, "rt_torch_torchtensor_shape(handle: TorchTensor) -> [i64]",
    "The size of each dimension.")
RT_FUNCTION(reshape, "rt_torch_torchtensor_reshape(handle: TorchTensor, dims: [i64]) -> TorchTensor",
            "The same elements in another shape, sharing the memory where it can; one of dims may be -1: what is left.")
RT_FUNCTION(view, "rt_torch_torchtensor_view(handle: TorchTensor, dims: [i64]) -> TorchTensor",
            "As reshape, but always sharing the memory: an error where the strides do not allow it.")
RT_FUNCTION(
    +[](const Tensor &a, Dims dims) { return at::permute(a, array(dims)); },
    "rt_torch_torchtensor_permute(handle: TorchTensor, dims: [i64]) -> TorchTensor",
    "The dimensions in another order; it shares the memory.")
RT_FUNCTION(
    +[](const Tensor &a) { return at::squeeze(a); }, "rt_torch_torchtensor_squeeze(handle: TorchTensor) -> TorchTensor",
    "Without its dimensions of size 1; it shares the memory.")
RT_FUNCTION(
    +[](const Tensor &a, std::int64_t dim) { return at::squeeze(a, dim); },
    "rt_torch_torchtensor_squeeze_dim(handle: TorchTensor, dim: i64) -> TorchTensor",
    "Without that dimension where its size is 1; it shares the memory.")
RT_FUNCTION(
    +[](const Tensor &a, std::int64_t dim) { return at::unsqueeze(a, dim); },
    "rt_torch_torchtensor_unsqueeze(handle: TorchTensor, dim: i64) -> TorchTensor",
    "With a new dimension of size 1 before dimension dim; it shares the memory.")
RT_FUNCTION(
    +[](const Tensor &a) { return at::flatten(a); }, "rt_torch_torchtensor_flatten(handle: TorchTensor) -> TorchTensor",
    "The elements in one dimension, sharing the memory where it can.")
RT_FUNCTION(
    +[](const Tensor &a) { return a.contiguous(); },
    "rt_torch_torchtensor_contiguous(handle: TorchTensor) -> TorchTensor",
    "The tensor with its elements in row-major order in memory; itself where they are already.")

} // namespace rt::libtorch
