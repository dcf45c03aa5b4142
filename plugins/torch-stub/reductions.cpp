// reductions.cpp - sums, means, extremes: as numbers, which there are none of, or along a dimension as tensors.
#include "elementwise.hpp"
#include "functions.hpp"

#include "../torch/tensor_arguments.hpp"

namespace rt::stub {

namespace {

Dtype sum_dtype(Dtype dtype) { return is_integral(dtype) ? Dtype::int64 : dtype; }

Layout without(const TorchTensor &a, std::int64_t dim, bool keepdim, Dtype dtype) {
    const std::size_t along = dimension(dim, a.dim());
    Sizes sizes = a.sizes();
    if (!sizes.empty() && keepdim) {
        sizes[along] = 1;
    } else if (!sizes.empty()) {
        sizes.erase(sizes.begin() + static_cast<std::ptrdiff_t>(along));
    }
    return contiguous(std::move(sizes), dtype);
}

// Extremes, of which there must be one: along a dimension that has elements.
Layout extreme(const TorchTensor &a, std::int64_t dim, bool keepdim, Dtype dtype) {
    Layout layout = without(a, dim, keepdim, dtype);
    if (size_at(a.layout(), dim) == 0) {
        libtorch_refuses_index(str("Expected reduction dim ", dim, " to have non-zero size."));
    }
    if (is_complex(a.dtype())) {
        libtorch_refuses("complex numbers have no order to compare them by");
    }
    return layout;
}

TorchTuple extremes(const TorchTensor &a, std::int64_t dim, bool keepdim) {
    return {{computed(extreme(a, dim, keepdim, a.dtype()), {&a}), made(extreme(a, dim, keepdim, Dtype::int64))}};
}

TorchTensor index_of_extreme(const TorchTensor &a, std::int64_t dim, bool keepdim) {
    Layout layout = extreme(a, dim, keepdim, Dtype::int64);
    take_only(a, is_number, "argmax_cpu");
    return made(std::move(layout));
}

[[noreturn]] void sum_as_number(const TorchTensor &a) {
    require_real(a);
    no_numbers();
}
[[noreturn]] void mean_as_number(const TorchTensor &a) {
    require_real(a);
    require_floating(a);
    no_numbers();
}
[[noreturn]] void extreme_as_number(const TorchTensor &a) {
    require_real(a);
    libtorch::check_extremes(a.sizes());
    no_numbers();
}

} // namespace

double rt_torch_torchtensor_sum(const TorchTensor &a) { sum_as_number(a); }
double rt_torch_torchtensor_mean(const TorchTensor &a) { mean_as_number(a); }
double rt_torch_torchtensor_max(const TorchTensor &a) { extreme_as_number(a); }
double rt_torch_torchtensor_min(const TorchTensor &a) { extreme_as_number(a); }
double rt_torch_torchtensor_std(const TorchTensor &a) { mean_as_number(a); }
double rt_torch_torchtensor_var(const TorchTensor &a) { mean_as_number(a); }

TorchTensor rt_torch_torchtensor_sum_dim(const TorchTensor &a, std::int64_t dim, bool keepdim) {
    return computed(without(a, dim, keepdim, sum_dtype(a.dtype())), {&a});
}
TorchTensor rt_torch_torchtensor_mean_dim(const TorchTensor &a, std::int64_t dim, bool keepdim) {
    require_floating(a);
    return computed(without(a, dim, keepdim, a.dtype()), {&a});
}
TorchTensor rt_torch_torchtensor_argmax(const TorchTensor &a, std::int64_t dim, bool keepdim) {
    return index_of_extreme(a, dim, keepdim);
}
TorchTensor rt_torch_torchtensor_argmin(const TorchTensor &a, std::int64_t dim, bool keepdim) {
    return index_of_extreme(a, dim, keepdim);
}
TorchTuple rt_torch_torchtensor_max_dim(const TorchTensor &a, std::int64_t dim, bool keepdim) {
    return extremes(a, dim, keepdim);
}
TorchTuple rt_torch_torchtensor_min_dim(const TorchTensor &a, std::int64_t dim, bool keepdim) {
    return extremes(a, dim, keepdim);
}

TorchTensor rt_torch_torchtensor_sum_all(const TorchTensor &a) {
    return computed(contiguous({}, sum_dtype(a.dtype())), {&a});
}
TorchTensor rt_torch_torchtensor_mean_all(const TorchTensor &a) {
    require_floating(a);
    return computed(contiguous({}, a.dtype()), {&a});
}

} // namespace rt::stub
