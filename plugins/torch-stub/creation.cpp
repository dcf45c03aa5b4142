// creation.cpp - new tensors. All are float32.
#include "functions.hpp"

#include <array>
#include <cmath>

namespace rt::stub {

namespace {

using libtorch::check_finite;
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
    const std::int64_t elements = check_shape(dims);
    if (static_cast<std::size_t>(elements) != data.size()) {
        refuse(str("data has ", data.size(), " numbers, and dims ", text_of(dims), " stand for ", elements));
    }
    for (const double value : data) {
        check_float32("a number in data", value);
    }
    return of_shape(dims);
}

TorchTensor rt_torch_tensor_arange(double start, double end, double step) {
    check_finite("start", start);
    check_finite("end", end);
    check_finite("step", step);
    if (step == 0.0) {
        refuse("step must not be 0");
    }
    if (start != end && (start < end) != (step > 0)) {
        refuse(str("step is ", step, ", which leads away from end: start is ", start, ", and end ", end));
    }
    constexpr double most = 2305843009213693952.0; // 2^61: as bytes, 64 bits cannot count them
    const double count = std::ceil((end - start) / step);
    if (!(count < most)) {
        refuse(str("from ", start, " to ", end, " in steps of ", step, " there are ", count, " numbers"));
    }
    return of_shape(std::array{static_cast<std::int64_t>(count)});
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
