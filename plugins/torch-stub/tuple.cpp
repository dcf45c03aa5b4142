// tuple.cpp - what functions with several results give.
#include "functions.hpp"

#include "../torch/tensor_arguments.hpp"

namespace rt::stub {

std::int64_t rt_torch_tuple_size(const TorchTuple &tuple) { return std::ssize(tuple.tensors); }

TorchTensor rt_torch_tuple_get(const TorchTuple &tuple, std::int64_t index) {
    libtorch::check_tuple_index(index, tuple.tensors.size());
    return tuple.tensors[static_cast<std::size_t>(index)];
}

} // namespace rt::stub
