// linalg.cpp - matrices and vectors.
#include "checks.hpp"
#include "tensor_arguments.hpp"

#include <ATen/ATen.h>

#undef RT_GROUP
#define RT_GROUP "linalg"

namespace rt::libtorch {

using at::Tensor;

namespace {

void require_square(const Tensor &a) {
    require_floating(a);
    check_square_matrices(a.sizes());
}

double norm(const Tensor &a) {
    require_real(a);
    require_floating(a);
    return number(at::norm(a));
}

double det(const Tensor &a) {
    require_real(a);
    check_one_matrix(a.sizes());
    require_square(a);
    return number(at::det(a));
}

Tensor inverse(const Tensor &a) {
    require_square(a);
    return at::inverse(a);
}

Tuple svd(const Tensor &a) {
    require_floating(a);
    check_matrices(a.sizes());
    auto [u, s, v] = at::svd(a);
    return {{u, s, v}};
}

Tuple eig(const Tensor &a) {
    require_square(a);
    auto [values, vectors] = at::linalg_eig(a);
    return {{values, vectors}};
}

} // namespace

RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { return at::matmul(a, b); },
    "rt_torch_torchtensor_matmul(handle: TorchTensor, other: TorchTensor) -> TorchTensor",
    "The matrix product; of vectors, matrices and batches of matrices.")
RT_FUNCTION(
    +[](const Tensor &a, const Tensor &b) { return at::dot(a, b); },
    "rt_torch_torchtensor_dot(handle: TorchTensor, other: TorchTensor) -> TorchTensor",
    "The dot product of two vectors of the same length.")
RT_FUNCTION(
    +[](const Tensor &a, std::int64_t dim0, std::int64_t dim1) { return at::transpose(a, dim0, dim1); },
    "rt_torch_torchtensor_transpose(handle: TorchTensor, dim0: i64, dim1: i64) -> TorchTensor",
    "The tensor with two dimensions swapped; it shares the memory.")
RT_FUNCTION(
    +[](const Tensor &a) { return at::t(a); }, "rt_torch_torchtensor_t(handle: TorchTensor) -> TorchTensor",
    "The transpose of a matrix, which shares its memory; a vector as it is.")
RT_FUNCTION(norm, "rt_torch_torchtensor_norm(handle: TorchTensor) -> f64",
            "The 2-norm of all elements: the square root of the sum of their squares.")
RT_FUNCTION(det, "rt_torch_torchtensor_det(handle: TorchTensor) -> f64", "The determinant of a square matrix.")
RT_FUNCTION(inverse, "rt_torch_torchtensor_inverse(handle: TorchTensor) -> TorchTensor",
            "The inverse of a square matrix, or of a batch of them.")
RT_FUNCTION(svd, "rt_torch_torchtensor_svd(handle: TorchTensor) -> TorchTuple",
            "The reduced singular value decomposition (U, S, V): the matrix is U diag(S) V^H.")
RT_FUNCTION(eig, "rt_torch_torchtensor_eig(handle: TorchTensor) -> TorchTuple",
            "The eigenvalues and eigenvectors of a square matrix, (values, vectors), both complex.")

} // namespace rt::libtorch
