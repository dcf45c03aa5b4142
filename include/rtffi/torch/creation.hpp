// SPDX-License-Identifier: Apache-2.0
// creation.hpp - making tensors, and joining them: on the CPU and of float32 where `options` say nothing else.
#ifndef RTFFI_TORCH_CREATION_HPP
#define RTFFI_TORCH_CREATION_HPP

#include "tensor_methods.hpp"

namespace rt::torch {

namespace detail {

// A tensor on the CPU, of dtype `is`, as the options want it: of dtype `otherwise` where they say nothing of that.
inline Tensor with_options(Tensor tensor, const DType &is, const TensorOptions &options, const DType &otherwise) {
    const DType dtype = options.dtype().value_or(otherwise);
    tensor = dtype == is ? std::move(tensor) : tensor.to(dtype);
    tensor = options.device().is_cpu() ? std::move(tensor) : tensor.to(options.device());
    return options.requires_grad() ? tensor.requires_grad_() : tensor;
}

// Takes over the handle of a tensor of float32.
inline Tensor made(std::int64_t handle, const TensorOptions &options) {
    return with_options(Tensor(Handle(handle)), float32, options, float32);
}

// What float32 holds of them is not enough for other dtypes.
inline bool wants_float32(const TensorOptions &options) { return options.dtype().value_or(float32) == float32; }

} // namespace detail

inline Tensor zeros(IntArrayRef sizes, const TensorOptions &o = {}) { return detail::made(api::zeros(sizes), o); }
inline Tensor ones(IntArrayRef sizes, const TensorOptions &o = {}) { return detail::made(api::ones(sizes), o); }
inline Tensor empty(IntArrayRef sizes, const TensorOptions &o = {}) { return detail::made(api::empty(sizes), o); }
inline Tensor eye(std::int64_t n, const TensorOptions &o = {}) { return detail::made(api::eye(n), o); }
// Uniform in [0, 1); normal with mean 0 and deviation 1. Drawn as float32, whatever the dtype.
inline Tensor rand(IntArrayRef sizes, const TensorOptions &o = {}) { return detail::made(api::rand(sizes), o); }
inline Tensor randn(IntArrayRef sizes, const TensorOptions &o = {}) { return detail::made(api::randn(sizes), o); }

// A copy of memory that holds the elements in row order. Unlike torch's from_blob it does not keep the address.
inline Tensor from_blob(const void *data, IntArrayRef sizes, const DType &dtype = float32) {
    std::size_t bytes = dtype.itemsize();
    if (bytes == 0) {
        throw Error(RT_E_ARGUMENT, std::string("from_blob: unknown dtype '") + dtype.name() + "'");
    }
    for (const std::int64_t size : sizes) {
        if (size < 0 || __builtin_mul_overflow(bytes, static_cast<std::size_t>(size), &bytes)) {
            throw Error(RT_E_ARGUMENT, "from_blob: the sizes are negative or larger than memory");
        }
    }
    return Tensor(Handle(api::from_memory({static_cast<const std::byte *>(data), bytes}, sizes, dtype.name())));
}
// The same with the count checked.
template <Number T> Tensor from_span(std::span<const T> values, IntArrayRef sizes) {
    return Tensor(Handle(api::from_memory(std::as_bytes(values), sizes, dtype_of<T>().name())));
}

namespace detail {

// The dtype of numbers where none is said, as in torch.
template <Number T> constexpr DType default_dtype() {
    return std::is_same_v<T, bool> ? boolean : std::is_integral_v<T> ? int64 : float32;
}

template <Number T>
Tensor from_list(const T *first, std::size_t count, IntArrayRef sizes, const TensorOptions &options) {
    return with_options(from_span<T>({first, count}, sizes), dtype_of<T>(), options, default_dtype<T>());
}

// at(0), at(1), ... with the precision of a double.
template <class At> Tensor from_formula(std::int64_t count, const At &at, const TensorOptions &options) {
    std::vector<double> numbers(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < numbers.size(); i++) {
        numbers[i] = at(static_cast<double>(i));
    }
    return with_options(from_span<double>(numbers, count), float64, options, float32);
}

inline TensorOptions options_of(const Tensor &tensor) { return TensorOptions(tensor.dtype()).device(tensor.device()); }

} // namespace detail

// One value everywhere: without a dtype, floating ones give float32, whole ones int64 and bools bool, as in torch.
template <Number T> Tensor full(IntArrayRef sizes, T value, const TensorOptions &options = {}) {
    const DType dtype = options.dtype().value_or(detail::default_dtype<T>());
    return detail::with_options(empty(sizes, dtype).fill_(value), dtype, options, dtype);
}

// The numbers start, start + step, ... before end: without a dtype, float32 of floating numbers and int64 of whole ones.
inline Tensor arange(double start, double end, double step, const TensorOptions &options = {}) {
    Tensor singles(Handle(api::arange(start, end, step)));
    return detail::wants_float32(options)
               ? detail::with_options(std::move(singles), float32, options, float32)
               : detail::from_formula(singles.numel(), [&](double i) { return start + step * i; }, options);
}
template <std::integral T> Tensor arange(T start, T end, T step, const TensorOptions &options = {}) {
    if (step == 0 || (step > 0 ? start > end : start < end)) {
        throw Error(RT_E_ARGUMENT, "arange: the step must not be 0 and must lead from start to end");
    }
    std::vector<std::int64_t> numbers;
    for (auto at = static_cast<std::int64_t>(start); step > 0 ? at < end : at > end; at += step) {
        numbers.push_back(at);
    }
    return detail::from_list<std::int64_t>(numbers.data(), numbers.size(), static_cast<std::int64_t>(numbers.size()),
                                           options);
}
inline Tensor arange(double start, double end, const TensorOptions &o = {}) { return arange(start, end, 1.0, o); }
inline Tensor arange(double end, const TensorOptions &o = {}) { return arange(0.0, end, 1.0, o); }
template <std::integral T> Tensor arange(T start, T end, const TensorOptions &o = {}) {
    return arange<T>(start, end, T(1), o);
}
template <std::integral T> Tensor arange(T end, const TensorOptions &o = {}) { return arange<T>(T(0), end, T(1), o); }

// So many numbers from start to end, both included. As LibTorch does, the second half is counted from the end.
inline Tensor linspace(double start, double end, std::int64_t steps, const TensorOptions &options = {}) {
    Tensor singles(Handle(api::linspace(start, end, steps)));
    if (detail::wants_float32(options)) {
        return detail::with_options(std::move(singles), float32, options, float32);
    }
    const double count = static_cast<double>(steps);
    const double step = steps > 1 ? (end - start) / (count - 1) : 0;
    const auto at = [&](double i) { return i < count / 2 ? start + step * i : end - step * (count - 1 - i); };
    return detail::from_formula(steps, at, options);
}

// Of another tensor's sizes, dtype and device.
inline Tensor zeros_like(const Tensor &other) { return zeros(other.shape(), detail::options_of(other)); }
inline Tensor ones_like(const Tensor &other) { return ones(other.shape(), detail::options_of(other)); }
inline Tensor empty_like(const Tensor &other) { return empty(other.shape(), detail::options_of(other)); }
inline Tensor rand_like(const Tensor &other) { return rand(other.shape(), detail::options_of(other)); }
inline Tensor randn_like(const Tensor &other) { return randn(other.shape(), detail::options_of(other)); }
template <Number T> Tensor full_like(const Tensor &other, T value) {
    return full(other.shape(), value, detail::options_of(other));
}

// tensor(3.5), tensor({1.0, 2.0}), tensor({{1, 2}, {3, 4}}), tensor(vector): without a dtype, floating numbers give float32
// and whole ones int64. from_span keeps the C++ type.
template <Number T> Tensor tensor(T value, const TensorOptions &options = {}) {
    return detail::from_list<T>(&value, 1, {}, options);
}
template <Number T> Tensor tensor(std::initializer_list<T> values, const TensorOptions &options = {}) {
    return detail::from_list<T>(values.begin(), values.size(), static_cast<std::int64_t>(values.size()), options);
}
template <Number T> Tensor tensor(const std::vector<T> &values, const TensorOptions &options = {}) {
    return detail::from_list<T>(values.data(), values.size(), static_cast<std::int64_t>(values.size()), options);
}
template <Number T>
Tensor tensor(std::initializer_list<std::initializer_list<T>> rows, const TensorOptions &options = {}) {
    std::vector<T> flat;
    const std::size_t columns = rows.size() == 0 ? 0 : rows.begin()->size();
    for (const auto &row : rows) {
        if (row.size() != columns) {
            throw Error(RT_E_ARGUMENT, "tensor: the rows have different lengths");
        }
        flat.insert(flat.end(), row.begin(), row.end());
    }
    return detail::from_list<T>(flat.data(), flat.size(),
                                {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(columns)}, options);
}

inline Tensor cat(std::span<const Tensor> tensors, std::int64_t dim = 0) {
    return Tensor(Handle(api::cat(detail::handles(tensors), dim)));
}
inline Tensor cat(std::initializer_list<Tensor> tensors, std::int64_t dim = 0) {
    return cat(std::span<const Tensor>(tensors.begin(), tensors.size()), dim);
}
inline Tensor stack(std::span<const Tensor> tensors, std::int64_t dim = 0) {
    return Tensor(Handle(api::stack(detail::handles(tensors), dim)));
}
inline Tensor stack(std::initializer_list<Tensor> tensors, std::int64_t dim = 0) {
    return stack(std::span<const Tensor>(tensors.begin(), tensors.size()), dim);
}

} // namespace rt::torch

#endif
