// inplace.cpp - writing into a tensor: nothing is written, but what may be written where is checked, and what the tensor now
// depends on is recorded. A view's base does not learn of it: the stub keeps no record of who shares memory.
#include "inplace.hpp"
#include "elementwise.hpp"
#include "functions.hpp"

#include <cmath>
#include <limits>

namespace rt::stub {

void check_writable(const TorchTensor &a) {
    if (records() && a.requires_grad() && a.is_leaf()) {
        libtorch_refuses("a leaf Variable that requires grad is being used in an in-place operation.");
    }
}

void check_broadcasts_to(const Sizes &sizes, const Sizes &value) {
    if (const Sizes together = broadcast(sizes, value); together != sizes) {
        libtorch_refuses("output with shape " + text_of(sizes) + " doesn't match the broadcast shape " +
                         text_of(together));
    }
}

void record_write(const TorchTensor &a, const TorchTensor &other) {
    if (!records() || !other.requires_grad() || !is_differentiable(a.dtype())) {
        return;
    }
    // On those leaves themselves: `other` may depend on the tensor.
    for (std::shared_ptr<TensorState> &leaf : leaves_of(other.state)) {
        a.state->inputs.push_back(std::move(leaf));
    }
    a.state->is_leaf = false;
    a.state->requires_grad = true;
}

namespace {

// As c10::canCast.
void check_holds(const TorchTensor &a, Dtype result) {
    const Dtype own = a.dtype();
    const bool loses = (is_complex(result) && !is_complex(own)) || (is_floating(result) && is_integral(own)) ||
                       (result != Dtype::boolean && own == Dtype::boolean);
    if (loses) {
        libtorch_refuses(
            str("result type ", info_of(result).name, " can't be cast to the desired output type ", info_of(own).name));
    }
}

void operate(const TorchTensor &a, const TorchTensor &other, Dtype result) {
    check_writable(a);
    check_broadcasts_to(a.sizes(), other.sizes());
    check_holds(a, result);
    record_write(a, other);
}

void operate_with_number(const TorchTensor &a) {
    check_writable(a);
    check_holds(a, result_dtype_with_number(a));
}

// The greatest number of a dtype that an f64 is converted to with a check.
double greatest_of(Dtype dtype) {
    switch (dtype) {
    case Dtype::uint8:
        return std::numeric_limits<std::uint8_t>::max();
    case Dtype::int8:
        return std::numeric_limits<std::int8_t>::max();
    case Dtype::int16:
        return std::numeric_limits<std::int16_t>::max();
    case Dtype::int32:
        return std::numeric_limits<std::int32_t>::max();
    case Dtype::int64:
        return static_cast<double>(std::numeric_limits<std::int64_t>::max());
    case Dtype::float16:
    case Dtype::complex32:
        return 65504;
    case Dtype::bfloat16:
        return 0x1.FEp127;
    case Dtype::float32:
    case Dtype::complex64:
        return std::numeric_limits<float>::max();
    default:
        return std::numeric_limits<double>::infinity(); // bool takes any number
    }
}

bool reaches(Dtype dtype, double value) {
    if (is_differentiable(dtype)) {
        return !std::isfinite(value) || std::abs(value) <= greatest_of(dtype);
    }
    if (dtype == Dtype::boolean) {
        return true;
    }
    const double least = dtype == Dtype::uint8 ? 0 : -greatest_of(dtype) - 1;
    return value >= least && value <= greatest_of(dtype);
}

} // namespace

void check_reaches(Dtype dtype, double value) {
    if (!reaches(dtype, value)) {
        libtorch_refuses(str("value cannot be converted to type ", info_of(dtype).name, " without overflow"));
    }
}

void rt_torch_torchtensor_add_(const TorchTensor &a, const TorchTensor &b) { operate(a, b, result_dtype({&a, &b})); }
void rt_torch_torchtensor_sub_(const TorchTensor &a, const TorchTensor &b) {
    if (a.dtype() == Dtype::boolean || b.dtype() == Dtype::boolean) {
        libtorch_refuses("Subtraction, the `-` operator, with a bool tensor is not supported.");
    }
    operate(a, b, result_dtype({&a, &b}));
}
void rt_torch_torchtensor_mul_(const TorchTensor &a, const TorchTensor &b) { operate(a, b, result_dtype({&a, &b})); }
void rt_torch_torchtensor_div_(const TorchTensor &a, const TorchTensor &b) {
    operate(a, b, fractional(result_dtype({&a, &b})));
}
void rt_torch_torchtensor_add_scalar_(const TorchTensor &a, double) { operate_with_number(a); }
void rt_torch_torchtensor_sub_scalar_(const TorchTensor &a, double) { operate_with_number(a); }
void rt_torch_torchtensor_mul_scalar_(const TorchTensor &a, double) { operate_with_number(a); }
void rt_torch_torchtensor_div_scalar_(const TorchTensor &a, double) { operate_with_number(a); }

void rt_torch_torchtensor_zero_(const TorchTensor &a) { check_writable(a); }

void rt_torch_torchtensor_fill_(const TorchTensor &a, double value) {
    check_writable(a);
    check_reaches(a.dtype(), value);
}

void rt_torch_torchtensor_copy_(const TorchTensor &a, const TorchTensor &source) {
    check_writable(a);
    check_broadcasts_to(a.sizes(), source.sizes());
    record_write(a, source);
}

void rt_torch_torchtensor_copy_non_blocking_(const TorchTensor &a, const TorchTensor &source) {
    rt_torch_torchtensor_copy_(a, source);
}

} // namespace rt::stub
