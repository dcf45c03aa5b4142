// SPDX-License-Identifier: Apache-2.0
// tensor_methods.hpp - the methods of Tensor that are more than one call: parts, shapes, reductions, hooks.
#ifndef RTFFI_TORCH_TENSOR_METHODS_HPP
#define RTFFI_TORCH_TENSOR_METHODS_HPP

#include "results.hpp"

namespace rt::torch {

namespace detail {

// Counts a negative dimension from the end, as torch does.
inline std::int64_t wrap_dim(std::int64_t dim, std::int64_t dims) {
    const std::int64_t wrapped = dim < 0 ? dim + dims : dim;
    if (wrapped < 0 || wrapped >= dims) {
        throw IndexError("dimension " + std::to_string(dim) + " is out of range for a tensor of " +
                         std::to_string(dims) + " dimensions");
    }
    return wrapped;
}

} // namespace detail

inline std::int64_t Tensor::size(std::int64_t dim) const {
    const auto borrowed = api::shape(handle());
    return borrowed[static_cast<std::size_t>(detail::wrap_dim(dim, static_cast<std::int64_t>(borrowed.size())))];
}

inline Device Tensor::device() const {
    const std::int32_t index = api::device(handle());
    if (index >= 0 && !is_cuda()) {
        throw Error(RT_E_UNAVAILABLE,
                    "the tensor is on a device that is neither the CPU nor CUDA's, and rtffi/torch.hpp "
                    "has no name for it: move it with cpu() first");
    }
    return index < 0 ? Device(kCPU) : Device(kCUDA, index);
}

inline Tensor Tensor::flatten(std::int64_t start_dim, std::int64_t end_dim) const {
    const std::vector<std::int64_t> old = shape();
    const auto dims = static_cast<std::int64_t>(old.size());
    if (dims == 0) {
        return flatten();
    }
    const std::int64_t first = detail::wrap_dim(start_dim, dims);
    const std::int64_t last = detail::wrap_dim(end_dim, dims);
    if (first > last) {
        throw Error(RT_E_ARGUMENT, "flatten: start_dim must not come after end_dim");
    }
    std::vector<std::int64_t> sizes(old.begin(), old.begin() + first);
    std::int64_t product = 1;
    for (std::int64_t i = first; i <= last; i++) {
        product *= old[static_cast<std::size_t>(i)];
    }
    sizes.push_back(product);
    sizes.insert(sizes.end(), old.begin() + last + 1, old.end());
    return reshape(sizes);
}

inline Tensor Tensor::narrow(std::int64_t dim, std::int64_t start, std::int64_t length) const {
    const std::int64_t extent = size(dim);
    const std::int64_t first = start < 0 ? start + extent : start;
    if (first < 0 || length < 0 || first > extent || length > extent - first) {
        throw Error(RT_E_ARGUMENT, "narrow: start " + std::to_string(start) + " and length " + std::to_string(length) +
                                       " do not fit into dimension " + std::to_string(dim) + " of size " +
                                       std::to_string(extent));
    }
    return slice(dim, first, first + length);
}

inline Tensor Tensor::select(std::int64_t dim, std::int64_t index) const {
    const std::int64_t extent = size(dim);
    if (index < -extent || index >= extent) {
        throw IndexError("index " + std::to_string(index) + " is out of range for dimension " + std::to_string(dim) +
                         " of size " + std::to_string(extent));
    }
    const std::int64_t first = index < 0 ? index + extent : index;
    return slice(dim, first, first + 1).squeeze(dim);
}

inline std::vector<Tensor> Tensor::chunk(std::int64_t chunks, std::int64_t dim) const {
    return detail::own_all(api::chunk(handle(), chunks, dim));
}

// The largest element of all, differentiable, by way of the one dimension of the flattened tensor.
inline Tensor Tensor::max() const { return flatten().max(0).values; }
inline ValuesAndIndices Tensor::max(std::int64_t dim, bool keepdim) const {
    return {detail::parts<2>(api::max_dim(handle(), dim, keepdim))};
}
inline Tensor Tensor::min() const { return flatten().min(0).values; }
inline ValuesAndIndices Tensor::min(std::int64_t dim, bool keepdim) const {
    return {detail::parts<2>(api::min_dim(handle(), dim, keepdim))};
}

inline SVD Tensor::svd() const { return {detail::parts<3>(api::svd(handle()))}; }
inline Eig Tensor::eig() const { return {detail::parts<2>(api::eig(handle()))}; }

template <Number T> void Tensor::copy_to(std::span<T> memory) const {
    if (dtype() != dtype_of<T>()) {
        throw Error(RT_E_ARGUMENT, std::string("copy_to: the tensor is of dtype ") + dtype().name() +
                                       ", the memory of " + dtype_of<T>().name() +
                                       "; convert one of them, or use to_vector");
    }
    if (memory.size() != static_cast<std::size_t>(numel())) {
        throw Error(RT_E_ARGUMENT, "copy_to: the tensor has " + std::to_string(numel()) + " elements, the memory " +
                                       std::to_string(memory.size()));
    }
    api::to_memory(handle(), std::as_writable_bytes(memory));
}

template <Number T> std::vector<T> Tensor::to_vector() const {
    if constexpr (std::is_same_v<T, bool>) { // a std::vector<bool> has no memory to copy to
        const std::vector<std::uint8_t> bytes = to(boolean).to(uint8).to_vector<std::uint8_t>();
        return std::vector<bool>(bytes.begin(), bytes.end());
    } else {
        constexpr DType wanted = dtype_of<T>();
        const Tensor source = dtype() == wanted ? *this : to(wanted);
        std::vector<T> elements(static_cast<std::size_t>(numel()));
        source.copy_to(std::span<T>(elements));
        return elements;
    }
}

template <class Hook> std::int64_t Tensor::register_hook(Hook hook) const {
    const Handle callable = make_callable(
        "fn(grad: TorchTensor) -> TorchTensor?",
        [hook = std::move(hook)](std::span<const rt_value> arguments) mutable {
            const Tensor grad(Handle::share(arguments[0].payload.integer)); // the callee's arguments are borrowed
            if constexpr (std::is_void_v<decltype(hook(grad))>) {
                hook(grad);
            } else {
                const Tensor instead = hook(grad);
                return Handle::share(instead.handle());
            }
        },
        RT_FUNCTION_ANY_THREAD);
    return api::register_hook(handle(), callable.get());
}

} // namespace rt::torch

#endif
