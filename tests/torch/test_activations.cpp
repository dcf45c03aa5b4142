// The non-linear functions of neural networks.
#include "against_libtorch.hpp"
#include "wrong_inputs.hpp"

namespace torch_test::test_activations {

namespace {

struct Activation {
    const char *name;
    at::Tensor (*direct)(const at::Tensor &);
};
constexpr Activation activations[] = {
    {"rt_torch_torchtensor_relu", [](const at::Tensor &a) { return at::relu(a); }},
    {"rt_torch_torchtensor_sigmoid", [](const at::Tensor &a) { return at::sigmoid(a); }},
    {"rt_torch_torchtensor_tanh", [](const at::Tensor &a) { return at::tanh(a); }},
    {"rt_torch_torchtensor_gelu", [](const at::Tensor &a) { return at::gelu(a); }},
};

constexpr const char *leaky_relu = "rt_torch_torchtensor_leaky_relu";

struct Along {
    const char *name;
    at::Tensor (*direct)(const at::Tensor &, std::int64_t dim);
};
constexpr Along along_a_dimension[] = {
    {"rt_torch_torchtensor_softmax", [](const at::Tensor &a, std::int64_t dim) { return at::softmax(a, dim); }},
    {"rt_torch_torchtensor_log_softmax", [](const at::Tensor &a, std::int64_t dim) { return at::log_softmax(a, dim); }},
};

} // namespace

TEST_CASE_FIXTURE(Torch, "activations of numbers anyone can work out") {
    check_values(call<H>("rt_torch_torchtensor_relu", tensor({-2, 0, 3})), {0, 0, 3});
    check_values(call<H>("rt_torch_torchtensor_sigmoid", tensor({0, 1, -100})), {0.5, 1 / (1 + std::exp(-1)), 0});
    check_values(call<H>("rt_torch_torchtensor_tanh", tensor({0, 1, -100})), {0, std::tanh(1), -1});
    check_values(call<H>(leaky_relu, tensor({-2, 0, 3}), 0.1), {-0.2, 0, 3});
    const double phi = 0.5 * (1 + std::erf(1 / std::sqrt(2.0))); // the exact form, not the one by tanh
    check_values(call<H>("rt_torch_torchtensor_gelu", tensor({0, 1, -1})), {0, phi, -(1 - phi)}, 1e-6);
    const H odds = tensor({0, std::log(3.0), 0, 0}, {2, 2});
    check_values(call<H>("rt_torch_torchtensor_softmax", odds, 1), {0.25, 0.75, 0.5, 0.5});
    check_values(call<H>("rt_torch_torchtensor_softmax", odds, 0), {0.5, 0.75, 0.5, 0.25});
    check_values(call<H>("rt_torch_torchtensor_log_softmax", odds, -1),
                 {std::log(0.25), std::log(0.75), std::log(0.5), std::log(0.5)});
}

TEST_CASE_FIXTURE(Torch, "activations give LibTorch's numbers of all kinds of tensors") {
    for (const at::Tensor &x : all_kinds()) {
        CAPTURE(x.sizes());
        for (const auto &[name, direct] : activations) {
            check_direct(name, std::tuple(x), direct);
        }
        for (const double slope : {0.01, 0.0, 1.0, -2.0, infinity}) {
            CAPTURE(slope);
            check_direct(
                leaky_relu, std::tuple(x), [&](const at::Tensor &a) { return at::leaky_relu(a, slope); }, slope);
        }
    }
}

TEST_CASE_FIXTURE(Torch, "softmax and log_softmax go along any dimension, counted from the end where it is negative") {
    for (const at::Tensor &x : all_kinds()) {
        const std::int64_t dims = std::max<std::int64_t>(x.dim(), 1); // a scalar has dimension 0 here
        for (const auto &[name, direct] : along_a_dimension) {
            for (std::int64_t dim = -dims; dim < dims; dim++) {
                CAPTURE(dim);
                check_direct(name, std::tuple(x), [&](const at::Tensor &a) { return direct(a, dim); }, dim);
            }
        }
    }
}

TEST_CASE_FIXTURE(Torch, "activations do not care how the elements lie in memory") {
    const H turned = column_major(matrix());
    for (const auto &[name, direct] : activations) {
        CAPTURE(name);
        check_same(call<H>(name, turned), direct(matrix()));
    }
    check_same(call<H>(leaky_relu, turned, 0.2), at::leaky_relu(matrix(), 0.2));
    for (const auto &[name, direct] : along_a_dimension) {
        CAPTURE(name);
        check_same(call<H>(name, turned, 0), direct(matrix(), 0));
        check_same(call<H>(name, turned, 1), direct(matrix(), 1));
    }
}

TEST_CASE_FIXTURE(Torch, "activations can be differentiated") {
    for (const auto &[name, direct] : activations) {
        check_gradients(name, std::tuple(matrix()), direct);
    }
    check_gradients(leaky_relu, std::tuple(matrix()), [](const at::Tensor &a) { return at::leaky_relu(a, 0.3); }, 0.3);
    for (const auto &[name, direct] : along_a_dimension) {
        for (const std::int64_t dim : {0, 1}) {
            check_gradients(name, std::tuple(matrix()), [&](const at::Tensor &a) { return direct(a, dim); }, dim);
        }
    }
    const H x = parameter({-1, 2});
    backward(call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_torchtensor_relu", x)));
    check_values(grad(x), {0, 1});
}

TEST_CASE_FIXTURE(Torch, "log_softmax of far apart numbers loses nothing") {
    check_values(call<H>("rt_torch_torchtensor_log_softmax", tensor({1000, 0}), 0), {0, -1000});
    check_values(call<H>("rt_torch_torchtensor_softmax", tensor({1000, 0}), 0), {1, 0});
}

TEST_CASE_FIXTURE(Torch, "relu keeps whole numbers whole, and sigmoid and tanh make float32 of them") {
    const at::Tensor whole = at::arange(-2, 3, at::kLong);
    for (const char *name :
         {"rt_torch_torchtensor_relu", "rt_torch_torchtensor_sigmoid", "rt_torch_torchtensor_tanh"}) {
        for (const auto &[other, direct] : activations) {
            if (std::string_view(other) == name) {
                check_direct(name, std::tuple(whole), direct);
            }
        }
    }
}

TEST_CASE_FIXTURE(Torch, "softmax and log_softmax refuse dimensions that there are not") {
    for (const auto &[name, direct] : along_a_dimension) {
        for (const std::int64_t dim : {std::int64_t{2}, std::int64_t{-3}, most, least}) {
            CAPTURE(dim);
            refused(RT_E_ARGUMENT, "Dimension out of range", name, from_at(matrix()), dim);
        }
        refused(RT_E_ARGUMENT, "Dimension out of range", name, scalar(1), 1);
        expect_cause("index", [&] { call(name, scalar(1), 1); });
    }
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "dtypes that have no such activation are refused") {
    const H whole = to_dtype(tensor({1, 2}), "int64");
    const H complex = to_dtype(tensor({1, 2}), "complex64");
    refused(RT_E_CALLEE, "not implemented for 'Long'", "rt_torch_torchtensor_gelu", whole);
    refused(RT_E_CALLEE, "not implemented for 'Long'", leaky_relu, whole, 0.1);
    for (const auto &[name, direct] : along_a_dimension) {
        refused(RT_E_CALLEE, "not implemented for 'Long'", name, whole, 0);
    }
    refused(RT_E_CALLEE, "not implemented for 'Bool'", leaky_relu, to_dtype(tensor({1}), "bool"), 0.1);
    refused(RT_E_CALLEE, "not implemented for 'ComplexFloat'", "rt_torch_torchtensor_gelu", complex);
    refused(RT_E_CALLEE, "ComplexFloat", leaky_relu, complex, 0.1);
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "a dimension is a whole number and a slope a number") {
    const H x = tensor({1, 2});
    for (const auto &[name, direct] : along_a_dimension) {
        expect_error(RT_E_TYPE, "argument 2 (dim): expected i64, got a double", [&] { call(name, x, 0.0); });
        expect_error(RT_E_ARGUMENT, "is not given", [&] { call(name, x); });
    }
    expect_error(RT_E_TYPE, "argument 2 (negative_slope): expected f64, got a text",
                 [&] { call(leaky_relu, x, "0.1"); });
    check_usable();
}

} // namespace torch_test::test_activations
