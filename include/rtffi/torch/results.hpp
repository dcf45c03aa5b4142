// SPDX-License-Identifier: Apache-2.0
// results.hpp - what functions with several results give: a std::tuple, as in LibTorch's C++ API (std::get, std::tie,
// auto [values, indices]), whose parts also have the names that they have in Python.
#ifndef RTFFI_TORCH_RESULTS_HPP
#define RTFFI_TORCH_RESULTS_HPP

#include <tuple>

#include "tensor.hpp"

namespace rt::torch {

namespace detail {

using Two = std::tuple<Tensor, Tensor>;
using Three = std::tuple<Tensor, Tensor, Tensor>;

template <std::size_t... I> auto parts_of(const Handle &tuple, std::index_sequence<I...>) {
    return std::tuple{Tensor(Handle(api::tuple_get(tuple.get(), I)))...};
}
// The tensors of a TorchTuple, whose handle it takes over.
template <std::size_t Count> auto parts(std::int64_t tuple) {
    return parts_of(Handle(tuple), std::make_index_sequence<Count>());
}

} // namespace detail

// The names refer to the tuple's own parts, and so are never copied.
#define RTFFI_TORCH_RESULTS(Name, Tuple)                                                                               \
    Name(Tuple parts) : Tuple(std::move(parts)) {}                                                                     \
    Name(const Name &other) : Tuple(static_cast<const Tuple &>(other)) {}                                              \
    Name &operator=(const Name &other) {                                                                               \
        Tuple::operator=(static_cast<const Tuple &>(other));                                                           \
        return *this;                                                                                                  \
    }                                                                                                                  \
    ~Name() = default;

// The largest or smallest elements along a dimension, and where they are.
struct ValuesAndIndices : detail::Two {
    RTFFI_TORCH_RESULTS(ValuesAndIndices, detail::Two)
    Tensor &values = std::get<0>(*this);
    Tensor &indices = std::get<1>(*this);
};

// The reduced singular value decomposition, U diag(S) V^T.
struct SVD : detail::Three {
    RTFFI_TORCH_RESULTS(SVD, detail::Three)
    Tensor &U = std::get<0>(*this);
    Tensor &S = std::get<1>(*this);
    Tensor &V = std::get<2>(*this);
};

// Eigenvalues and, as columns, eigenvectors of a square matrix; both are complex.
struct Eig : detail::Two {
    RTFFI_TORCH_RESULTS(Eig, detail::Two)
    Tensor &values = std::get<0>(*this);
    Tensor &vectors = std::get<1>(*this);
};

#undef RTFFI_TORCH_RESULTS

} // namespace rt::torch

template <> struct std::tuple_size<rt::torch::ValuesAndIndices> : std::tuple_size<rt::torch::detail::Two> {};
template <> struct std::tuple_size<rt::torch::SVD> : std::tuple_size<rt::torch::detail::Three> {};
template <> struct std::tuple_size<rt::torch::Eig> : std::tuple_size<rt::torch::detail::Two> {};
template <std::size_t I> struct std::tuple_element<I, rt::torch::ValuesAndIndices> {
    using type = rt::torch::Tensor;
};
template <std::size_t I> struct std::tuple_element<I, rt::torch::SVD> {
    using type = rt::torch::Tensor;
};
template <std::size_t I> struct std::tuple_element<I, rt::torch::Eig> {
    using type = rt::torch::Tensor;
};

#endif
