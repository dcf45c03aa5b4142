// tuple.cpp - what functions with several results give.
#include "functions.hpp"

namespace rt::stub {

std::int64_t rt_torch_tuple_size(const TorchTuple &tuple) { return std::ssize(tuple.tensors); }

TorchTensor rt_torch_tuple_get(const TorchTuple &tuple, std::int64_t index) {
    if (index < 0 || index >= std::ssize(tuple.tensors)) {
        throw Error(
            RT_E_ARGUMENT,
            str("index ", index, " is out of range: the tuple has ", tuple.tensors.size(), " tensors, counted from 0"),
            "index");
    }
    return tuple.tensors[static_cast<std::size_t>(index)];
}

} // namespace rt::stub
