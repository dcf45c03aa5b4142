// forms.hpp - the forms of what layers give: of functions of weights (nn.cpp) and of modules (module_layers.cpp) alike.
//
// They check what LibTorch checks; what the torch plugin checks before it asks LibTorch stands with the functions.
#pragma once

#include "../torch/layer_arguments.hpp"
#include "tensor.hpp"

namespace rt::stub {

using libtorch::Pair;
using libtorch::Pooling;
using libtorch::Window;

// Throws where `b`, which may be null, has another dtype.
void same_dtypes(const TorchTensor &a, const TorchTensor *b);

// weight is [channels out, channels in / groups, height, width]; bias may be null.
TorchTensor conv2d_result(const TorchTensor &input, const TorchTensor &weight, const TorchTensor *bias,
                          const Window &window, std::int64_t groups);

// The largest, or the mean, of each window.
TorchTensor pooled(const TorchTensor &input, const Pooling &pooling, const char *operation);

// bias may be null.
TorchTensor linear_result(const TorchTensor &input, const TorchTensor &weight, const TorchTensor *bias);

// What batch normalisation has beside its input; each may be null.
struct Normalisation {
    const TorchTensor *running_mean, *running_var, *weight, *bias;
};
TorchTensor batch_norm_result(const TorchTensor &input, const Normalisation &with, bool training);

TorchTensor dropout_result(const TorchTensor &input, double p, bool training);

TorchTensor flattened(const TorchTensor &input, std::int64_t start_dim, std::int64_t end_dim);

// The elements in another shape, sharing the memory where the strides allow it.
TorchTensor reshaped(const TorchTensor &a, Sizes sizes);

} // namespace rt::stub
