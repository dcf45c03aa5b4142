// nn.cpp - the layers of neural networks as functions of their weights.
#include "checks.hpp"
#include "layer_arguments.hpp"

#include <ATen/ATen.h>

#include <vector>

#undef RT_GROUP
#define RT_GROUP "nn"

namespace rt::libtorch {

using at::Tensor;

namespace {

using List = std::span<const std::int64_t>;

// LibTorch's own "no tensor" is an undefined one.
const Tensor &or_none(const Tensor *tensor) {
    static const Tensor none;
    return tensor != nullptr ? *tensor : none;
}

Tensor conv2d(const Tensor &input, const Tensor &weight, const Tensor *bias, List stride, List padding, List dilation,
              std::int64_t groups) {
    check_conv2d(input.sizes(), weight.sizes(), groups);
    const Window window(stride, padding, dilation);
    return at::conv2d(input, weight, or_none(bias), window.stride, window.padding, window.dilation, groups);
}

Tensor max_pool2d(const Tensor &input, List kernel_size, List stride, List padding) {
    const Pooling p(kernel_size, stride, padding);
    p.check_input(input.sizes());
    return at::max_pool2d(input, p.kernel, p.stride, p.padding);
}

Tensor avg_pool2d(const Tensor &input, List kernel_size, List stride, List padding) {
    const Pooling p(kernel_size, stride, padding);
    p.check_input(input.sizes());
    return at::avg_pool2d(input, p.kernel, p.stride, p.padding);
}

Tensor batch_norm(const Tensor &input, const Tensor *running_mean, const Tensor *running_var, const Tensor *weight,
                  const Tensor *bias, bool training, double momentum, double eps) {
    check_batch_norm(input.sizes(), training, momentum, eps);
    return at::batch_norm(input, or_none(weight), or_none(bias), or_none(running_mean), or_none(running_var), training,
                          momentum, eps, at::globalContext().userEnabledCuDNN());
}

// Nested tensors, which layer_norm takes, have no one list of sizes: -1 stands for each.
std::vector<std::int64_t> sizes_of(const Tensor &tensor) {
    return tensor.is_nested() ? std::vector<std::int64_t>(static_cast<std::size_t>(tensor.dim()), -1)
                              : tensor.sizes().vec();
}

Tensor layer_norm(const Tensor &input, List normalized_shape, const Tensor *weight, const Tensor *bias, double eps) {
    check_layer_norm(sizes_of(input), normalized_shape, eps);
    return at::layer_norm(input, array(normalized_shape), or_none(weight), or_none(bias), eps,
                          at::globalContext().userEnabledCuDNN());
}

Tensor dropout(const Tensor &input, double p, bool training) {
    return at::dropout(input, check_range("p", p, 1), training);
}

Tensor linear(const Tensor &input, const Tensor &weight, const Tensor *bias) {
    if (bias != nullptr) {
        check_linear_bias(weight.sizes(), bias->sizes());
    }
    return at::linear(input, weight, or_none(bias));
}

Tensor embedding(const Tensor &input, const Tensor &weight) {
    check_embedding_weight(weight.sizes());
    return at::embedding(weight, indices_of(input, "input", weight.size(0)));
}

} // namespace

RT_FUNCTION(conv2d,
            "rt_torch_nn_conv2d(input: TorchTensor, weight: TorchTensor, bias: TorchTensor?, stride: [i64], "
            "padding: [i64], dilation: [i64], groups: i64) -> TorchTensor",
            "Convolution (cross-correlation) of images [N, channels, height, width] with a weight [channels out, "
            "channels / groups, height, width]. One number serves both dimensions; empty means stride 1, padding 0, "
            "dilation 1.")
RT_FUNCTION(max_pool2d,
            "rt_torch_nn_max_pool2d(input: TorchTensor, kernel_size: [i64], stride: [i64], padding: [i64]) -> "
            "TorchTensor",
            "The largest element of each window. One number serves both dimensions; an empty stride is the kernel's "
            "size, an empty padding 0.")
RT_FUNCTION(avg_pool2d,
            "rt_torch_nn_avg_pool2d(input: TorchTensor, kernel_size: [i64], stride: [i64], padding: [i64]) -> "
            "TorchTensor",
            "The mean of each window, padding included. One number serves both dimensions; an empty stride is the "
            "kernel's size, an empty padding 0.")
RT_FUNCTION(
    batch_norm,
    "rt_torch_nn_batch_norm(input: TorchTensor, running_mean: TorchTensor?, running_var: TorchTensor?, "
    "weight: TorchTensor?, bias: TorchTensor?, training: bool, momentum: f64, eps: f64) -> TorchTensor",
    "Each channel of [N, channels, ...] brought to mean 0 and variance 1 (Ioffe and Szegedy, arXiv 1502.03167): "
    "in training by the batch, whose statistics are mixed into the running ones, else by the running ones.")
RT_FUNCTION(layer_norm,
            "rt_torch_nn_layer_norm(input: TorchTensor, normalized_shape: [i64], weight: TorchTensor?, "
            "bias: TorchTensor?, eps: f64) -> TorchTensor",
            "The last dimensions, whose sizes are normalized_shape, brought to mean 0 and variance 1 (Ba, Kiros and "
            "Hinton, arXiv 1607.06450).")
RT_FUNCTION(dropout, "rt_torch_nn_dropout(input: TorchTensor, p: f64, training: bool) -> TorchTensor",
            "In training each element is zeroed with probability p, and the others are multiplied by 1 / (1 - p); else "
            "the input as it is.")
RT_FUNCTION(linear, "rt_torch_nn_linear(input: TorchTensor, weight: TorchTensor, bias: TorchTensor?) -> TorchTensor",
            "input times the transpose of weight [features out, features in], plus bias.")
RT_FUNCTION(embedding, "rt_torch_nn_embedding(input: TorchTensor, weight: TorchTensor) -> TorchTensor",
            "For each whole number in input that row of weight; input may have any dtype.")

} // namespace rt::libtorch
