// SPDX-License-Identifier: Apache-2.0
// functional.hpp - nn::functional: layers and losses without modules. Arguments stand in the order of Python's, or are named
// as there: conv2d(x, w, b, 2, 1) or conv2d(x, w, b, {.stride = 2, .padding = 1}).
#ifndef RTFFI_TORCH_FUNCTIONAL_HPP
#define RTFFI_TORCH_FUNCTIONAL_HPP

#include "functions.hpp"

namespace rt::torch {

namespace nn::functional {

using torch::gelu;
using torch::leaky_relu;
using torch::log_softmax;
using torch::relu;
using torch::sigmoid;
using torch::softmax;
using torch::tanh;

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
inline Tensor conv2d(const Tensor &input, const Tensor &weight, const Tensor &bias = {}, Size2 stride = 1,
                     Size2 padding = 0, Size2 dilation = 1, std::int64_t groups = 1) {
    return Tensor(
        Handle(api::conv2d(input.handle(), weight.handle(), bias.handle(), stride, padding, dilation, groups)));
}
// A template, so that {2, 1} is a Size2 first of all.
template <std::same_as<Conv2dOptions> Options = Conv2dOptions>
Tensor conv2d(const Tensor &input, const Tensor &weight, const Tensor &bias, Options o) {
    return conv2d(input, weight, bias, o.stride, o.padding, o.dilation, o.groups);
}
// Without a stride it is the kernel's size.
inline Tensor max_pool2d(const Tensor &input, Size2 kernel_size, Size2 stride = {}, Size2 padding = 0) {
    return Tensor(Handle(api::max_pool2d(input.handle(), kernel_size, stride, padding)));
}
inline Tensor avg_pool2d(const Tensor &input, Size2 kernel_size, Size2 stride = {}, Size2 padding = 0) {
    return Tensor(Handle(api::avg_pool2d(input.handle(), kernel_size, stride, padding)));
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

// Those that are torch's own, too.
using nn::functional::avg_pool2d;
using nn::functional::binary_cross_entropy;
using nn::functional::conv2d;
using nn::functional::linear;
using nn::functional::max_pool2d;
using nn::functional::mse_loss;
using nn::functional::nll_loss;

} // namespace rt::torch

#endif
