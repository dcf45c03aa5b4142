// indexing.cpp - parts of a tensor, and tensors put together.
#include "functions.hpp"

#include "../torch/tensor_arguments.hpp"

#include <algorithm>

namespace rt::stub {

namespace {

std::vector<const TorchTensor *> list(const Objects<TorchTensor> &tensors) {
    libtorch::check_tensor_list(tensors.size());
    std::vector<const TorchTensor *> all;
    for (std::size_t i = 0; i < tensors.size(); i++) {
        all.push_back(&tensors[i]);
    }
    return all;
}

// Part of a tensor along a dimension; it shares the memory, so the strides stay.
TorchTensor part(const TorchTensor &a, std::size_t dim, std::int64_t size, std::int64_t step) {
    Layout layout = a.layout();
    layout.sizes[dim] = size;
    layout.strides[dim] *= step;
    return computed(std::move(layout), {&a});
}

Dtype common_dtype(const std::vector<const TorchTensor *> &tensors) {
    Dtype dtype = tensors.front()->dtype();
    for (const TorchTensor *tensor : tensors) {
        dtype = promoted(dtype, tensor->dtype());
    }
    return dtype;
}

// Images lie as all of them do.
Layout joined(const std::vector<const TorchTensor *> &tensors, Sizes sizes) {
    const Dtype dtype = common_dtype(tensors);
    Layout layout = contiguous(std::move(sizes), dtype);
    for (const TorchTensor *tensor : tensors) {
        Layout like = image_layout(layout.sizes, tensor->layout());
        if (tensor != tensors.front() && like.strides != layout.strides) {
            return contiguous(std::move(layout.sizes), dtype);
        }
        layout.strides = std::move(like.strides);
    }
    return layout;
}

// LibTorch leaves out tensors of shape [0], from a time when there were no others without elements.
bool is_left_out(const TorchTensor &tensor) { return tensor.dim() == 1 && tensor.sizes()[0] == 0; }

void check_joins(const TorchTensor &first, const TorchTensor &other, std::size_t dim) {
    for (std::size_t i = 0; i < first.sizes().size(); i++) {
        if (other.dim() != first.dim() || (i != dim && other.sizes()[i] != first.sizes()[i])) {
            libtorch_refuses(str("Sizes of tensors must match except in dimension ", dim, ": ", text_of(first.sizes()),
                                 " and ", text_of(other.sizes())));
        }
    }
}

} // namespace

TorchTensor rt_torch_torchtensor_slice(const TorchTensor &a, std::int64_t dim, std::int64_t start, std::int64_t end,
                                       std::int64_t step) {
    libtorch::check_step(step);
    const std::int64_t size = libtorch::size_of_dimension(a.sizes(), dim);
    if (a.dim() == 0) {
        libtorch_refuses_index("slice() cannot be applied to a 0-dim tensor.");
    }
    const auto inside = [&](std::int64_t index) {
        return std::clamp<std::int64_t>(index < 0 ? index + size : index, 0, size);
    };
    const std::int64_t begin = inside(std::max(start, -size));
    const std::int64_t length = std::max<std::int64_t>(inside(std::max(end, -size)) - begin, 0);
    const std::int64_t stride = std::min(step, std::max<std::int64_t>(size, 1));
    return part(a, dimension(dim, a.dim()), (length + stride - 1) / stride, stride);
}

TorchTensor rt_torch_torchtensor_index_select(const TorchTensor &a, std::int64_t dim, const TorchTensor &indices) {
    check_indices(indices, "indices", libtorch::size_of_dimension(a.sizes(), dim));
    if (indices.dim() > 1) {
        libtorch_refuses_index("index_select(): Index is supposed to be a vector");
    }
    if (a.dim() == 0) {
        if (indices.numel() != 1) {
            refuse(str("indices has ", indices.numel(), " elements: give one for a tensor without dimensions"));
        }
        return computed(contiguous({}, a.dtype()), {&a});
    }
    Sizes sizes = a.sizes();
    sizes[dimension(dim, a.dim())] = indices.numel();
    return computed(contiguous(std::move(sizes), a.dtype()), {&a});
}

TorchTensor rt_torch_torchtensor_gather(const TorchTensor &a, std::int64_t dim, const TorchTensor &indices) {
    check_indices(indices, "indices", libtorch::size_of_dimension(a.sizes(), dim));
    const std::size_t along = dimension(dim, a.dim());
    if (indices.numel() != 0 && std::max<std::int64_t>(a.dim(), 1) != std::max<std::int64_t>(indices.dim(), 1)) {
        libtorch_refuses("Index tensor must have the same number of dimensions as input tensor");
    }
    for (std::size_t i = 0; indices.numel() != 0 && i < std::min(a.sizes().size(), indices.sizes().size()); i++) {
        if (i != along && indices.sizes()[i] > a.sizes()[i]) {
            libtorch_refuses(str("Size does not match at dimension ", i, " expected index ", text_of(indices.sizes()),
                                 " to be smaller than self ", text_of(a.sizes()), " apart from dimension ", along));
        }
    }
    return computed(contiguous(indices.sizes(), a.dtype()), {&a});
}

TorchTensor rt_torch_torchtensor_cat(const Objects<TorchTensor> &tensors, std::int64_t dim) {
    const std::vector<const TorchTensor *> all = list(tensors);
    for (const TorchTensor *tensor : all) {
        if (tensor->dim() == 0) {
            libtorch_refuses("zero-dimensional tensors cannot be concatenated");
        }
    }
    const auto first = std::find_if_not(all.begin(), all.end(), [](const TorchTensor *t) { return is_left_out(*t); });
    if (first == all.end()) {
        return computed(contiguous({0}, common_dtype(all)), all);
    }
    const TorchTensor &form = **first;
    const std::size_t along = dimension(dim, form.dim());
    Sizes sizes = form.sizes();
    sizes[along] = 0;
    for (const TorchTensor *tensor : all) {
        if (!is_left_out(*tensor)) {
            check_joins(form, *tensor, along);
            sizes[along] += tensor->sizes()[along];
        }
    }
    return computed(joined(all, std::move(sizes)), all);
}

TorchTensor rt_torch_torchtensor_stack(const Objects<TorchTensor> &tensors, std::int64_t dim) {
    const std::vector<const TorchTensor *> all = list(tensors);
    const std::size_t along = dimension(dim, all.front()->dim() + 1);
    for (const TorchTensor *tensor : all) {
        if (tensor->sizes() != all.front()->sizes()) {
            libtorch_refuses(str("stack expects each tensor to be equal size, but got ", text_of(all.front()->sizes()),
                                 " and ", text_of(tensor->sizes())));
        }
    }
    const auto count = static_cast<std::int64_t>(all.size());
    Sizes sizes = all.front()->sizes();
    if (along == sizes.size()) {
        sizes.push_back(count);
        return computed(contiguous(std::move(sizes), common_dtype(all)), all);
    }
    // LibTorch puts them together along the dimension that is there, and then makes two of it.
    const std::int64_t size = sizes[along];
    sizes[along] *= count;
    Layout layout = joined(all, std::move(sizes));
    const auto at = static_cast<std::ptrdiff_t>(along);
    layout.sizes[along] = size;
    layout.sizes.insert(layout.sizes.begin() + at, count);
    layout.strides.insert(layout.strides.begin() + at, size * layout.strides[along]);
    return computed(std::move(layout), all);
}

std::vector<TorchTensor> rt_torch_torchtensor_chunk(const TorchTensor &a, std::int64_t chunks, std::int64_t dim) {
    libtorch::check_chunks(chunks);
    if (a.dim() == 0) {
        libtorch_refuses("chunk expects at least a 1-dimensional tensor");
    }
    const std::size_t along = dimension(dim, a.dim());
    const std::int64_t size = a.sizes()[along];
    const std::int64_t each = (size + chunks - 1) / chunks;
    std::vector<TorchTensor> parts;
    for (std::int64_t i = 0, begin = 0; each == 0 ? i < chunks : begin < size; i++, begin += each) {
        parts.push_back(part(a, along, std::min(each, size - begin), 1));
    }
    return parts;
}

} // namespace rt::stub
