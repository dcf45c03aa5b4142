// creation.cpp - new tensors. All are float32.
#include "functions.hpp"

#include "../torch/tensor_arguments.hpp"

#include <array>

namespace rt::stub {

namespace {

using libtorch::check_float32;
using libtorch::check_shape;

TorchTensor of_shape(Dims dims) {
    check_shape(dims);
    return made(contiguous({dims.begin(), dims.end()}, Dtype::float32));
}

} // namespace

TorchTensor rt_torch_tensor_zeros(Dims dims) { return of_shape(dims); }
TorchTensor rt_torch_tensor_ones(Dims dims) { return of_shape(dims); }
TorchTensor rt_torch_tensor_randn(Dims dims) { return of_shape(dims); }
TorchTensor rt_torch_tensor_rand(Dims dims) { return of_shape(dims); }
TorchTensor rt_torch_tensor_empty(Dims dims) { return of_shape(dims); }

TorchTensor rt_torch_tensor_full(Dims dims, double value) {
    check_shape(dims);
    check_float32("value", value);
    return of_shape(dims);
}

TorchTensor rt_torch_tensor_from_data(std::span<const double> data, Dims dims) {
    libtorch::check_numbers(dims, data.size());
    for (const double value : data) {
        check_float32("a number in data", value);
    }
    return of_shape(dims);
}

TorchTensor rt_torch_tensor_arange(double start, double end, double step) {
    return of_shape(std::array{libtorch::check_arange(start, end, step)});
}

TorchTensor rt_torch_tensor_linspace(double start, double end, std::int64_t steps) {
    TorchTensor tensor = of_shape(std::array{steps});
    if (steps != 0 && (!fits_float32(start) || (steps != 1 && !fits_float32(end)))) {
        libtorch_refuses("value cannot be converted to type float without overflow");
    }
    return tensor;
}

TorchTensor rt_torch_tensor_eye(std::int64_t n) { return of_shape(std::array{n, n}); }

} // namespace rt::stub
