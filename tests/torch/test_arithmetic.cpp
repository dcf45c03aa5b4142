// Arithmetic and comparisons, element by element.
#include "against_libtorch.hpp"

namespace torch_test::test_arithmetic {

namespace {

struct Unary {
    const char *name;
    at::Tensor (*direct)(const at::Tensor &);
};
constexpr Unary unary[] = {
    {"rt_torch_torchtensor_neg", [](const at::Tensor &a) { return at::neg(a); }},
    {"rt_torch_torchtensor_abs", [](const at::Tensor &a) { return at::abs(a); }},
    {"rt_torch_torchtensor_sqrt", [](const at::Tensor &a) { return at::sqrt(a); }},
    {"rt_torch_torchtensor_exp", [](const at::Tensor &a) { return at::exp(a); }},
    {"rt_torch_torchtensor_log", [](const at::Tensor &a) { return at::log(a); }},
};

struct Binary {
    const char *name;
    at::Tensor (*direct)(const at::Tensor &, const at::Tensor &);
};
constexpr Binary arithmetic[] = {
    {"rt_torch_torchtensor_add", [](const at::Tensor &a, const at::Tensor &b) { return at::add(a, b); }},
    {"rt_torch_torchtensor_sub", [](const at::Tensor &a, const at::Tensor &b) { return at::sub(a, b); }},
    {"rt_torch_torchtensor_mul", [](const at::Tensor &a, const at::Tensor &b) { return at::mul(a, b); }},
    {"rt_torch_torchtensor_div", [](const at::Tensor &a, const at::Tensor &b) { return at::div(a, b); }},
};
constexpr Binary comparisons[] = {
    {"rt_torch_torchtensor_eq", [](const at::Tensor &a, const at::Tensor &b) { return at::eq(a, b); }},
    {"rt_torch_torchtensor_ne", [](const at::Tensor &a, const at::Tensor &b) { return at::ne(a, b); }},
    {"rt_torch_torchtensor_lt", [](const at::Tensor &a, const at::Tensor &b) { return at::lt(a, b); }},
    {"rt_torch_torchtensor_le", [](const at::Tensor &a, const at::Tensor &b) { return at::le(a, b); }},
    {"rt_torch_torchtensor_gt", [](const at::Tensor &a, const at::Tensor &b) { return at::gt(a, b); }},
    {"rt_torch_torchtensor_ge", [](const at::Tensor &a, const at::Tensor &b) { return at::ge(a, b); }},
};

struct WithScalar {
    const char *name;
    at::Tensor (*direct)(const at::Tensor &, double);
};
constexpr WithScalar with_scalar[] = {
    {"rt_torch_torchtensor_pow", [](const at::Tensor &a, double b) { return at::pow(a, b); }},
    {"rt_torch_torchtensor_add_scalar", [](const at::Tensor &a, double b) { return at::add(a, b); }},
    {"rt_torch_torchtensor_mul_scalar", [](const at::Tensor &a, double b) { return at::mul(a, b); }},
};

H apply(const char *name, const Values &a, const Values &b) { return call<H>(name, tensor(a), tensor(b)); }

} // namespace

TEST_CASE_FIXTURE(Torch, "neg, abs, sqrt, exp and log of numbers anyone can work out") {
    check_values(call<H>("rt_torch_torchtensor_neg", tensor({1, -2, 0})), {-1, 2, 0});
    check_values(call<H>("rt_torch_torchtensor_abs", tensor({1, -2, 0})), {1, 2, 0});
    check_values(call<H>("rt_torch_torchtensor_sqrt", tensor({4, 0, -1})), {2, 0, not_a_number});
    check_values(call<H>("rt_torch_torchtensor_exp", tensor({0, 1, -infinity})), {1, 2.718281828, 0});
    check_values(call<H>("rt_torch_torchtensor_log", tensor({1, 0, -1})), {0, -infinity, not_a_number});
}

TEST_CASE_FIXTURE(Torch, "add, sub, mul and div of numbers anyone can work out") {
    check_values(apply("rt_torch_torchtensor_add", {1, 2}, {10, -20}), {11, -18});
    check_values(apply("rt_torch_torchtensor_sub", {1, 2}, {10, -20}), {-9, 22});
    check_values(apply("rt_torch_torchtensor_mul", {1, 2}, {10, -20}), {10, -40});
    check_values(apply("rt_torch_torchtensor_div", {1, -2, 0, 5}, {4, 0, 0, -2}),
                 {0.25, -infinity, not_a_number, -2.5});
}

TEST_CASE_FIXTURE(Torch, "pow, add_scalar and mul_scalar of numbers anyone can work out") {
    check_values(call<H>("rt_torch_torchtensor_pow", tensor({3, -2, 0}), 2.0), {9, 4, 0});
    check_values(call<H>("rt_torch_torchtensor_pow", tensor({4, -1, 0}), 0.5), {2, not_a_number, 0});
    check_values(call<H>("rt_torch_torchtensor_pow", tensor({4, not_a_number, 0}), 0.0), {1, 1, 1});
    check_values(call<H>("rt_torch_torchtensor_add_scalar", tensor({3, -2}), 0.5), {3.5, -1.5});
    check_values(call<H>("rt_torch_torchtensor_mul_scalar", tensor({3, -2}), -2.0), {-6, 4});
    check_values(call<H>("rt_torch_torchtensor_mul_scalar", tensor({3, -2}), 2), {6, -4}); // an integer will do
}

TEST_CASE_FIXTURE(Torch, "arithmetic gives LibTorch's numbers of all kinds of tensors") {
    for (const at::Tensor &x : all_kinds()) {
        CAPTURE(x.sizes());
        for (const auto &[name, direct] : unary) {
            check_direct(name, std::tuple(x), direct);
        }
        for (const auto &[name, direct] : arithmetic) {
            check_direct(name, std::tuple(x, x.flip(0)), direct);
            check_direct(name, std::tuple(x, at_tensor({3}, {})), direct);
        }
        for (const auto &[name, direct] : with_scalar) {
            for (const double scalar : {2.0, -1.0, 0.0, 0.3, infinity, not_a_number}) {
                CAPTURE(scalar);
                check_direct(name, std::tuple(x), [&](const at::Tensor &a) { return direct(a, scalar); }, scalar);
            }
        }
    }
}

TEST_CASE_FIXTURE(Torch, "arithmetic does not care how the elements lie in memory") {
    const H turned = column_major(positive());
    for (const auto &[name, direct] : unary) {
        CAPTURE(name);
        check_same(call<H>(name, turned), direct(positive()));
    }
    for (const auto &[name, direct] : arithmetic) {
        CAPTURE(name);
        check_same(call<H>(name, turned, from_at(matrix())), direct(positive(), matrix()));
    }
    for (const auto &[name, direct] : with_scalar) {
        CAPTURE(name);
        check_same(call<H>(name, turned, 3.0), direct(positive(), 3));
    }
}

TEST_CASE_FIXTURE(Torch, "shapes broadcast, and the gradients are summed back into them") {
    const at::Tensor row = at_tensor({1, 2, 3}, {1, 3});
    const at::Tensor column = at_tensor({-4, 5}, {2, 1});
    for (const auto &[name, direct] : arithmetic) {
        check_direct(name, std::tuple(row, column), direct);
        check_gradients(name, std::tuple(row, column), direct);
        check_gradients(name, std::tuple(positive(), at_tensor({2}, {})), direct);
    }
    for (const auto &[name, direct] : comparisons) {
        check_direct(name, std::tuple(row, at_tensor({1, 3}, {2, 1})), direct);
    }
}

TEST_CASE_FIXTURE(Torch, "arithmetic can be differentiated") {
    for (const auto &[name, direct] : unary) {
        check_gradients(name, std::tuple(positive()), direct);
    }
    for (const auto &[name, direct] : with_scalar) {
        check_gradients(name, std::tuple(positive()), [&](const at::Tensor &a) { return direct(a, -1.5); }, -1.5);
    }
    const H x = parameter({2, -3});
    backward(call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_torchtensor_pow", x, 3.0)));
    check_values(grad(x), {12, 27}); // 3 x^2
}

TEST_CASE_FIXTURE(Torch, "dtypes promote as LibTorch's do") {
    const at::Tensor whole = at::arange(1, 7, at::kLong).reshape({2, 3});
    const at::Tensor others[] = {positive(), whole, whole.to(at::kByte),

                                 positive().to(at::kDouble), positive().to(at::kComplexFloat)};
    for (const at::Tensor &other : others) {
        CAPTURE(c10::toString(other.scalar_type()));
        for (const auto &[name, direct] : arithmetic) {
            check_direct(name, std::tuple(whole, other), direct);
        }
        for (const auto &[name, direct] : with_scalar) {
            check_direct(name, std::tuple(other), [&](const at::Tensor &a) { return direct(a, 2.5); }, 2.5);
        }
    }
    check_direct("rt_torch_torchtensor_mul", std::tuple(whole, whole.gt(2)),
                 [](const at::Tensor &a, const at::Tensor &b) { return at::mul(a, b); });
    CHECK(dtype_of(call<H>("rt_torch_torchtensor_div", from_at(whole), from_at(whole))) == "float32");
    CHECK(dtype_of(call<H>("rt_torch_torchtensor_add_scalar", from_at(whole), 1.0)) == "float32");
    check_direct("rt_torch_torchtensor_abs", std::tuple(positive().to(at::kComplexFloat)),
                 [](const at::Tensor &a) { return at::abs(a); });
}

TEST_CASE_FIXTURE(Torch, "comparisons are tensors of bool, in which NaN is equal to nothing") {
    const struct {
        const char *name;
        Values want;
    } table[] = {
        {"rt_torch_torchtensor_eq", {0, 1, 0, 0}}, {"rt_torch_torchtensor_ne", {1, 0, 1, 1}},
        {"rt_torch_torchtensor_lt", {1, 0, 0, 0}}, {"rt_torch_torchtensor_le", {1, 1, 0, 0}},
        {"rt_torch_torchtensor_gt", {0, 0, 1, 0}}, {"rt_torch_torchtensor_ge", {0, 1, 1, 0}},
    };
    for (const auto &[name, want] : table) {
        CAPTURE(name);
        const H result = apply(name, {1, 2, 3, not_a_number}, {2, 2, 2, not_a_number});
        CHECK(dtype_of(result) == "bool");
        check_values(result, want);
    }
}

TEST_CASE_FIXTURE(Torch, "comparisons give what LibTorch gives of all kinds of tensors") {
    for (const at::Tensor &x : all_kinds()) {
        for (const auto &[name, direct] : comparisons) {
            check_direct(name, std::tuple(x, x.flip(0)), direct);
            check_direct(name, std::tuple(x, at::full({}, 1, at::kLong)), direct);
        }
    }
}

TEST_CASE_FIXTURE(Torch, "comparisons record nothing for a backward pass") {
    const H x = parameter({1, 2});
    for (const auto &[name, direct] : comparisons) {
        CHECK_FALSE(call<bool>("rt_torch_autograd_requires_grad", call<H>(name, x, x)));
    }
}

TEST_CASE_FIXTURE(Torch, "shapes that do not broadcast are refused by arithmetic and comparisons") {
    const H two = tensor({1, 2});
    const H three = tensor({1, 2, 3});
    for (const std::span<const Binary> group :
         {std::span<const Binary>(arithmetic), std::span<const Binary>(comparisons)}) {
        for (const auto &[name, direct] : group) {
            refused(RT_E_CALLEE, "The size of tensor a (2) must match the size of tensor b (3)", name, two, three);
            refused(RT_E_CALLEE, "must match", name, two, tensor({}, {0}));
        }
    }
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "dtypes that have no such arithmetic are refused") {
    const H flags = to_dtype(tensor({1, 0}), "bool");
    const H complex = to_dtype(tensor({1, 0}), "complex64");
    refused(RT_E_CALLEE, "on a bool tensor is not supported", "rt_torch_torchtensor_neg", flags);
    refused(RT_E_CALLEE, "with two bool tensors is not supported", "rt_torch_torchtensor_sub", flags, flags);
    for (const char *name :
         {"rt_torch_torchtensor_lt", "rt_torch_torchtensor_le", "rt_torch_torchtensor_gt", "rt_torch_torchtensor_ge"}) {
        refused(RT_E_CALLEE, "not implemented for 'ComplexFloat'", name, complex, complex);
    }
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "a number where a tensor is needed is refused, and so is a text where a number is") {
    const H x = tensor({1});
    for (const auto &[name, direct] : arithmetic) {
        expect_error(RT_E_TYPE, "argument 2 (other): expected TorchTensor, got a double", [&] { call(name, x, 1.5); });
    }
    for (const auto &[name, direct] : with_scalar) {
        expect_error(RT_E_TYPE, "expected f64, got a text", [&] { call(name, x, "two"); });
        expect_error(RT_E_TYPE, "expected f64, got none", [&] { call(name, x, nullptr); });
        expect_error(RT_E_ARGUMENT, "is not given", [&] { call(name, x); });
    }
    check_usable();
}

} // namespace torch_test::test_arithmetic
