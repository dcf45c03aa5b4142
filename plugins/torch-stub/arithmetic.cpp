// arithmetic.cpp - element by element: arithmetic and comparisons.
#include "elementwise.hpp"
#include "functions.hpp"

namespace rt::stub {

namespace {

TorchTensor arithmetic(const TorchTensor &a, const TorchTensor &b) {
    return computed(elementwise({&a, &b}, result_dtype({&a, &b})), {&a, &b});
}

TorchTensor with_number(const TorchTensor &a) { return computed(elementwise({&a}, result_dtype_with_number(a)), {&a}); }

TorchTensor comparison(const TorchTensor &a, const TorchTensor &b) {
    return computed(elementwise({&a, &b}, Dtype::boolean), {});
}

TorchTensor order(const TorchTensor &a, const TorchTensor &b) {
    Layout layout = elementwise({&a, &b}, Dtype::boolean);
    if (is_complex(result_dtype({&a, &b}))) {
        libtorch_refuses("complex numbers have no order to compare them by");
    }
    return computed(std::move(layout), {});
}

} // namespace

TorchTensor rt_torch_torchtensor_add(const TorchTensor &a, const TorchTensor &b) { return arithmetic(a, b); }
TorchTensor rt_torch_torchtensor_sub(const TorchTensor &a, const TorchTensor &b) {
    if (a.dtype() == Dtype::boolean || b.dtype() == Dtype::boolean) {
        libtorch_refuses("Subtraction, the `-` operator, with a bool tensor is not supported.");
    }
    return arithmetic(a, b);
}
TorchTensor rt_torch_torchtensor_mul(const TorchTensor &a, const TorchTensor &b) { return arithmetic(a, b); }
TorchTensor rt_torch_torchtensor_div(const TorchTensor &a, const TorchTensor &b) {
    return computed(elementwise({&a, &b}, fractional(result_dtype({&a, &b}))), {&a, &b});
}
TorchTensor rt_torch_torchtensor_pow(const TorchTensor &a, double) { return with_number(a); }
TorchTensor rt_torch_torchtensor_neg(const TorchTensor &a) { return same_dtype(a, is_number, "neg"); }
TorchTensor rt_torch_torchtensor_abs(const TorchTensor &a) {
    take_only(a, is_number, "abs");
    return computed(elementwise({&a}, real_part(a.dtype())), {&a});
}
TorchTensor rt_torch_torchtensor_sqrt(const TorchTensor &a) { return as_fraction(a); }
TorchTensor rt_torch_torchtensor_exp(const TorchTensor &a) { return as_fraction(a); }
TorchTensor rt_torch_torchtensor_log(const TorchTensor &a) { return as_fraction(a); }
TorchTensor rt_torch_torchtensor_add_scalar(const TorchTensor &a, double) { return with_number(a); }
TorchTensor rt_torch_torchtensor_mul_scalar(const TorchTensor &a, double) { return with_number(a); }

TorchTensor rt_torch_torchtensor_eq(const TorchTensor &a, const TorchTensor &b) { return comparison(a, b); }
TorchTensor rt_torch_torchtensor_ne(const TorchTensor &a, const TorchTensor &b) { return comparison(a, b); }
TorchTensor rt_torch_torchtensor_lt(const TorchTensor &a, const TorchTensor &b) { return order(a, b); }
TorchTensor rt_torch_torchtensor_le(const TorchTensor &a, const TorchTensor &b) { return order(a, b); }
TorchTensor rt_torch_torchtensor_gt(const TorchTensor &a, const TorchTensor &b) { return order(a, b); }
TorchTensor rt_torch_torchtensor_ge(const TorchTensor &a, const TorchTensor &b) { return order(a, b); }

} // namespace rt::stub
