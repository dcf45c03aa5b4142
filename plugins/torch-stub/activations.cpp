// activations.cpp - the non-linear functions of neural networks.
#include "elementwise.hpp"
#include "functions.hpp"

namespace rt::stub {

namespace {

TorchTensor softmax(const TorchTensor &a, std::int64_t dim) {
    dimension(dim, a.dim());
    take_only(a, is_floating, "softmax");
    return computed(contiguous(a.sizes(), a.dtype()), {&a});
}

} // namespace

TorchTensor rt_torch_torchtensor_relu(const TorchTensor &a) { return same_dtype(a, is_ordered_number, "relu"); }
TorchTensor rt_torch_torchtensor_sigmoid(const TorchTensor &a) { return as_fraction(a); }
TorchTensor rt_torch_torchtensor_tanh(const TorchTensor &a) { return as_fraction(a); }
TorchTensor rt_torch_torchtensor_leaky_relu(const TorchTensor &a, double negative_slope) {
    take_only(a, is_floating, "leaky_relu");
    if (a.dtype() != Dtype::float64 && !fits_float32(negative_slope)) {
        libtorch_refuses("value cannot be converted to type float without overflow");
    }
    return same_dtype(a, is_floating, "leaky_relu");
}
TorchTensor rt_torch_torchtensor_gelu(const TorchTensor &a) { return same_dtype(a, is_floating, "gelu"); }
TorchTensor rt_torch_torchtensor_softmax(const TorchTensor &a, std::int64_t dim) { return softmax(a, dim); }
TorchTensor rt_torch_torchtensor_log_softmax(const TorchTensor &a, std::int64_t dim) { return softmax(a, dim); }

} // namespace rt::stub
