// nn.cpp - the layers of neural networks as functions of their weights.
#include "checks.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

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

void require_image(const Tensor &input) {
    if (input.dim() != 3 && input.dim() != 4) {
        refuse("input must have the shape [N, channels, height, width] or [channels, height, width], and not " +
               text_of(input.sizes()));
    }
}

Tensor conv2d(const Tensor &input, const Tensor &weight, const Tensor *bias, List stride, List padding, List dilation,
              std::int64_t groups) {
    check_size("groups", groups);
    require_image(input);
    if (weight.dim() != 4) {
        refuse("weight must have the shape [channels out, channels in / groups, height, width], and not " +
               text_of(weight.sizes()));
    }
    return at::conv2d(input, weight, or_none(bias), pair(stride, "stride", 1, 1), pair(padding, "padding", 0, 0),
                      pair(dilation, "dilation", 1, 1), groups);
}

struct Pooling {
    std::array<std::int64_t, 2> kernel, stride, padding;

    Pooling(const Tensor &input, List kernel_size, List stride_list, List padding_list)
        : kernel(pair(kernel_size, "kernel_size", 0, 1)),
          stride(stride_list.empty() ? kernel : pair(stride_list, "stride", 1, 1)),
          padding(pair(padding_list, "padding", 0, 0)) {
        check_pooling(kernel, padding);
        require_image(input);
        const std::int64_t padded[] = {input.size(-2) + 2 * padding[0], input.size(-1) + 2 * padding[1]};
        if (kernel[0] > padded[0] || kernel[1] > padded[1]) {
            refuse("kernel_size " + text_of(kernel) + " is larger than the input with its padding, " + text_of(padded));
        }
    }
};

Tensor max_pool2d(const Tensor &input, List kernel_size, List stride, List padding) {
    const Pooling p(input, kernel_size, stride, padding);
    return at::max_pool2d(input, p.kernel, p.stride, p.padding);
}

Tensor avg_pool2d(const Tensor &input, List kernel_size, List stride, List padding) {
    const Pooling p(input, kernel_size, stride, padding);
    return at::avg_pool2d(input, p.kernel, p.stride, p.padding);
}

constexpr double largest_eps = std::numeric_limits<float>::max();

// What would leave NaN in the running statistics. LibTorch takes the second dimension for granted.
void check_batch(const Tensor &input, bool training) {
    if (input.dim() < 2) {
        refuse("input must have the shape [N, channels, ...], and not " + text_of(input.sizes()));
    }
    if (training && input.numel() != 0 && input.numel() == input.size(1)) {
        refuse("input " + text_of(input.sizes()) +
               " has one value per channel, and training needs more to normalise by");
    }
}

Tensor batch_norm(const Tensor &input, const Tensor *running_mean, const Tensor *running_var, const Tensor *weight,
                  const Tensor *bias, bool training, double momentum, double eps) {
    check_batch(input, training);
    check_range("momentum", momentum, 1);
    check_range("eps", eps, largest_eps);
    return at::batch_norm(input, or_none(weight), or_none(bias), or_none(running_mean), or_none(running_var), training,
                          momentum, eps, at::globalContext().userEnabledCuDNN());
}

// LibTorch takes the least numbers for symbols, and writes the longest list into its message.
void check_normalized_shape(List normalized_shape, const Tensor &input) {
    const bool negative =
        std::any_of(normalized_shape.begin(), normalized_shape.end(), [](auto size) { return size < 0; });
    if (negative || static_cast<std::int64_t>(normalized_shape.size()) > input.dim()) {
        refuse("normalized_shape " + text_of(normalized_shape) + " must be the end of the input's shape, which is " +
               text_of(input.sizes()));
    }
}

Tensor layer_norm(const Tensor &input, List normalized_shape, const Tensor *weight, const Tensor *bias, double eps) {
    check_range("eps", eps, largest_eps);
    check_normalized_shape(normalized_shape, input);
    return at::layer_norm(input, array(normalized_shape), or_none(weight), or_none(bias), eps,
                          at::globalContext().userEnabledCuDNN());
}

Tensor dropout(const Tensor &input, double p, bool training) {
    return at::dropout(input, check_range("p", p, 1), training);
}

// LibTorch would broadcast a bias of another shape, and the result with it.
void check_bias(const Tensor &weight, const Tensor &bias) {
    if (weight.dim() != 2) {
        refuse("weight must have the shape [features out, features in], and not " + text_of(weight.sizes()));
    }
    if (bias.dim() != 1 || bias.size(0) != weight.size(0)) {
        refuse("bias must have the shape [" + std::to_string(weight.size(0)) +
               "], one number for each row of weight, and not " + text_of(bias.sizes()));
    }
}

Tensor linear(const Tensor &input, const Tensor &weight, const Tensor *bias) {
    if (bias != nullptr) {
        check_bias(weight, *bias);
    }
    return at::linear(input, weight, or_none(bias));
}

Tensor embedding(const Tensor &input, const Tensor &weight) {
    if (weight.dim() != 2) {
        refuse("weight must have the shape [number of embeddings, size of one], and not " + text_of(weight.sizes()));
    }
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
