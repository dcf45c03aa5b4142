// tuple.cpp - what functions with several results give.
#include "tensor.hpp"
#include "tensor_arguments.hpp"

#undef RT_GROUP
#define RT_GROUP "tuple"

namespace rt::libtorch {

namespace {

std::int64_t size(const Tuple &tuple) { return static_cast<std::int64_t>(tuple.tensors.size()); }

at::Tensor get(const Tuple &tuple, std::int64_t index) {
    check_tuple_index(index, tuple.tensors.size());
    return tuple.tensors[static_cast<std::size_t>(index)];
}

} // namespace

RT_FUNCTION(size, "rt_torch_tuple_size(tuple: TorchTuple) -> i64", "How many tensors the tuple has.")
RT_FUNCTION(get, "rt_torch_tuple_get(tuple: TorchTuple, index: i64) -> TorchTensor",
            "One of the tuple's tensors, counted from 0; a new handle, the caller's.")

} // namespace rt::libtorch
