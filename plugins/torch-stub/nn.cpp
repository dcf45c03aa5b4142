// nn.cpp - the layers of neural networks as functions of their weights.
#include "elementwise.hpp"
#include "forms.hpp"
#include "functions.hpp"

#include <algorithm>
#include <limits>

namespace rt::stub {

namespace {

using libtorch::check_range;
using libtorch::pair;

constexpr double largest_eps = std::numeric_limits<float>::max();

void require_image(const TorchTensor &input) {
    if (input.dim() != 3 && input.dim() != 4) {
        refuse("input must have the shape [N, channels, height, width] or [channels, height, width], and not " +
               text_of(input.sizes()));
    }
}

TorchTensor pool(const TorchTensor &input, Dims kernel_size, Dims stride, Dims padding, const char *operation) {
    const Pair kernel = pair(kernel_size, "kernel_size", 0, 1);
    const Window window{stride.empty() ? kernel : pair(stride, "stride", 1, 1), pair(padding, "padding", 0, 0), {1, 1}};
    libtorch::check_pooling(kernel, window.padding);
    require_image(input);
    const std::size_t height = input.sizes().size() - 2;
    const Pair padded{input.sizes()[height] + 2 * window.padding[0], input.sizes()[height + 1] + 2 * window.padding[1]};
    if (kernel[0] > padded[0] || kernel[1] > padded[1]) {
        refuse("kernel_size " + text_of(kernel) + " is larger than the input with its padding, " + text_of(padded));
    }
    return pooled(input, kernel, window, operation);
}

// LibTorch would broadcast a bias of another shape, and the result with it.
void check_bias(const TorchTensor &weight, const TorchTensor &bias) {
    if (weight.dim() != 2) {
        refuse("weight must have the shape [features out, features in], and not " + text_of(weight.sizes()));
    }
    if (bias.dim() != 1 || bias.sizes()[0] != weight.sizes()[0]) {
        refuse(str("bias must have the shape [", weight.sizes()[0], "], one number for each row of weight, and not ",
                   text_of(bias.sizes())));
    }
}

void check_normalized_shape(Dims normalized_shape, const TorchTensor &input) {
    const bool negative =
        std::any_of(normalized_shape.begin(), normalized_shape.end(), [](auto size) { return size < 0; });
    if (negative || static_cast<std::int64_t>(normalized_shape.size()) > input.dim()) {
        refuse("normalized_shape " + text_of(normalized_shape) + " must be the end of the input's shape, which is " +
               text_of(input.sizes()));
    }
}

bool ends_with(const Sizes &sizes, Dims end) {
    return sizes.size() >= end.size() && std::equal(end.rbegin(), end.rend(), sizes.rbegin());
}

} // namespace

TorchTensor rt_torch_nn_conv2d(const TorchTensor &input, const TorchTensor &weight, const TorchTensor *bias,
                               Dims stride, Dims padding, Dims dilation, std::int64_t groups) {
    libtorch::check_size("groups", groups);
    require_image(input);
    if (weight.dim() != 4) {
        refuse("weight must have the shape [channels out, channels in / groups, height, width], and not " +
               text_of(weight.sizes()));
    }
    const Window window{pair(stride, "stride", 1, 1), pair(padding, "padding", 0, 0), pair(dilation, "dilation", 1, 1)};
    return conv2d_result(input, weight, bias, window, groups);
}

TorchTensor rt_torch_nn_max_pool2d(const TorchTensor &input, Dims kernel_size, Dims stride, Dims padding) {
    return pool(input, kernel_size, stride, padding, "max_pool2d");
}

TorchTensor rt_torch_nn_avg_pool2d(const TorchTensor &input, Dims kernel_size, Dims stride, Dims padding) {
    return pool(input, kernel_size, stride, padding, "avg_pool2d");
}

TorchTensor rt_torch_nn_batch_norm(const TorchTensor &input, const TorchTensor *running_mean,
                                   const TorchTensor *running_var, const TorchTensor *weight, const TorchTensor *bias,
                                   bool training, double momentum, double eps) {
    if (input.dim() < 2) {
        refuse("input must have the shape [N, channels, ...], and not " + text_of(input.sizes()));
    }
    if (training && input.numel() != 0 && input.numel() == input.sizes()[1]) {
        refuse("input " + text_of(input.sizes()) +
               " has one value per channel, and training needs more to normalise by");
    }
    check_range("momentum", momentum, 1);
    check_range("eps", eps, largest_eps);
    return batch_norm_result(input, {running_mean, running_var, weight, bias}, training);
}

TorchTensor rt_torch_nn_layer_norm(const TorchTensor &input, Dims normalized_shape, const TorchTensor *weight,
                                   const TorchTensor *bias, double eps) {
    check_range("eps", eps, largest_eps);
    check_normalized_shape(normalized_shape, input);
    if (normalized_shape.empty()) {
        libtorch_refuses("Expected normalized_shape to be at least 1-dimensional");
    }
    for (const TorchTensor *one : {weight, bias}) {
        if (one != nullptr && one->sizes() != Sizes(normalized_shape.begin(), normalized_shape.end())) {
            libtorch_refuses("Expected weight and bias to be of the shape " + text_of(normalized_shape) + ", and not " +
                             text_of(one->sizes()));
        }
    }
    if (!ends_with(input.sizes(), normalized_shape)) {
        libtorch_refuses("Given normalized_shape=" + text_of(normalized_shape) + ", got input of size " +
                         text_of(input.sizes()));
    }
    take_only(input, is_floating, "LayerNorm");
    same_dtypes(input, weight);
    same_dtypes(input, bias);
    return computed(contiguous(input.sizes(), input.dtype()), {&input, weight, bias});
}

TorchTensor rt_torch_nn_dropout(const TorchTensor &input, double p, bool training) {
    return dropout_result(input, check_range("p", p, 1), training);
}

TorchTensor rt_torch_nn_linear(const TorchTensor &input, const TorchTensor &weight, const TorchTensor *bias) {
    if (bias != nullptr) {
        check_bias(weight, *bias);
    }
    return linear_result(input, weight, bias);
}

TorchTensor rt_torch_nn_embedding(const TorchTensor &input, const TorchTensor &weight) {
    if (weight.dim() != 2) {
        refuse("weight must have the shape [number of embeddings, size of one], and not " + text_of(weight.sizes()));
    }
    check_indices(input, "input", weight.sizes()[0]);
    Sizes sizes = input.sizes();
    sizes.push_back(weight.sizes()[1]);
    return computed(contiguous(std::move(sizes), weight.dtype()), {&weight});
}

} // namespace rt::stub
