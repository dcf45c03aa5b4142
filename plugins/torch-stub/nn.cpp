// nn.cpp - the layers of neural networks as functions of their weights.
#include "elementwise.hpp"
#include "forms.hpp"
#include "functions.hpp"

#include <algorithm>

namespace rt::stub {

namespace {

TorchTensor pool(const TorchTensor &input, Dims kernel_size, Dims stride, Dims padding, const char *operation) {
    const Pooling pooling(kernel_size, stride, padding);
    pooling.check_input(input.sizes());
    return pooled(input, pooling, operation);
}

bool ends_with(const Sizes &sizes, Dims end) {
    return sizes.size() >= end.size() && std::equal(end.rbegin(), end.rend(), sizes.rbegin());
}

} // namespace

TorchTensor rt_torch_nn_conv2d(const TorchTensor &input, const TorchTensor &weight, const TorchTensor *bias,
                               Dims stride, Dims padding, Dims dilation, std::int64_t groups) {
    libtorch::check_conv2d(input.sizes(), weight.sizes(), groups);
    const Window window(stride, padding, dilation);
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
    libtorch::check_batch_norm(input.sizes(), training, momentum, eps);
    return batch_norm_result(input, {running_mean, running_var, weight, bias}, training);
}

TorchTensor rt_torch_nn_layer_norm(const TorchTensor &input, Dims normalized_shape, const TorchTensor *weight,
                                   const TorchTensor *bias, double eps) {
    libtorch::check_layer_norm(input.sizes(), normalized_shape, eps);
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
    return dropout_result(input, libtorch::check_range("p", p, 1), training);
}

TorchTensor rt_torch_nn_linear(const TorchTensor &input, const TorchTensor &weight, const TorchTensor *bias) {
    if (bias != nullptr) {
        libtorch::check_linear_bias(weight.sizes(), bias->sizes());
    }
    return linear_result(input, weight, bias);
}

TorchTensor rt_torch_nn_embedding(const TorchTensor &input, const TorchTensor &weight) {
    libtorch::check_embedding_weight(weight.sizes());
    check_indices(input, "input", weight.sizes()[0]);
    Sizes sizes = input.sizes();
    sizes.push_back(weight.sizes()[1]);
    return computed(contiguous(std::move(sizes), weight.dtype()), {&weight});
}

} // namespace rt::stub
