// module_layers.cpp - the layers of torch::nn, with options that are checked before LibTorch computes with them.
#include "layer_arguments.hpp"
#include "make_module.hpp"

#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/pooling.h>

#include <memory>
#include <span>

#undef RT_GROUP
#define RT_GROUP "module"

namespace rt::libtorch {

namespace {

namespace nn = ::torch::nn;

using Integers = std::span<const std::int64_t>;
using Expanded = ::torch::ExpandingArray<2>;

TorchModule linear(std::int64_t in_features, std::int64_t out_features, bool bias) {
    check_linear(in_features, out_features);
    return make_module(std::make_shared<nn::LinearImpl>(nn::LinearOptions(in_features, out_features).bias(bias)));
}

TorchModule conv2d(std::int64_t in_channels, std::int64_t out_channels, Integers kernel_size, Integers stride,
                   Integers padding, Integers dilation, std::int64_t groups, bool bias) {
    const auto weight = conv2d_weight(in_channels, out_channels, kernel_size, groups);
    const Window window(stride, padding, dilation);
    return make_module(
        std::make_shared<nn::Conv2dImpl>(nn::Conv2dOptions(in_channels, out_channels, Expanded({weight[2], weight[3]}))
                                             .stride(window.stride)
                                             .padding(Expanded(window.padding))
                                             .dilation(window.dilation)
                                             .groups(groups)
                                             .bias(bias)));
}

TorchModule max_pool2d(Integers kernel_size, Integers stride, Integers padding) {
    const Pooling pooling(kernel_size, stride, padding);
    return make_module(std::make_shared<nn::MaxPool2dImpl>(
        nn::MaxPool2dOptions(Expanded(pooling.kernel)).stride(pooling.stride).padding(Expanded(pooling.padding))));
}

TorchModule batch_norm2d(std::int64_t num_features, double eps, double momentum, bool affine,
                         bool track_running_stats) {
    check_batch_norm2d(num_features, eps, momentum);
    return make_module(std::make_shared<nn::BatchNorm2dImpl>(nn::BatchNorm2dOptions(num_features)
                                                                 .eps(eps)
                                                                 .momentum(momentum)
                                                                 .affine(affine)
                                                                 .track_running_stats(track_running_stats)));
}

TorchModule dropout(double p) {
    return make_module(std::make_shared<nn::DropoutImpl>(nn::DropoutOptions(check_range("p", p, 1))));
}

template <class Layer> TorchModule plain() { return make_module(std::make_shared<Layer>()); }

TorchModule flatten(std::int64_t start_dim, std::int64_t end_dim) {
    return make_module(std::make_shared<nn::FlattenImpl>(nn::FlattenOptions().start_dim(start_dim).end_dim(end_dim)));
}

} // namespace

RT_FUNCTION(linear, "rt_torch_module_linear(in_features: i64, out_features: i64, bias: bool = true) -> TorchModule",
            "A linear layer: [..., in_features] to [..., out_features], with weight [out_features, in_features].")
RT_FUNCTION(conv2d,
            "rt_torch_module_conv2d(in_channels: i64, out_channels: i64, kernel_size: [i64], stride: [i64] = [1], "
            "padding: [i64] = [0], dilation: [i64] = [1], groups: i64 = 1, bias: bool = true) -> TorchModule",
            "A 2-dimensional convolution of [N, in_channels, height, width]; one number serves both dimensions.")
RT_FUNCTION(max_pool2d,
            "rt_torch_module_max_pool2d(kernel_size: [i64], stride: [i64] = [], padding: [i64] = [0]) -> TorchModule",
            "The largest value in each window; an empty stride is the kernel size.")
RT_FUNCTION(
    batch_norm2d,
    "rt_torch_module_batch_norm2d(num_features: i64, eps: f64 = 1e-5, momentum: f64 = 0.1, affine: bool = true, "
    "track_running_stats: bool = true) -> TorchModule",
    "Normalises each channel of [N, num_features, height, width] over the batch, or by running statistics.")
RT_FUNCTION(dropout, "rt_torch_module_dropout(p: f64 = 0.5) -> TorchModule",
            "Zeroes each value with probability p and scales the others by 1 / (1 - p); in evaluation it does nothing.")
RT_FUNCTION(plain<nn::ReLUImpl>, "rt_torch_module_relu() -> TorchModule", "max(x, 0) of each value.")
RT_FUNCTION(plain<nn::SigmoidImpl>, "rt_torch_module_sigmoid() -> TorchModule", "1 / (1 + exp(-x)) of each value.")
RT_FUNCTION(plain<nn::TanhImpl>, "rt_torch_module_tanh() -> TorchModule", "tanh(x) of each value.")
RT_FUNCTION(flatten, "rt_torch_module_flatten(start_dim: i64 = 1, end_dim: i64 = -1) -> TorchModule",
            "Makes one dimension of those from start_dim to end_dim; negative ones count from the end.")

} // namespace rt::libtorch
