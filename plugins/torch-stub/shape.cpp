// shape.cpp - a tensor's shape, and the same elements in another one.
#include "forms.hpp"
#include "functions.hpp"

#include "../torch/tensor_arguments.hpp"

namespace rt::stub {

namespace {

Sizes new_shape(const TorchTensor &a, Dims dims) {
    libtorch::check_new_shape(dims, a.numel());
    return inferred(dims, a.numel());
}

} // namespace

std::int64_t rt_torch_torchtensor_ndim(const TorchTensor &a) { return a.dim(); }
std::int64_t rt_torch_torchtensor_numel(const TorchTensor &a) { return a.numel(); }
std::vector<std::int64_t> rt_torch_torchtensor_shape(const TorchTensor &a) { return a.sizes(); }

TorchTensor rt_torch_torchtensor_reshape(const TorchTensor &a, Dims dims) { return reshaped(a, new_shape(a, dims)); }

TorchTensor rt_torch_torchtensor_view(const TorchTensor &a, Dims dims) {
    const Sizes sizes = new_shape(a, dims);
    const std::optional<Sizes> strides = view_strides(a.layout(), sizes);
    if (!strides) {
        libtorch_refuses("view size is not compatible with input tensor's size and stride (at least one dimension "
                         "spans across two contiguous subspaces). Use .reshape(...) instead.");
    }
    return computed({sizes, *strides, a.dtype()}, {&a});
}

TorchTensor rt_torch_torchtensor_permute(const TorchTensor &a, Dims dims) {
    if (dims.size() != a.sizes().size()) {
        libtorch_refuses(str("permute: the tensor has ", a.dim(), " dimensions, and dims ", dims.size()));
    }
    std::vector<bool> seen(dims.size());
    Layout layout = a.layout();
    for (std::size_t i = 0; i < dims.size(); i++) {
        const std::size_t from = dimension(dims[i], a.dim());
        if (seen[from]) {
            libtorch_refuses("permute(): duplicate dims are not allowed.");
        }
        seen[from] = true;
        layout.sizes[i] = a.sizes()[from];
        layout.strides[i] = a.layout().strides[from];
    }
    return computed(std::move(layout), {&a});
}

TorchTensor rt_torch_torchtensor_squeeze(const TorchTensor &a) {
    Layout layout{{}, {}, a.dtype()};
    for (std::size_t i = 0; i < a.sizes().size(); i++) {
        if (a.sizes()[i] != 1) {
            layout.sizes.push_back(a.sizes()[i]);
            layout.strides.push_back(a.layout().strides[i]);
        }
    }
    return computed(std::move(layout), {&a});
}

TorchTensor rt_torch_torchtensor_squeeze_dim(const TorchTensor &a, std::int64_t dim) {
    const std::size_t index = dimension(dim, a.dim());
    Layout layout = a.layout();
    if (a.dim() != 0 && layout.sizes[index] == 1) {
        layout.sizes.erase(layout.sizes.begin() + static_cast<std::ptrdiff_t>(index));
        layout.strides.erase(layout.strides.begin() + static_cast<std::ptrdiff_t>(index));
    }
    return computed(std::move(layout), {&a});
}

TorchTensor rt_torch_torchtensor_unsqueeze(const TorchTensor &a, std::int64_t dim) {
    const std::size_t index = dimension(dim, a.dim() + 1);
    Layout layout = a.layout();
    const std::int64_t stride = index < a.sizes().size() ? a.sizes()[index] * layout.strides[index] : 1;
    layout.sizes.insert(layout.sizes.begin() + static_cast<std::ptrdiff_t>(index), 1);
    layout.strides.insert(layout.strides.begin() + static_cast<std::ptrdiff_t>(index), stride);
    return computed(std::move(layout), {&a});
}

TorchTensor rt_torch_torchtensor_flatten(const TorchTensor &a) { return flattened(a, 0, -1); }

TorchTensor rt_torch_torchtensor_contiguous(const TorchTensor &a) {
    return a.layout().is_contiguous() ? a : computed(contiguous(a.sizes(), a.dtype()), {&a});
}

} // namespace rt::stub
