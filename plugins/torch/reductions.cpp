// reductions.cpp - sums, means, extremes: of all elements as numbers, or along a dimension as tensors.
#include "checks.hpp"
#include "tensor_arguments.hpp"

#include <ATen/ATen.h>

#undef RT_GROUP
#define RT_GROUP "reductions"

namespace rt::libtorch {

using at::Tensor;

namespace {

// Asked for first: that the operation takes complex tensors does not make a number of the result.
template <Tensor (*Reduce)(const Tensor &)> double to_number(const Tensor &a) {
    require_real(a);
    return number(Reduce(a));
}
Tensor sum(const Tensor &a) { return at::sum(a); }
Tensor mean(const Tensor &a) {
    require_floating(a);
    return at::mean(a);
}
Tensor max(const Tensor &a) {
    check_extremes(a.sizes());
    return at::max(a);
}
Tensor min(const Tensor &a) {
    check_extremes(a.sizes());
    return at::min(a);
}
Tensor std_(const Tensor &a) {
    require_floating(a);
    return at::std(a, true);
}
Tensor var(const Tensor &a) {
    require_floating(a);
    return at::var(a, true);
}

Tensor sum_dim(const Tensor &a, std::int64_t dim, bool keepdim) { return at::sum(a, dim, keepdim); }
Tensor mean_dim(const Tensor &a, std::int64_t dim, bool keepdim) {
    require_floating(a);
    return at::mean(a, dim, keepdim);
}
Tensor argmax(const Tensor &a, std::int64_t dim, bool keepdim) { return at::argmax(a, dim, keepdim); }
Tensor argmin(const Tensor &a, std::int64_t dim, bool keepdim) { return at::argmin(a, dim, keepdim); }

Tuple max_dim(const Tensor &a, std::int64_t dim, bool keepdim) {
    auto [values, indices] = at::max(a, dim, keepdim);
    return {{values, indices}};
}
Tuple min_dim(const Tensor &a, std::int64_t dim, bool keepdim) {
    auto [values, indices] = at::min(a, dim, keepdim);
    return {{values, indices}};
}

} // namespace

RT_FUNCTION(to_number<sum>, "rt_torch_torchtensor_sum(handle: TorchTensor) -> f64",
            "The sum of all elements as a number; rt_torch_torchtensor_sum_all gives one that can be differentiated.")
RT_FUNCTION(sum_dim, "rt_torch_torchtensor_sum_dim(handle: TorchTensor, dim: i64, keepdim: bool) -> TorchTensor",
            "The sums along a dimension, which keepdim keeps with size 1.")
RT_FUNCTION(to_number<mean>, "rt_torch_torchtensor_mean(handle: TorchTensor) -> f64",
            "The mean of all elements as a number; NaN where there is none.")
RT_FUNCTION(mean_dim, "rt_torch_torchtensor_mean_dim(handle: TorchTensor, dim: i64, keepdim: bool) -> TorchTensor",
            "The means along a dimension, which keepdim keeps with size 1.")
RT_FUNCTION(to_number<max>, "rt_torch_torchtensor_max(handle: TorchTensor) -> f64",
            "The largest element; an error where there is none.")
RT_FUNCTION(max_dim, "rt_torch_torchtensor_max_dim(handle: TorchTensor, dim: i64, keepdim: bool) -> TorchTuple",
            "The largest elements along a dimension and where they are: (values, indices).")
RT_FUNCTION(to_number<min>, "rt_torch_torchtensor_min(handle: TorchTensor) -> f64",
            "The smallest element; an error where there is none.")
RT_FUNCTION(min_dim, "rt_torch_torchtensor_min_dim(handle: TorchTensor, dim: i64, keepdim: bool) -> TorchTuple",
            "The smallest elements along a dimension and where they are: (values, indices).")
RT_FUNCTION(argmax, "rt_torch_torchtensor_argmax(handle: TorchTensor, dim: i64, keepdim: bool) -> TorchTensor",
            "Where the largest elements along a dimension are, as int64.")
RT_FUNCTION(argmin, "rt_torch_torchtensor_argmin(handle: TorchTensor, dim: i64, keepdim: bool) -> TorchTensor",
            "Where the smallest elements along a dimension are, as int64.")
RT_FUNCTION(to_number<std_>, "rt_torch_torchtensor_std(handle: TorchTensor) -> f64",
            "The standard deviation of all elements, with n - 1 in the denominator.")
RT_FUNCTION(to_number<var>, "rt_torch_torchtensor_var(handle: TorchTensor) -> f64",
            "The variance of all elements, with n - 1 in the denominator.")

#undef RT_GROUP
#define RT_GROUP "tensor"

RT_FUNCTION(sum, "rt_torch_torchtensor_sum_all(handle: TorchTensor) -> TorchTensor",
            "The sum of all elements as a tensor without dimensions, which can be differentiated.")
RT_FUNCTION(mean, "rt_torch_torchtensor_mean_all(handle: TorchTensor) -> TorchTensor",
            "The mean of all elements as a tensor without dimensions, which can be differentiated.")

} // namespace rt::libtorch
