// creation.cpp - new tensors. All are float32 on the CPU.
#include "checks.hpp"
#include "tensor_arguments.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#undef RT_GROUP
#define RT_GROUP "creation"

namespace rt::libtorch {

namespace {

using Dims = std::span<const std::int64_t>;

// The functions whose only argument is a shape.
template <at::Tensor (*Make)(at::IntArrayRef)> at::Tensor of_shape(Dims dims) {
    check_shape(dims);
    return Make(array(dims));
}
at::Tensor zeros(at::IntArrayRef dims) { return at::zeros(dims, at::kFloat); }
at::Tensor ones(at::IntArrayRef dims) { return at::ones(dims, at::kFloat); }
at::Tensor randn(at::IntArrayRef dims) { return at::randn(dims, at::kFloat); }
at::Tensor rand(at::IntArrayRef dims) { return at::rand(dims, at::kFloat); }
at::Tensor empty(at::IntArrayRef dims) { return at::empty(dims, at::kFloat); }

at::Tensor full(Dims dims, double value) {
    check_shape(dims);
    check_float32("value", value);
    return at::full(array(dims), value, at::kFloat);
}

at::Tensor from_data(std::span<const double> data, Dims dims) {
    check_numbers(dims, data.size());
    at::Tensor tensor = at::empty(array(dims), at::kFloat);
    std::transform(data.begin(), data.end(), tensor.data_ptr<float>(),
                   [](double value) { return static_cast<float>(check_float32("a number in data", value)); });
    return tensor;
}

at::Tensor arange(double start, double end, double step) {
    check_arange(start, end, step);
    return at::arange(start, end, step, at::kFloat);
}

at::Tensor linspace(double start, double end, std::int64_t steps) {
    check_shape({&steps, 1});
    return at::linspace(start, end, steps, at::kFloat);
}

at::Tensor eye(std::int64_t n) {
    const std::int64_t dims[] = {n, n};
    check_shape(dims);
    return at::eye(n, at::kFloat);
}

} // namespace

RT_FUNCTION(of_shape<zeros>, "rt_torch_tensor_zeros(dims: [i64]) -> TorchTensor", "A tensor of zeros.")
RT_FUNCTION(of_shape<ones>, "rt_torch_tensor_ones(dims: [i64]) -> TorchTensor", "A tensor of ones.")
RT_FUNCTION(of_shape<randn>, "rt_torch_tensor_randn(dims: [i64]) -> TorchTensor",
            "Random numbers of the normal distribution of mean 0 and variance 1.")
RT_FUNCTION(of_shape<rand>, "rt_torch_tensor_rand(dims: [i64]) -> TorchTensor",
            "Random numbers of the uniform distribution from 0 to 1, without 1.")
RT_FUNCTION(full, "rt_torch_tensor_full(dims: [i64], value: f64) -> TorchTensor", "A tensor filled with one value.")
RT_FUNCTION(from_data, "rt_torch_tensor_from_data(data: [f64], dims: [i64]) -> TorchTensor",
            "A copy of the caller's numbers, in row-major order; there must be as many as dims stand for.")
RT_FUNCTION(arange, "rt_torch_tensor_arange(start: f64, end: f64, step: f64) -> TorchTensor",
            "The numbers from start to end, without end, in steps of step.")
RT_FUNCTION(linspace, "rt_torch_tensor_linspace(start: f64, end: f64, steps: i64) -> TorchTensor",
            "So many numbers from start to end, both included, evenly spaced.")
RT_FUNCTION(eye, "rt_torch_tensor_eye(n: i64) -> TorchTensor", "The identity matrix of n rows.")
RT_FUNCTION(of_shape<empty>, "rt_torch_tensor_empty(dims: [i64]) -> TorchTensor",
            "A tensor whose elements are whatever the memory holds.")

} // namespace rt::libtorch
