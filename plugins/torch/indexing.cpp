// indexing.cpp - parts of a tensor, and tensors put together.
#include "checks.hpp"
#include "tensor_arguments.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#undef RT_GROUP
#define RT_GROUP "indexing"

namespace rt::libtorch {

using at::Tensor;

namespace {

Tensor slice(const Tensor &a, std::int64_t dim, std::int64_t start, std::int64_t end, std::int64_t step) {
    check_step(step);
    // What lies outside means the same as what lies at the end, and LibTorch's sums with it would pass 64 bits.
    const std::int64_t size = size_of_dimension(a.sizes(), dim);
    return at::slice(a, dim, std::clamp(start, -size, size), std::clamp(end, -size, size),
                     std::min(step, std::max<std::int64_t>(size, 1)));
}

Tensor index_select(const Tensor &a, std::int64_t dim, const Tensor &indices) {
    const Tensor numbers = indices_of(indices, "indices", size_of_dimension(a.sizes(), dim));
    // LibTorch 1.13 gives a tensor without dimensions, too, and writes as many elements as there are indices into its one.
    if (a.dim() == 0 && numbers.dim() < 2 && numbers.numel() != 1) {
        refuse("indices has " + std::to_string(numbers.numel()) +
               " elements: give one for a tensor without dimensions");
    }
    return at::index_select(a, dim, numbers);
}

Tensor gather(const Tensor &a, std::int64_t dim, const Tensor &indices) {
    return at::gather(a, dim, indices_of(indices, "indices", size_of_dimension(a.sizes(), dim)));
}

std::vector<Tensor> list(const Objects<Tensor> &tensors) {
    check_tensor_list(tensors.size());
    std::vector<Tensor> all;
    all.reserve(tensors.size());
    for (std::size_t i = 0; i < tensors.size(); i++) {
        all.push_back(tensors[i]);
    }
    return all;
}

std::vector<Tensor> chunk(const Tensor &a, std::int64_t chunks, std::int64_t dim) {
    check_chunks(chunks);
    return at::chunk(a, chunks, dim);
}

} // namespace

RT_FUNCTION(slice,
            "rt_torch_torchtensor_slice(handle: TorchTensor, dim: i64, start: i64, end: i64, step: i64) -> TorchTensor",
            "The elements from start to end, without end, along a dimension; as in Python negative numbers count from "
            "the end and too large ones mean the end. It shares the memory.")
RT_FUNCTION(index_select,
            "rt_torch_torchtensor_index_select(handle: TorchTensor, dim: i64, indices: TorchTensor) -> TorchTensor",
            "The elements along a dimension at the indices, a vector of whole numbers of any dtype.")
RT_FUNCTION(gather, "rt_torch_torchtensor_gather(handle: TorchTensor, dim: i64, indices: TorchTensor) -> TorchTensor",
            "For each index the element at that place along a dimension, out[i][j] = in[index[i][j]][j] for dim 0; "
            "indices are whole numbers of any dtype.")
RT_FUNCTION(
    +[](const Objects<Tensor> &tensors, std::int64_t dim) { return at::cat(list(tensors), dim); },
    "rt_torch_torchtensor_cat(tensors: [TorchTensor], dim: i64) -> TorchTensor",
    "Tensors one after another along a dimension that they have.")
RT_FUNCTION(
    +[](const Objects<Tensor> &tensors, std::int64_t dim) { return at::stack(list(tensors), dim); },
    "rt_torch_torchtensor_stack(tensors: [TorchTensor], dim: i64) -> TorchTensor",
    "Tensors of one shape one after another along a new dimension.")
RT_FUNCTION(chunk, "rt_torch_torchtensor_chunk(handle: TorchTensor, chunks: i64, dim: i64) -> [TorchTensor]",
            "The tensor cut into at most so many parts of the same size along a dimension, the last one perhaps "
            "smaller; they share its memory.")

} // namespace rt::libtorch
