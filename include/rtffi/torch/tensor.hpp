// SPDX-License-Identifier: Apache-2.0
// tensor.hpp - rt::torch::Tensor: an owning reference to a tensor of LibTorch's.
//
// Copies share the tensor, as in Python and C++; `clone` copies its data. A moved-from or default-made Tensor is
// undefined: `defined` says so, and every operation on it throws. Failures throw rt::Error with LibTorch's own message, or the class of
// errors.hpp for that sort of failure. What is here are functions of rtffi's own; most of LibTorch's methods are in operator_methods.hpp.
#ifndef RTFFI_TORCH_TENSOR_HPP
#define RTFFI_TORCH_TENSOR_HPP

#include <initializer_list>
#include <limits>
#include <utility>

#include "api.hpp"
#include "errors.hpp"
#include "operator_methods.hpp"
#include "types.hpp"

namespace rt::torch {

class Stream;
struct ValuesAndIndices;
struct SVD;
struct Eig;
class Generator;
namespace indexing {
class TensorIndex;
}

class Tensor : public OperatorMethods<Tensor, ValuesAndIndices, Generator> {
    using Operators = OperatorMethods<Tensor, ValuesAndIndices, Generator>;

  public:
    Tensor() noexcept = default;
    // Takes over a handle of class TorchTensor.
    explicit Tensor(Handle handle) noexcept : handle_(std::move(handle)) {}
    Tensor(Tensor &&) noexcept = default;
    Tensor &operator=(Tensor &&) noexcept = default;
    Tensor(const Tensor &other) : handle_(other.handle_.clone()) {}
    Tensor &operator=(const Tensor &other) {
        handle_ = other.handle_.clone();
        return *this;
    }

    bool defined() const noexcept { return static_cast<bool>(handle_); }
    // Borrowed: it stays this object's. 0 where it is undefined.
    std::int64_t handle() const noexcept { return handle_.get(); }

    // What it is.
    std::int64_t dim() const { return api::ndim(handle()); }
    std::int64_t ndim() const { return dim(); }
    std::int64_t numel() const { return api::numel(handle()); }
    std::vector<std::int64_t> shape() const {
        const auto borrowed = api::shape(handle());
        return std::vector<std::int64_t>(borrowed.begin(), borrowed.end());
    }
    std::vector<std::int64_t> sizes() const { return shape(); }
    std::int64_t size(std::int64_t dim) const;
    DType dtype() const { return DType(api::dtype(handle())); }
    bool is_floating_point() const { return dtype().is_floating_point(); }
    bool is_complex() const { return dtype().is_complex(); }
    // Throws for a tensor on a device of another kind than these two, which other programs may have made.
    Device device() const;
    bool is_cuda() const { return api::is_cuda(handle()); }
    // As LibTorch prints it.
    std::string str() const { return api::to_text(handle()); }

    // Its data. `item` needs a tensor of one element; to_vector converts the dtype where it differs, and copies once.
    template <Number T = double> T item() const { return static_cast<T>(api::item(handle())); }
    template <Number T> std::vector<T> to_vector() const;
    // Copies the elements, in row order, to memory that is exactly of this tensor's dtype and size.
    template <Number T> void copy_to(std::span<T> memory) const;

    // Copies of it: clone always, the others where it is not in row order, of that dtype or there already, else itself.
    Tensor clone() const { return own(api::clone(handle())); }
    Tensor contiguous() const { return own(api::contiguous(handle())); }
    Tensor to(const DType &type) const { return own(api::to_dtype(handle(), type.name())); }
    Tensor to(const Device &where) const { return where.is_cpu() ? cpu() : cuda(where.index()); }
    // Enqueues the copy on the stream, or, non-blocking, one from or to pinned memory on the thread's current stream, and does not wait.
    Tensor to(const Device &where, const Stream &stream) const;
    Tensor to(const Device &where, bool non_blocking) const {
        return own(api::to_device(handle(), where.str(), non_blocking));
    }
    Tensor cpu() const { return own(api::cpu(handle())); }
    Tensor cuda(std::int32_t index = -1) const { return own(api::cuda(handle(), index)); }
    // A copy of a tensor on the CPU in pinned memory, which devices copy from and to beside other work; needs a device.
    Tensor pin_memory() const { return own(api::pin_memory(handle())); }
    bool is_pinned() const { return api::is_pinned(handle()); }
    // Tells that a stream other than the one that it was made on uses it: its memory is kept until that has done so.
    void record_stream(const Stream &stream) const;

    // Arithmetic, element by element, into new tensors; `other` may be a number. Operators are in operators.hpp.
    Tensor add(const Tensor &other) const { return own(api::add(handle(), other.handle())); }
    Tensor sub(const Tensor &other) const { return own(api::sub(handle(), other.handle())); }
    Tensor mul(const Tensor &other) const { return own(api::mul(handle(), other.handle())); }
    Tensor div(const Tensor &other) const { return own(api::div(handle(), other.handle())); }
    Tensor pow(double exponent) const { return own(api::pow(handle(), exponent)); }
    Tensor neg() const { return own(api::neg(handle())); }
    Tensor abs() const { return own(api::abs(handle())); }
    Tensor sqrt() const { return own(api::sqrt(handle())); }
    Tensor square() const { return mul(*this); }
    Tensor exp() const { return own(api::exp(handle())); }
    Tensor log() const { return own(api::log(handle())); }
    Tensor eq(const Tensor &other) const { return own(api::eq(handle(), other.handle())); }
    Tensor ne(const Tensor &other) const { return own(api::ne(handle(), other.handle())); }
    Tensor lt(const Tensor &other) const { return own(api::lt(handle(), other.handle())); }
    Tensor le(const Tensor &other) const { return own(api::le(handle(), other.handle())); }
    Tensor gt(const Tensor &other) const { return own(api::gt(handle(), other.handle())); }
    Tensor ge(const Tensor &other) const { return own(api::ge(handle(), other.handle())); }

    template <Number T> Tensor add(T other) const;
    template <Number T> Tensor sub(T other) const;
    template <Number T> Tensor mul(T other) const;
    template <Number T> Tensor div(T other) const;
    template <Number T> Tensor eq(T other) const;
    template <Number T> Tensor ne(T other) const;
    template <Number T> Tensor lt(T other) const;
    template <Number T> Tensor le(T other) const;
    template <Number T> Tensor gt(T other) const;
    template <Number T> Tensor ge(T other) const;
    // Whether the two have the same sizes and equal elements; whether every |a - b| <= atol + rtol |b|.
    bool equal(const Tensor &other) const;
    bool allclose(const Tensor &other, double rtol = 1e-5, double atol = 1e-8) const;

    // In place: what shares the memory sees it, too. As in torch, a leaf that requires gradients, such as a module's
    // parameter, may be written to under NoGrad only, and whole numbers hold no fractions.
    const Tensor &add_(const Tensor &other) const { return api::add_(handle(), other.handle()), *this; }
    const Tensor &sub_(const Tensor &other) const { return api::sub_(handle(), other.handle()), *this; }
    const Tensor &mul_(const Tensor &other) const { return api::mul_(handle(), other.handle()), *this; }
    const Tensor &div_(const Tensor &other) const { return api::div_(handle(), other.handle()), *this; }
    template <Number T> const Tensor &add_(T other) const;
    template <Number T> const Tensor &sub_(T other) const;
    template <Number T> const Tensor &mul_(T other) const;
    template <Number T> const Tensor &div_(T other) const;
    const Tensor &zero_() const { return api::zero_(handle()), *this; }
    template <Number T> const Tensor &fill_(T value) const;
    const Tensor &copy_(const Tensor &source) const { return api::copy_(handle(), source.handle()), *this; }
    // Non-blocking: between pinned memory and a device the copy is put on the thread's current stream and not waited for.
    const Tensor &copy_(const Tensor &source, bool non_blocking) const {
        return non_blocking ? api::copy_non_blocking_(handle(), source.handle())
                            : api::copy_(handle(), source.handle()),
               *this;
    }

    // Activations.
    Tensor relu() const { return own(api::relu(handle())); }
    Tensor sigmoid() const { return own(api::sigmoid(handle())); }
    Tensor tanh() const { return own(api::tanh(handle())); }
    Tensor leaky_relu(double negative_slope = 0.01) const { return own(api::leaky_relu(handle(), negative_slope)); }
    Tensor gelu() const { return own(api::gelu(handle())); }
    Tensor softmax(std::int64_t dim) const { return own(api::softmax(handle(), dim)); }
    Tensor log_softmax(std::int64_t dim) const { return own(api::log_softmax(handle(), dim)); }

    // Linear algebra. transpose and t share the memory. What the registry gives as a number (norm, det, std, var) is a
    // double and has no gradient.
    Tensor matmul(const Tensor &other) const { return own(api::matmul(handle(), other.handle())); }
    Tensor mm(const Tensor &other) const { return matmul(other); }
    Tensor dot(const Tensor &other) const { return own(api::dot(handle(), other.handle())); }
    Tensor transpose(std::int64_t dim0, std::int64_t dim1) const { return own(api::transpose(handle(), dim0, dim1)); }
    Tensor t() const { return own(api::t(handle())); }
    Tensor inverse() const { return own(api::inverse(handle())); }
    double norm() const { return api::norm(handle()); }
    double det() const { return api::det(handle()); }
    SVD svd() const; // the reduced one
    Eig eig() const;

    // Reductions: of everything to a tensor without dimensions, or along one dimension.
    Tensor sum() const { return own(api::sum_all(handle())); }
    Tensor sum(std::int64_t dim, bool keepdim = false) const { return own(api::sum_dim(handle(), dim, keepdim)); }
    Tensor mean() const { return own(api::mean_all(handle())); }
    Tensor mean(std::int64_t dim, bool keepdim = false) const { return own(api::mean_dim(handle(), dim, keepdim)); }
    Tensor max() const;
    ValuesAndIndices max(std::int64_t dim, bool keepdim = false) const;
    Tensor min() const;
    ValuesAndIndices min(std::int64_t dim, bool keepdim = false) const;
    Tensor argmax() const { return flatten().argmax(0); }
    Tensor argmax(std::int64_t dim, bool keepdim = false) const { return own(api::argmax(handle(), dim, keepdim)); }
    Tensor argmin() const { return flatten().argmin(0); }
    Tensor argmin(std::int64_t dim, bool keepdim = false) const { return own(api::argmin(handle(), dim, keepdim)); }
    double std() const { return api::standard_deviation(handle()); } // with correction 1
    double var() const { return api::variance(handle()); }

    // Shape: the same elements. reshape, flatten and squeeze, unsqueeze, view, permute share the memory; where the strides
    // do not allow it, reshape and flatten copy, and view throws.
    Tensor reshape(IntArrayRef sizes) const { return own(api::reshape(handle(), sizes)); }
    Tensor view(IntArrayRef sizes) const { return own(api::view(handle(), sizes)); }
    Tensor permute(IntArrayRef dims) const { return own(api::permute(handle(), dims)); }
    Tensor squeeze() const { return own(api::squeeze(handle())); }
    Tensor squeeze(std::int64_t dim) const { return own(api::squeeze_dim(handle(), dim)); }
    Tensor unsqueeze(std::int64_t dim) const { return own(api::unsqueeze(handle(), dim)); }
    Tensor flatten() const { return own(api::flatten(handle())); }
    Tensor flatten(std::int64_t start_dim, std::int64_t end_dim = -1) const;

    // Parts of it by a list of indices, x.index({1, Slice(0, 5, 2)}), and writing to them; see indexing.hpp. `value` must broadcast to the
    // part. The tensor in brackets is one whole number.
    Tensor index(std::initializer_list<indexing::TensorIndex> indices) const;
    Tensor index(std::span<const indexing::TensorIndex> indices) const;
    const Tensor &index_put_(std::initializer_list<indexing::TensorIndex> indices, const Tensor &value) const;
    const Tensor &index_put_(std::initializer_list<indexing::TensorIndex> indices, const Scalar &value) const;
    const Tensor &index_put_(std::span<const indexing::TensorIndex> indices, const Tensor &value) const;
    const Tensor &index_put_(std::span<const indexing::TensorIndex> indices, const Scalar &value) const;
    Tensor operator[](const Tensor &index) const;

    // Parts of it. operator[], select, slice, narrow and chunk share the memory; index_select and gather copy.
    Tensor operator[](std::int64_t index) const { return select(0, index); }
    Tensor select(std::int64_t dim, std::int64_t index) const;
    Tensor slice(std::int64_t dim, std::int64_t start = 0, std::int64_t end = std::numeric_limits<std::int64_t>::max(),
                 std::int64_t step = 1) const {
        return own(api::slice(handle(), dim, start, end, step));
    }
    Tensor narrow(std::int64_t dim, std::int64_t start, std::int64_t length) const;
    Tensor index_select(std::int64_t dim, const Tensor &indices) const {
        return own(api::index_select(handle(), dim, indices.handle()));
    }
    Tensor gather(std::int64_t dim, const Tensor &indices) const {
        return own(api::gather(handle(), dim, indices.handle()));
    }
    std::vector<Tensor> chunk(std::int64_t chunks, std::int64_t dim = 0) const;

    // Autograd.
    bool requires_grad() const { return api::requires_grad(handle()); }
    const Tensor &requires_grad_(bool on = true) const {
        api::set_requires_grad(handle(), on);
        return *this;
    }
    const Tensor &set_requires_grad(bool on) const { return requires_grad_(on); }
    bool is_leaf() const { return api::is_leaf(handle()); }
    bool is_inference() const { return api::is_inference(handle()); }
    void backward() const { api::backward(handle()); }
    // With the gradient of this tensor, undefined for 1, and for the inputs alone, where there are some; see autograd::backward.
    void backward(const Tensor &gradient, std::optional<bool> retain_graph = std::nullopt, bool create_graph = false,
                  std::span<const Tensor> inputs = {}) const;
    // Undefined where there is no gradient.
    Tensor grad() const { return own(api::grad(handle())); }
    void zero_grad() const { api::zero_grad(handle()); }
    // The same numbers in the same memory, without their history.
    Tensor detach() const { return own(api::detach(handle())); }
    // `hook` gets the gradient when it is computed, on the thread that does the backward pass, and returns nothing or the
    // Tensor to take instead of it. The result is for remove_hook.
    template <class Hook> std::int64_t register_hook(Hook hook) const;
    void remove_hook(std::int64_t position) const { api::remove_hook(handle(), position); }

    // Other forms of methods that are above.
    using Operators::add, Operators::add_, Operators::div, Operators::div_, Operators::fill_;
    using Operators::max, Operators::mean, Operators::min, Operators::norm, Operators::pow, Operators::std;
    using Operators::sub, Operators::sub_, Operators::sum, Operators::var;

  private:
    static Tensor own(std::int64_t handle) noexcept { return Tensor(Handle(handle)); }

    Handle handle_;
};

static_assert(sizeof(Tensor) == sizeof(std::int64_t) && std::is_standard_layout_v<Tensor>,
              "an array of Tensors is handed over as an array of handles");

// Another name for it, for programs that have a Tensor of their own.
using TorchTensorWrapper = Tensor;

inline std::ostream &operator<<(std::ostream &out, const Tensor &tensor) {
    return out << (tensor.defined() ? tensor.str() : std::string("[ undefined tensor ]"));
}

namespace detail {

// Tensors as the registry takes them, without a copy.
inline std::span<const std::int64_t> handles(std::span<const Tensor> tensors) {
    return {reinterpret_cast<const std::int64_t *>(tensors.data()), tensors.size()};
}

// Takes over an array of new handles.
inline std::vector<Tensor> own_all(std::span<const std::int64_t> handles) {
    std::vector<Tensor> tensors;
    tensors.reserve(handles.size());
    for (const std::int64_t handle : handles) {
        tensors.emplace_back(Handle(handle));
    }
    return tensors;
}

} // namespace detail

} // namespace rt::torch

#endif
