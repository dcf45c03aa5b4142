// index.cpp - parts of a tensor by a list of indices, as x[1, ..., 2:5] in Python. What comes of each index is LibTorch's to say.
#include "checks.hpp"
#include "index_arguments.hpp"
#include "version.hpp"

#include <ATen/ATen.h>
#include <ATen/TensorIndexing.h>

#include <algorithm>
#include <numeric>
#include <utility>

#undef RT_GROUP
#define RT_GROUP "indexing"

namespace rt::libtorch {

using at::Tensor;

namespace {

using at::indexing::TensorIndex;
using IndexNumber = decltype(std::declval<const TensorIndex &>().integer()); // a SymInt since 2.0
using IndexBound = decltype(std::declval<const at::indexing::Slice &>().start());

bool is_mask(const Tensor &tensor) { return tensor.scalar_type() == at::kByte || tensor.scalar_type() == at::kBool; }

std::int64_t longest_dimension(const Tensor &a) {
    if (a.is_nested()) { // which has no one list of sizes
        return farthest;
    }
    const auto sizes = a.sizes();
    return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, [](auto x, auto y) { return std::max(x, y); });
}

at::indexing::Slice slice_of(const Index &index, std::int64_t longest) {
    // A step of more than a dimension's size means as much as its size, and LibTorch multiplies strides with it.
    const std::int64_t step = std::min(index.step, longest);
    return {IndexBound(index.start), IndexBound(index.stop), IndexBound(step)};
}

// On CUDA, LibTorch leaves index tensors to an assertion in the kernel, after which the process cannot use the device any more. The dimensions
// are counted as LibTorch counts them.
void check_index_tensors(const Tensor &a, const std::vector<Index> &indices, const std::vector<TensorIndex> &all) {
    std::int64_t left = a.dim();
    for (const Index &index : indices) {
        left -= index.takes;
    }
    std::int64_t dim = 0;
    for (std::size_t i = 0; i < indices.size(); i++) {
        const Index &index = indices[i];
        if (index.kind == IndexKind::ellipsis) {
            dim += left;
        } else if (index.takes != 0) {
            const Tensor &tensor = all[i].tensor();
            if (index.kind == IndexKind::tensor && at::isIntegralType(tensor.scalar_type(), false) &&
                !is_mask(tensor)) {
                check_index_range(tensor, c10::str("indices[", i, "]"), a.size(dim));
            }
            dim++;
        }
    }
}

// A list of indices in LibTorch's own form. It holds the tensors.
std::vector<TensorIndex> indices_for(const Tensor &a, std::span<const rt_value> list) {
    std::vector<Index> indices = read_indices(list);
    const std::int64_t longest = longest_dimension(a);
    std::vector<TensorIndex> all;
    all.reserve(indices.size());
    for (std::size_t i = 0; i < indices.size(); i++) {
        Index &index = indices[i];
        switch (index.kind) {
        case IndexKind::new_dimension:
            all.emplace_back(at::indexing::None);
            break;
        case IndexKind::ellipsis:
            all.emplace_back(at::indexing::Ellipsis);
            break;
        case IndexKind::integer:
            all.emplace_back(IndexNumber(index.number));
            break;
        case IndexKind::boolean:
            all.emplace_back(index.number != 0);
            break;
        case IndexKind::slice:
            all.emplace_back(slice_of(index, longest));
            break;
        case IndexKind::tensor: {
            const Pin<Tensor> pin(index.number);
            if (!pin) {
                refuse_index_handle(i, index.number);
            }
            index.takes = is_mask(*pin) ? (*pin).dim() : 1;
            all.emplace_back(*pin);
        }
        }
    }
    check_index_count(indices, a.dim());
    if (a.is_cuda()) {
        check_index_tensors(a, indices, all);
    }
    return all;
}

Tensor index(const Tensor &a, std::span<const rt_value> indices) { return a.index(indices_for(a, indices)); }

void index_put(const Tensor &a, std::span<const rt_value> indices, const rt_value &value) {
    Tensor target = a; // LibTorch's function is no const one
    const std::vector<TensorIndex> list = indices_for(a, indices);
    switch (value.type) {
    case RT_BOOL:
        target.index_put_(list, at::Scalar(value.payload.integer != 0));
        return;
    case RT_INTEGER:
        target.index_put_(list, at::Scalar(value.payload.integer));
        return;
    case RT_DOUBLE:
        target.index_put_(list, at::Scalar(value.payload.number));
        return;
    case RT_HANDLE:
        if (const Pin<Tensor> pin(value.payload.integer); pin) {
            target.index_put_(list, *pin);
            return;
        }
        throw Error(RT_E_HANDLE, "value is no live handle: a tensor or a number is needed");
    default:
        throw Error(RT_E_TYPE, "value is neither a tensor nor a number");
    }
}

} // namespace

RT_FUNCTION(
    index, "rt_torch_torchtensor_index(handle: TorchTensor, indices: [any]) -> TorchTensor",
    "The part of the tensor at the indices, one for each dimension as in Python's x[...]: an integer, none for a new "
    "dimension, a bool, a tensor of whole numbers or a mask, or a text: \"...\" or a slice, such as \"1:5\" or "
    "\"::2\". It shares the memory unless there is a bool or a tensor.")
RT_FUNCTION(
    index_put, "rt_torch_torchtensor_index_put_(handle: TorchTensor, indices: [any], value: any)",
    "Writes a tensor, which must broadcast to the part, or a number to the part of the tensor at the indices, in place.")

} // namespace rt::libtorch
