// functional.hpp - torch's free functions, and nn::functional: layers and losses without modules.
#ifndef RTFFI_TORCH_FUNCTIONAL_HPP
#define RTFFI_TORCH_FUNCTIONAL_HPP

#include "operators.hpp"

namespace rt::torch {

inline Tensor add(const Tensor &a, const Tensor &b) { return a.add(b); }
inline Tensor sub(const Tensor &a, const Tensor &b) { return a.sub(b); }
inline Tensor mul(const Tensor &a, const Tensor &b) { return a.mul(b); }
inline Tensor div(const Tensor &a, const Tensor &b) { return a.div(b); }
inline Tensor matmul(const Tensor &a, const Tensor &b) { return a.matmul(b); }
inline Tensor mm(const Tensor &a, const Tensor &b) { return a.matmul(b); }
inline Tensor dot(const Tensor &a, const Tensor &b) { return a.dot(b); }
inline Tensor pow(const Tensor &a, double exponent) { return a.pow(exponent); }
inline Tensor abs(const Tensor &a) { return a.abs(); }
inline Tensor sqrt(const Tensor &a) { return a.sqrt(); }
inline Tensor exp(const Tensor &a) { return a.exp(); }
inline Tensor log(const Tensor &a) { return a.log(); }
inline Tensor relu(const Tensor &a) { return a.relu(); }
inline Tensor sigmoid(const Tensor &a) { return a.sigmoid(); }
inline Tensor tanh(const Tensor &a) { return a.tanh(); }
inline Tensor softmax(const Tensor &a, std::int64_t dim) { return a.softmax(dim); }
inline Tensor log_softmax(const Tensor &a, std::int64_t dim) { return a.log_softmax(dim); }
inline Tensor sum(const Tensor &a) { return a.sum(); }
inline Tensor mean(const Tensor &a) { return a.mean(); }
inline Tensor max(const Tensor &a) { return a.max(); }
inline Tensor min(const Tensor &a) { return a.min(); }
inline Tensor argmax(const Tensor &a, std::int64_t dim, bool keepdim = false) { return a.argmax(dim, keepdim); }
inline Tensor argmin(const Tensor &a, std::int64_t dim, bool keepdim = false) { return a.argmin(dim, keepdim); }
inline Tensor reshape(const Tensor &a, IntArrayRef sizes) { return a.reshape(sizes); }
inline Tensor transpose(const Tensor &a, std::int64_t dim0, std::int64_t dim1) { return a.transpose(dim0, dim1); }
inline Tensor inverse(const Tensor &a) { return a.inverse(); }

// The reduced singular value decomposition, a = U diag(S) V^T.
struct SVD {
    Tensor U;
    Tensor S;
    Tensor V;
};
inline SVD svd(const Tensor &a) {
    const Handle tuple(api::svd(a.handle()));
    return {Tensor(Handle(api::tuple_get(tuple.get(), 0))), Tensor(Handle(api::tuple_get(tuple.get(), 1))),
            Tensor(Handle(api::tuple_get(tuple.get(), 2)))};
}

// Eigenvalues and, as columns, eigenvectors of a square matrix; both are complex.
struct Eig {
    Tensor values;
    Tensor vectors;
};
inline Eig eig(const Tensor &a) {
    auto [values, vectors] = detail::values_and_indices(api::eig(a.handle()));
    return {std::move(values), std::move(vectors)};
}

namespace nn::functional {

using torch::log_softmax;
using torch::relu;
using torch::sigmoid;
using torch::softmax;
using torch::tanh;

inline Tensor leaky_relu(const Tensor &input, double negative_slope = 0.01) {
    return Tensor(Handle(api::leaky_relu(input.handle(), negative_slope)));
}
inline Tensor gelu(const Tensor &input) { return Tensor(Handle(api::gelu(input.handle()))); }

// input @ weight^T + bias; a bias that is not defined is none.
inline Tensor linear(const Tensor &input, const Tensor &weight, const Tensor &bias = {}) {
    return Tensor(Handle(api::linear(input.handle(), weight.handle(), bias.handle())));
}
inline Tensor embedding(const Tensor &input, const Tensor &weight) {
    return Tensor(Handle(api::embedding(input.handle(), weight.handle())));
}
inline Tensor dropout(const Tensor &input, double p = 0.5, bool training = true) {
    return Tensor(Handle(api::dropout(input.handle(), p, training)));
}

struct Conv2dOptions {
    Size2 stride = 1;
    Size2 padding = 0;
    Size2 dilation = 1;
    std::int64_t groups = 1;
};
// input [N, C, H, W], weight [out, C / groups, kH, kW].
inline Tensor conv2d(const Tensor &input, const Tensor &weight, const Tensor &bias = {}, Conv2dOptions options = {}) {
    return Tensor(Handle(api::conv2d(input.handle(), weight.handle(), bias.handle(), options.stride, options.padding,
                                     options.dilation, options.groups)));
}
// The stride is the kernel's size.
inline Tensor max_pool2d(const Tensor &input, Size2 kernel_size, Size2 padding = 0) {
    return Tensor(Handle(api::max_pool2d(input.handle(), kernel_size, kernel_size, padding)));
}
inline Tensor avg_pool2d(const Tensor &input, Size2 kernel_size, Size2 padding = 0) {
    return Tensor(Handle(api::avg_pool2d(input.handle(), kernel_size, kernel_size, padding)));
}

struct BatchNormOptions {
    Tensor weight = {}; // undefined: none
    Tensor bias = {};
    bool training = false;
    double momentum = 0.1;
    double eps = 1e-5;
};
// Updates the running statistics in place where it is training; they may be undefined then.
inline Tensor batch_norm(const Tensor &input, const Tensor &running_mean, const Tensor &running_var,
                         const BatchNormOptions &options = {}) {
    return Tensor(
        Handle(api::batch_norm(input.handle(), running_mean.handle(), running_var.handle(), options.weight.handle(),
                               options.bias.handle(), options.training, options.momentum, options.eps)));
}
inline Tensor layer_norm(const Tensor &input, IntArrayRef normalized_shape, const Tensor &weight = {},
                         const Tensor &bias = {}, double eps = 1e-5) {
    return Tensor(Handle(api::layer_norm(input.handle(), normalized_shape, weight.handle(), bias.handle(), eps)));
}

// Losses: means over all elements or samples, differentiable.
inline Tensor mse_loss(const Tensor &input, const Tensor &target) {
    return Tensor(Handle(api::loss_mse(input.handle(), target.handle())));
}
// input [N, C] of logits; target [N] of classes, or [N, C] of probabilities.
inline Tensor cross_entropy(const Tensor &input, const Tensor &target) {
    return Tensor(Handle(api::loss_cross_entropy(input.handle(), target.handle())));
}
// input and target in [0, 1].
inline Tensor binary_cross_entropy(const Tensor &input, const Tensor &target) {
    return Tensor(Handle(api::loss_binary_cross_entropy(input.handle(), target.handle())));
}
// input [N, C] of log-probabilities, target [N] of classes.
inline Tensor nll_loss(const Tensor &input, const Tensor &target) {
    return Tensor(Handle(api::loss_nll(input.handle(), target.handle())));
}

} // namespace nn::functional

} // namespace rt::torch

#endif
