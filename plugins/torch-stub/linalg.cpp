// linalg.cpp - matrices and vectors.
#include "elementwise.hpp"
#include "functions.hpp"
#include "matmul.hpp"

#include "../torch/tensor_arguments.hpp"

#include <algorithm>

namespace rt::stub {

namespace {

void require_square(const TorchTensor &a) {
    require_floating(a);
    libtorch::check_square_matrices(a.sizes());
}

// LAPACK writes matrices column by column.
Layout columns_first(Sizes sizes, Dtype dtype) {
    std::swap(sizes[sizes.size() - 2], sizes[sizes.size() - 1]);
    Layout layout = contiguous(std::move(sizes), dtype);
    std::swap(layout.sizes[layout.sizes.size() - 2], layout.sizes[layout.sizes.size() - 1]);
    std::swap(layout.strides[layout.strides.size() - 2], layout.strides[layout.strides.size() - 1]);
    return layout;
}

// The batch's dims, and then these.
Sizes with_last(const Sizes &sizes, std::size_t dropped, std::initializer_list<std::int64_t> last) {
    Sizes result(sizes.begin(), sizes.end() - static_cast<std::ptrdiff_t>(dropped));
    result.insert(result.end(), last);
    return result;
}

bool has_lapack(Dtype dtype) {
    return dtype == Dtype::float32 || dtype == Dtype::float64 || dtype == Dtype::complex64 ||
           dtype == Dtype::complex128;
}

} // namespace

TorchTensor rt_torch_torchtensor_matmul(const TorchTensor &a, const TorchTensor &b) {
    return computed(matmul_layout(a, b), {&a, &b});
}

TorchTensor rt_torch_torchtensor_dot(const TorchTensor &a, const TorchTensor &b) {
    if (a.dim() != 1 || b.dim() != 1) {
        libtorch_refuses(str("1D tensors expected, but got ", a.dim(), "D and ", b.dim(), "D tensors"));
    }
    if (a.sizes() != b.sizes()) {
        libtorch_refuses(str("inconsistent tensor size, expected tensor ", text_of(a.sizes()), " and src ",
                             text_of(b.sizes()), " to have the same number of elements"));
    }
    return computed(matmul_layout(a, b), {&a, &b});
}

TorchTensor rt_torch_torchtensor_transpose(const TorchTensor &a, std::int64_t dim0, std::int64_t dim1) {
    const std::size_t first = dimension(dim0, a.dim());
    const std::size_t second = dimension(dim1, a.dim());
    Layout layout = a.layout();
    if (a.dim() != 0) {
        std::swap(layout.sizes[first], layout.sizes[second]);
        std::swap(layout.strides[first], layout.strides[second]);
    }
    return computed(std::move(layout), {&a});
}

TorchTensor rt_torch_torchtensor_t(const TorchTensor &a) {
    if (a.dim() > 2) {
        libtorch_refuses(str("t() expects a tensor with <= 2 dimensions, but self is ", a.dim(), "D"));
    }
    Layout layout = a.layout();
    std::ranges::reverse(layout.sizes);
    std::ranges::reverse(layout.strides);
    return computed(std::move(layout), {&a});
}

double rt_torch_torchtensor_norm(const TorchTensor &a) {
    require_real(a);
    require_floating(a);
    no_numbers();
}

double rt_torch_torchtensor_det(const TorchTensor &a) {
    require_real(a);
    libtorch::check_one_matrix(a.sizes());
    require_square(a);
    take_only(a, has_lapack, "det");
    no_numbers();
}

TorchTensor rt_torch_torchtensor_inverse(const TorchTensor &a) {
    require_square(a);
    take_only(a, has_lapack, "inverse");
    return computed(columns_first(a.sizes(), a.dtype()), {&a});
}

TorchTuple rt_torch_torchtensor_svd(const TorchTensor &a) {
    require_floating(a);
    libtorch::check_matrices(a.sizes());
    take_only(a, has_lapack, "svd");
    const std::int64_t rows = a.sizes()[a.sizes().size() - 2];
    const std::int64_t columns = a.sizes().back();
    const std::int64_t values = std::min(rows, columns);
    return {{computed(columns_first(with_last(a.sizes(), 2, {rows, values}), a.dtype()), {&a}),
             computed(contiguous(with_last(a.sizes(), 2, {values}), real_part(a.dtype())), {&a}),
             computed(contiguous(with_last(a.sizes(), 2, {columns, values}), a.dtype()), {&a})}};
}

TorchTuple rt_torch_torchtensor_eig(const TorchTensor &a) {
    require_square(a);
    take_only(a, has_lapack, "eig");
    const Dtype dtype = complex_of(a.dtype());
    return {{computed(contiguous(with_last(a.sizes(), 1, {}), dtype), {&a}),
             computed(columns_first(a.sizes(), dtype), {&a})}};
}

} // namespace rt::stub
