// SPDX-License-Identifier: Apache-2.0
// indexing.hpp - parts of a tensor by a list of indices, as in LibTorch's C++ API:
//
//     using namespace torch::indexing;
//     x.index({1, "...", Slice(0, 5, 2), None});       // x[1, ..., 0:5:2, None] in Python
//     x.index({x > 0});                                // the elements that a mask chooses, in one dimension
//     x.index({torch::tensor({2, 0})});                // rows 2 and 0
//     x.index_put_({Slice(), 0}, 1);                   // writes 1 to the first column
//
// An integer takes a dimension away, a Slice keeps it, None puts one of size 1 in, Ellipsis stands for as many dimensions as are left,
// true and false put one of size 1 or 0 in. The result shares the memory. Where there are index tensors or masks (tensors of whole
// numbers and of bool), it is a copy: see NumPy's advanced indexing. Gradients go through both.
#ifndef RTFFI_TORCH_INDEXING_HPP
#define RTFFI_TORCH_INDEXING_HPP

#include <initializer_list>

#include "operator_call.hpp"
#include "tensor.hpp"

namespace rt::torch::indexing {

// A new dimension of size 1 as an index; in a Slice, what is left out.
inline constexpr std::nullopt_t None = std::nullopt;

struct EllipsisIndexType {};
inline constexpr EllipsisIndexType Ellipsis{};

// start:stop:step as in Python: negative bounds count from the end, too large ones mean the end. step must be 1 or more.
class Slice {
  public:
    using Bound = std::optional<std::int64_t>;
    explicit Slice(Bound start = None, Bound stop = None, Bound step = None)
        : text_(text_of(start) + ":" + text_of(stop) + ":" + text_of(step)) {}

    // As the registry takes it, and as Python writes it: "1:5:2", "::2".
    const std::string &str() const noexcept { return text_; }

  private:
    static std::string text_of(Bound bound) { return bound ? std::to_string(*bound) : std::string(); }

    std::string text_;
};

// One index.
class TensorIndex {
  public:
    TensorIndex(std::nullopt_t) : plain_(rt_none()) {}
    TensorIndex(EllipsisIndexType) : TensorIndex("...") {}
    // "..." is Ellipsis; Python's text of a slice, "1:5:2", is one. Another text is an error of the call.
    TensorIndex(const char *text) : plain_(rt_text("")), text_(text) {}
    TensorIndex(const Slice &slice) : plain_(rt_text("")), text_(slice.str()) {}
    template <Number T>
        requires std::is_integral_v<T>
    TensorIndex(T number) : plain_(Scalar(number).value()) {}
    TensorIndex(Tensor tensor) : plain_(rt_handle(0)), tensor_(std::move(tensor)) {}

    // Borrows from this object.
    rt_value value() const {
        return plain_.type == RT_TEXT     ? rt_memory(RT_TEXT, text_.data(), text_.size())
               : plain_.type == RT_HANDLE ? rt_handle(tensor_.handle())
                                          : plain_;
    }

  private:
    rt_value plain_; // what sort of index it is, and a number
    std::string text_;
    Tensor tensor_;
};

} // namespace rt::torch::indexing

namespace rt::torch {

namespace detail {

// A list of indices as the registry takes it, for as long as the list lives.
class Indices {
  public:
    explicit Indices(std::span<const indexing::TensorIndex> list) {
        values_.reserve(list.size());
        for (const indexing::TensorIndex &one : list) {
            values_.push_back(one.value());
        }
    }
    rt_value value() const { return rt_memory(RT_VALUES, values_.data(), values_.size()); }

  private:
    std::vector<rt_value> values_;
};

template <class T>
void index_put(const Tensor &tensor, std::span<const indexing::TensorIndex> indices, const T &value) {
    const Indices list(indices);
    operator_named<"rt_torch_torchtensor_index_put_">(tensor, list.value(), value);
}

} // namespace detail

inline Tensor Tensor::index(std::span<const indexing::TensorIndex> indices) const {
    const detail::Indices list(indices);
    return detail::as_tensor<Tensor>(detail::operator_named<"rt_torch_torchtensor_index">(*this, list.value()));
}
inline Tensor Tensor::index(std::initializer_list<indexing::TensorIndex> indices) const {
    return index(std::span(indices.begin(), indices.size()));
}
inline const Tensor &Tensor::index_put_(std::span<const indexing::TensorIndex> indices, const Tensor &value) const {
    return detail::index_put(*this, indices, value), *this;
}
inline const Tensor &Tensor::index_put_(std::span<const indexing::TensorIndex> indices, const Scalar &value) const {
    return detail::index_put(*this, indices, value), *this;
}
inline const Tensor &Tensor::index_put_(std::initializer_list<indexing::TensorIndex> indices,
                                        const Tensor &value) const {
    return index_put_(std::span(indices.begin(), indices.size()), value);
}
inline const Tensor &Tensor::index_put_(std::initializer_list<indexing::TensorIndex> indices,
                                        const Scalar &value) const {
    return index_put_(std::span(indices.begin(), indices.size()), value);
}

inline Tensor Tensor::operator[](const Tensor &index) const {
    if (index.dim() != 0) {
        throw IndexError("a tensor in brackets must be one whole number, and this one is of " +
                         std::to_string(index.dim()) + " dimensions: use index({...})");
    }
    return this->index({index});
}

} // namespace rt::torch

#endif
