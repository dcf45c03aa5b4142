// creation.hpp - making tensors, and joining them. All are made on the CPU, as float32 where nothing else is said.
#ifndef RTFFI_TORCH_CREATION_HPP
#define RTFFI_TORCH_CREATION_HPP

#include "tensor_methods.hpp"

namespace rt::torch {

inline Tensor zeros(IntArrayRef sizes) { return Tensor(Handle(api::zeros(sizes))); }
inline Tensor ones(IntArrayRef sizes) { return Tensor(Handle(api::ones(sizes))); }
inline Tensor empty(IntArrayRef sizes) { return Tensor(Handle(api::empty(sizes))); }
inline Tensor rand(IntArrayRef sizes) { return Tensor(Handle(api::rand(sizes))); }   // uniform in [0, 1)
inline Tensor randn(IntArrayRef sizes) { return Tensor(Handle(api::randn(sizes))); } // normal, mean 0, deviation 1
inline Tensor full(IntArrayRef sizes, double value) { return Tensor(Handle(api::full(sizes, value))); }
inline Tensor eye(std::int64_t n) { return Tensor(Handle(api::eye(n))); }
inline Tensor linspace(double start, double end, std::int64_t steps) {
    return Tensor(Handle(api::linspace(start, end, steps)));
}
// The numbers start, start + step, ... before end: float32 of floating numbers, int64 of whole ones, as in torch.
inline Tensor arange(double start, double end, double step = 1) {
    return Tensor(Handle(api::arange(start, end, step)));
}
inline Tensor arange(double end) { return arange(0.0, end); }

inline Tensor zeros_like(const Tensor &other) { return zeros(other.shape()).to(other.dtype()).to(other.device()); }
inline Tensor ones_like(const Tensor &other) { return ones(other.shape()).to(other.dtype()).to(other.device()); }

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

template <std::integral T> Tensor arange(T start, T end, T step = 1) {
    if (step == 0 || (step > 0 ? start > end : start < end)) {
        throw Error(RT_E_ARGUMENT, "arange: the step must not be 0 and must lead from start to end");
    }
    std::vector<std::int64_t> numbers;
    for (auto at = static_cast<std::int64_t>(start); step > 0 ? at < end : at > end; at += step) {
        numbers.push_back(at);
    }
    return from_span<std::int64_t>(numbers, static_cast<std::int64_t>(numbers.size()));
}
template <std::integral T> Tensor arange(T end) { return arange<T>(0, end); }

namespace detail {

template <Number T> Tensor from_list(const T *first, std::size_t count, IntArrayRef sizes) {
    const Tensor made = from_span<T>({first, count}, sizes);
    // As in torch, numbers without a dtype become float32 or int64.
    return std::is_same_v<T, double>                           ? made.to(float32)
           : std::is_integral_v<T> && !std::is_same_v<T, bool> ? made.to(int64)
                                                               : made;
}

} // namespace detail

// tensor(3.5), tensor({1.0, 2.0}), tensor({{1, 2}, {3, 4}}), tensor(vector): floating numbers give float32, whole ones int64.
// Say `.to(torch::float64)` for another dtype; from_span keeps the C++ type.
template <Number T> Tensor tensor(T value) { return detail::from_list<T>(&value, 1, {}); }
template <Number T> Tensor tensor(std::initializer_list<T> values) {
    return detail::from_list<T>(values.begin(), values.size(), static_cast<std::int64_t>(values.size()));
}
template <Number T> Tensor tensor(const std::vector<T> &values) {
    return detail::from_list<T>(values.data(), values.size(), static_cast<std::int64_t>(values.size()));
}
template <Number T> Tensor tensor(std::initializer_list<std::initializer_list<T>> rows) {
    std::vector<T> flat;
    const std::size_t columns = rows.size() == 0 ? 0 : rows.begin()->size();
    for (const auto &row : rows) {
        if (row.size() != columns) {
            throw Error(RT_E_ARGUMENT, "tensor: the rows have different lengths");
        }
        flat.insert(flat.end(), row.begin(), row.end());
    }
    return detail::from_list<T>(flat.data(), flat.size(),
                                {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(columns)});
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
