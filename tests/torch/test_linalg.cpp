// Matrices and vectors.
#include "against_libtorch.hpp"
#include "wrong_inputs.hpp"

namespace torch_test::test_linalg {

namespace {

constexpr const char *matmul = "rt_torch_torchtensor_matmul";
constexpr const char *dot = "rt_torch_torchtensor_dot";
constexpr const char *transpose = "rt_torch_torchtensor_transpose";
constexpr const char *t = "rt_torch_torchtensor_t";
constexpr const char *norm = "rt_torch_torchtensor_norm";
constexpr const char *det = "rt_torch_torchtensor_det";
constexpr const char *inverse = "rt_torch_torchtensor_inverse";
constexpr const char *svd = "rt_torch_torchtensor_svd";
constexpr const char *eig = "rt_torch_torchtensor_eig";

at::Tensor numbers(const Dims &dims) {
    at::manual_seed(17);
    return at::randn(dims);
}

std::int64_t tuple_size(const H &tuple) { return call<std::int64_t>("rt_torch_tuple_size", tuple); }
H tuple_get(const H &tuple, std::int64_t index) { return call<H>("rt_torch_tuple_get", tuple, index); }

constexpr auto direct_matmul = [](const at::Tensor &a, const at::Tensor &b) { return at::matmul(a, b); };
constexpr auto direct_dot = [](const at::Tensor &a, const at::Tensor &b) { return at::dot(a, b); };

} // namespace

TEST_CASE_FIXTURE(Torch, "matmul of vectors, matrices and batches") {
    check_values(call<H>(matmul, tensor({1, 2, 3, 4}, {2, 2}), tensor({5, 6, 7, 8}, {2, 2})), {19, 22, 43, 50});
    check_values(call<H>(matmul, tensor({1, 2, 3, 4}, {2, 2}), tensor({1, -1})), {-1, -1});
    const std::tuple<Dims, Dims> table[] = {
        {{3}, {3}},          {{2, 3}, {3}},    {{3}, {3, 4}},          {{2, 3}, {3, 4}},
        {{5, 2, 3}, {3, 4}}, {{2, 3}, {3}},    {{5, 2, 3}, {5, 3, 4}}, {{5, 1, 2, 3}, {4, 3, 2}},
        {{0, 3}, {3, 4}},    {{2, 0}, {0, 4}},
    };
    for (const auto &[left, right] : table) {
        CAPTURE(at::IntArrayRef(left));
        CAPTURE(at::IntArrayRef(right));
        check_direct(matmul, std::tuple(numbers(left), numbers(right)), direct_matmul);
    }
    check_same(call<H>(matmul, column_major(matrix()), tensor({1, 2, 3})), at::matmul(matrix(), at_tensor({1, 2, 3})));
}

TEST_CASE_FIXTURE(Torch, "dot is the sum of the products, 0 of nothing") {
    check_values(call<H>(dot, tensor({1, 2, 3}), tensor({4, -5, 6})), {12});
    CHECK(shape_of(call<H>(dot, tensor({1}), tensor({1}))).empty());
    check_values(call<H>(dot, tensor({}, {0}), tensor({}, {0})), {0});
    check_direct(dot, std::tuple(numbers({100}), numbers({100}).flip(0)), direct_dot);
}

TEST_CASE_FIXTURE(Torch, "transpose swaps two dimensions, and t the two of a matrix") {
    const at::Tensor cube = at::arange(24, at::kFloat).reshape({2, 3, 4});
    for (const auto &[a, b] : {std::pair{0, 1}, {0, 2}, {1, 1}, {-1, 0}, {-1, -2}}) {
        CAPTURE(a);
        CAPTURE(b);
        const auto direct = [a = a, b = b](const at::Tensor &x) { return at::transpose(x, a, b); };
        check_direct(transpose, std::tuple(cube), direct, a, b);
        check_gradients(transpose, std::tuple(cube), direct, a, b);
    }
    check_values(call<H>(t, tensor({1, 2, 3, 4, 5, 6}, {2, 3})), {1, 4, 2, 5, 3, 6});
    const auto direct = [](const at::Tensor &x) { return at::t(x); };
    for (const at::Tensor &x : {matrix(), at_tensor({1, 2}), at_tensor({1}, {}), at_tensor({}, {0, 3})}) {
        check_direct(t, std::tuple(x), direct);
    }
    check_gradients(t, std::tuple(matrix()), direct);
    check_direct(transpose, std::tuple(at_tensor({1}, {})), [](const at::Tensor &x) { return x; }, 0, -1);
}

TEST_CASE_FIXTURE(Torch, "norm is the root of the sum of squares of all elements") {
    check_number(5, norm, tensor({3, -4}));
    check_number(5, norm, tensor({3, 0, 0, -4}, {2, 2}));
    check_number(2, norm, scalar(-2));
    check_number(0, norm, tensor({}, {0}));
    check_number(not_a_number, norm, tensor({1, not_a_number}));
    check_number(at::norm(numbers({7, 9})).item<double>(), norm, from_at(numbers({7, 9})));
}

TEST_CASE_FIXTURE(Torch, "det of a triangular matrix is the product of its diagonal, of any what LibTorch says") {
    check_number(-8, det, tensor({2, 5, 0, -4}, {2, 2}));
    check_number(0, det, tensor({1, 2, 2, 4}, {2, 2}));
    check_number(1, det, tensor({}, {0, 0}));
    check_number(at::det(numbers({5, 5})).item<double>(), det, from_at(numbers({5, 5})));
    check_number(at::det(numbers({3, 3}).t()).item<double>(), det, column_major(numbers({3, 3}).t()));
}

TEST_CASE_FIXTURE(Torch, "inverse times the matrix is the identity, in batches, too") {
    check_values(call<H>(inverse, tensor({2, 0, 0, 4}, {2, 2})), {0.5, 0, 0, 0.25});
    const auto direct = [](const at::Tensor &a) { return at::inverse(a); };
    for (const Dims &dims : {Dims{4, 4}, {3, 4, 4}, {0, 0}, {0, 2, 2}}) {
        CAPTURE(at::IntArrayRef(dims));
        check_direct(inverse, std::tuple(numbers(dims)), direct);
    }
    const H x = from_at(numbers({4, 4}));
    check_same(call<H>(matmul, x, call<H>(inverse, x)), at::eye(4), 1e-4);
}

TEST_CASE_FIXTURE(Torch, "svd is the reduced one, (U, S, V) with U diag(S) V^H the matrix") {
    for (const Dims &dims : {Dims{3, 2}, {2, 3}, {3, 3}, {2, 4, 3}, {0, 3}}) {
        CAPTURE(at::IntArrayRef(dims));
        const at::Tensor x = numbers(dims);
        const auto [u, s, v] = at::svd(x);
        for (const H &tuple : {call<H>(svd, from_at(x)), call_native<H>(svd, from_at(x))}) {
            REQUIRE(tuple_size(tuple) == 3);
            check_same(tuple_get(tuple, 0), u);
            check_same(tuple_get(tuple, 1), s);
            check_same(tuple_get(tuple, 2), v);
            const at::Tensor product = at::matmul(read(tuple_get(tuple, 0)) * read(tuple_get(tuple, 1)).unsqueeze(-2),
                                                  read(tuple_get(tuple, 2)).transpose(-1, -2));
            CHECK(product.allclose(x, 1e-4, 1e-5));
        }
    }
    check_values(tuple_get(call<H>(svd, tensor({0, 2, -3, 0}, {2, 2})), 1), {3, 2}); // the largest first
}

TEST_CASE_FIXTURE(Torch, "eig is (values, vectors), both complex, with A v = lambda v") {
    const at::Tensor x = numbers({3, 3});
    const auto [values, vectors] = at::linalg_eig(x);
    for (const H &tuple : {call<H>(eig, from_at(x)), call_native<H>(eig, from_at(x))}) {
        REQUIRE(tuple_size(tuple) == 2);
        CHECK(dtype_of(tuple_get(tuple, 0)) == "complex64");
        check_same(tuple_get(tuple, 0), values);
        check_same(tuple_get(tuple, 1), vectors);
        const at::Tensor lambda = read(tuple_get(tuple, 0));
        const at::Tensor v = read(tuple_get(tuple, 1));
        CHECK(at::matmul(x.to(at::kComplexFloat), v).allclose(v * lambda, 1e-4, 1e-4));
    }
    const H turn = call<H>(eig, tensor({0, -1, 1, 0}, {2, 2})); // a quarter turn: its eigenvalues are i and -i
    check_values(call<H>("rt_torch_torchtensor_abs", tuple_get(turn, 0)), {1, 1});
}

TEST_CASE_FIXTURE(Torch, "matmul, dot and inverse can be differentiated") {
    check_gradients(matmul, std::tuple(numbers({2, 3}), numbers({3, 4})), direct_matmul);
    check_gradients(matmul, std::tuple(numbers({5, 2, 3}), numbers({3})), direct_matmul);
    check_gradients(dot, std::tuple(numbers({4}), numbers({4}).flip(0)), direct_dot);
    check_gradients(inverse, std::tuple(numbers({3, 3})), [](const at::Tensor &a) { return at::inverse(a); });
}

TEST_CASE_FIXTURE(Torch, "the parts of svd and eig can be differentiated") {
    const at::Tensor x = numbers({3, 3});
    const at::Tensor wanted = x.clone().requires_grad_();
    const auto [u, s, v] = at::svd(wanted);
    ((u * v).sum() + (s * weights_for(s)).sum()).backward();

    const H parameter = leaf(x);
    const H tuple = call<H>(svd, parameter);
    backward(call<H>("rt_torch_torchtensor_add",
                     call<H>("rt_torch_torchtensor_sum_all",
                             call<H>("rt_torch_torchtensor_mul", tuple_get(tuple, 0), tuple_get(tuple, 2))),
                     weighted_sum(tuple_get(tuple, 1))));
    check_same(grad(parameter), wanted.grad(), 1e-3);

    const at::Tensor wanted_eig = x.clone().requires_grad_();
    const at::Tensor sizes = at::abs(std::get<0>(at::linalg_eig(wanted_eig)));
    (sizes * weights_for(sizes)).sum().backward();
    const H parameter_eig = leaf(x);
    backward(weighted_sum(call<H>("rt_torch_torchtensor_abs", tuple_get(call<H>(eig, parameter_eig), 0))));
    check_same(grad(parameter_eig), wanted_eig.grad(), 1e-3);
}

TEST_CASE_FIXTURE(Torch, "norm and det give numbers of tensors that require gradients, and leave none") {
    const H x = parameter({3, 0, 0, 4}, {2, 2});
    check_number(5, norm, x);
    check_number(12, det, x);
    CHECK_FALSE(grad(x));
}

TEST_CASE_FIXTURE(Torch, "shapes that are no matrices or do not fit are refused") {
    const H vector = tensor({1, 2});
    const H wide = from_at(matrix());
    refused(RT_E_CALLEE, "mat1 and mat2 shapes cannot be multiplied", matmul, wide, wide);
    refused(RT_E_CALLEE, "at least 1D", matmul, scalar(1), vector);
    refused(RT_E_CALLEE, "1D tensors expected", dot, wide, wide);
    refused(RT_E_CALLEE, "inconsistent tensor size", dot, vector, tensor({1, 2, 3}));
    refused(RT_E_CALLEE, "expects a tensor with <= 2 dimensions", t, tensor({1}, {1, 1, 1}));
    for (const char *name : {inverse, eig}) {
        refused(RT_E_ARGUMENT, "the tensor has the shape [2, 3]: give one square matrix, or a batch of them", name,
                wide);
        refused(RT_E_ARGUMENT, "the tensor has the shape [2]: give one square matrix", name, vector);
    }
    refused<double>(RT_E_ARGUMENT, "the tensor has the shape [2, 3]: give one square matrix", det, wide);
    refused<double>(RT_E_ARGUMENT, "the tensor has the shape []: give one square matrix", det, scalar(1));
    for (const Dims &batch : {Dims{2, 3, 3}, {1, 3, 3}}) { // a batch has several determinants
        refused<double>(RT_E_ARGUMENT, "3, 3]: give one square matrix", det, from_at(numbers(batch)));
    }
    refused(RT_E_ARGUMENT, "the tensor has the shape [2]: give a matrix", svd, vector);
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "dimensions that there are not are refused by transpose") {
    for (const std::int64_t dim : {std::int64_t{2}, std::int64_t{-3}, most, least}) {
        CAPTURE(dim);
        refused(RT_E_ARGUMENT, "Dimension out of range", transpose, from_at(matrix()), 0, dim);
        refused(RT_E_ARGUMENT, "Dimension out of range", transpose, from_at(matrix()), dim, 0);
    }
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "a matrix without an inverse, and one with numbers that are none, are refused") {
    refused(RT_E_CALLEE, "singular", inverse, tensor({1, 2, 2, 4}, {2, 2}));
    expect_cause("linalg", [] { call(inverse, tensor({0, 0, 0, 0}, {2, 2})); });
    refused(RT_E_CALLEE, "infs or NaNs", eig, tensor({1, infinity, 2, not_a_number}, {2, 2}));
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "numbers of complex tensors are refused, and so are dtypes that do not fit") {
    const H complex = to_dtype(from_at(numbers({2, 2})), "complex64");
    const H whole = to_dtype(tensor({1, 2, 3, 4}, {2, 2}), "int64");
    refused<double>(RT_E_ARGUMENT, "the tensor is complex (ComplexFloat)", norm, complex);
    refused<double>(RT_E_ARGUMENT, "the tensor is complex (ComplexFloat)", det, complex);
    refused(RT_E_CALLEE, "expected", matmul, whole, from_at(numbers({2, 2})));
    refused(RT_E_CALLEE, "same dtype", dot, tensor({1}), to_dtype(tensor({1}), "int64"));
    for (const char *name : {inverse, svd, eig}) {
        refused(RT_E_ARGUMENT,
                "the tensor is of int64, and this needs floating numbers: convert it with "
                "rt_torch_torchtensor_to_dtype",
                name, whole);
    }
    refused<double>(RT_E_ARGUMENT, "convert it with rt_torch_torchtensor_to_dtype", det, whole);
    refused<double>(RT_E_ARGUMENT, "convert it with rt_torch_torchtensor_to_dtype", norm, whole);
    const H inverted = call<H>(inverse, complex);
    CHECK(dtype_of(inverted) == "complex64");
    check_usable();
}

} // namespace torch_test::test_linalg
