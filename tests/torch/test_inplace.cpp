// What writes into a tensor that is there already, against LibTorch's own methods.
#include "against_libtorch.hpp"

namespace torch_test::test_inplace {

namespace {

constexpr const char *add_ = "rt_torch_torchtensor_add_";
constexpr const char *sub_ = "rt_torch_torchtensor_sub_";
constexpr const char *mul_ = "rt_torch_torchtensor_mul_";
constexpr const char *div_ = "rt_torch_torchtensor_div_";
constexpr const char *zero_ = "rt_torch_torchtensor_zero_";
constexpr const char *fill_ = "rt_torch_torchtensor_fill_";
constexpr const char *copy_ = "rt_torch_torchtensor_copy_";

const struct {
    const char *name;
    void (*direct)(const at::Tensor &, const at::Tensor &);
} with_tensor[] = {
    {add_, [](const at::Tensor &a, const at::Tensor &b) { a.add_(b); }},
    {sub_, [](const at::Tensor &a, const at::Tensor &b) { a.sub_(b); }},
    {mul_, [](const at::Tensor &a, const at::Tensor &b) { a.mul_(b); }},
    {div_, [](const at::Tensor &a, const at::Tensor &b) { a.div_(b); }},
    {copy_, [](const at::Tensor &a, const at::Tensor &b) { a.copy_(b); }},
};

const struct {
    const char *name;
    void (*direct)(const at::Tensor &, double);
} with_number[] = {
    {"rt_torch_torchtensor_add_scalar_", [](const at::Tensor &a, double b) { a.add_(b); }},
    {"rt_torch_torchtensor_sub_scalar_", [](const at::Tensor &a, double b) { a.sub_(b); }},
    {"rt_torch_torchtensor_mul_scalar_", [](const at::Tensor &a, double b) { a.mul_(b); }},
    {"rt_torch_torchtensor_div_scalar_", [](const at::Tensor &a, double b) { a.div_(b); }},
    {fill_, [](const at::Tensor &a, double b) { a.fill_(b); }},
};

// The call changes a tensor of those numbers to `want`, through both entries.
template <class... A>
void check_changed(const at::Tensor &from, const at::Tensor &want, const char *name, const A &...rest) {
    CAPTURE(name);
    const H dynamic = from_at(from);
    call(name, dynamic, rest...);
    check_same(dynamic, want);
    const H through_native = from_at(from);
    call_native<void>(name, through_native, rest...);
    check_same(through_native, want);
}

} // namespace

TEST_CASE_FIXTURE(Torch, "add_, sub_, mul_, div_ and copy_ write what LibTorch's own write, with broadcasting") {
    for (const auto &[name, direct] : with_tensor) {
        for (const at::Tensor &from : all_kinds()) {
            for (const at::Tensor &other : {from.flip({0}).mul(2).add(0.5), at_tensor({3}, {})}) {
                const at::Tensor want = from.clone();
                direct(want, other);
                check_changed(from, want, name, from_at(other));
            }
        }
        const at::Tensor row = at_tensor({10, 20, 30});
        const at::Tensor want = matrix().clone();
        direct(want, row);
        check_changed(matrix(), want, name, from_at(row));
    }
    const H x = tensor({1, 2});
    call(sub_, x, tensor({0.5, 4}));
    check_values(x, {0.5, -2});
    call(mul_, x, x);
    check_values(x, {0.25, 4});
}

TEST_CASE_FIXTURE(Torch, "add_scalar_, sub_scalar_, mul_scalar_, div_scalar_ and fill_ take a number") {
    for (const auto &[name, direct] : with_number) {
        for (const at::Tensor &from : all_kinds()) {
            for (const double number : {2.5, -1.0, 0.0, 1e-3, infinity, not_a_number}) {
                const at::Tensor want = from.clone();
                direct(want, number);
                check_changed(from, want, name, number);
            }
        }
    }
    check_changed(matrix(), at::zeros({2, 3}), zero_);
    check_changed(at::ones({2}, at::kLong), at::zeros({2}, at::kLong), zero_);
    check_changed(at::ones({2}, at::kLong), at::full({2}, 2, at::kLong), fill_, 2.9);
    check_changed(at::zeros({2}, at::kBool), at::ones({2}, at::kBool), fill_, 0.5);
}

TEST_CASE_FIXTURE(Torch, "copy_ converts the dtype") {
    for (const auto &[type, name] : dtypes) {
        CAPTURE(name);
        check_changed(at::zeros({3}, type), at_tensor({1, 0, 7}).to(type), copy_, tensor({1, 0, 7}));
        check_changed(at::zeros({3}), at_tensor({1, 0, 1}), copy_, from_at(at_tensor({1, 0, 1}).to(type)));
    }
}

TEST_CASE_FIXTURE(Torch, "a view writes through to what it is a view of, however it lies in memory") {
    const H x = tensor({1, 2, 3, 4, 5, 6}, {2, 3});
    call(add_, call<H>("rt_torch_torchtensor_t", x), tensor({10, 20}));
    check_values(x, {11, 12, 13, 24, 25, 26});
    call(zero_, call<H>("rt_torch_torchtensor_slice", x, 1, 0, 3, 2));
    check_values(x, {0, 12, 0, 0, 25, 0});
    call(copy_, call<H>("rt_torch_autograd_detach", x), tensor({7}));
    check_values(x, {7, 7, 7, 7, 7, 7});
    const H handle_of_its_own = H::share(x.get());
    call(fill_, handle_of_its_own, 1.0);
    check_values(x, {1, 1, 1, 1, 1, 1});
}

TEST_CASE_FIXTURE(Torch, "a leaf that requires gradients is refused outside no_grad, unchanged and usable") {
    const H w = parameter({1, 2});
    constexpr const char *text = "a leaf Variable that requires grad is being used in an in-place operation";
    for (const auto &one : with_tensor) {
        refused<void>(RT_E_CALLEE, text, one.name, w, tensor({1, 1}));
    }
    for (const auto &one : with_number) {
        refused<void>(RT_E_CALLEE, text, one.name, w, 2.0);
    }
    refused<void>(RT_E_CALLEE, text, zero_, w);
    refused<void>(RT_E_CALLEE, "a view of a leaf Variable that requires grad", zero_,
                  call<H>("rt_torch_torchtensor_slice", w, 0, 0, 1, 1));
    check_values(w, {1, 2});
    backward(call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_torchtensor_mul", w, w)));
    check_values(grad(w), {2, 4});
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "under no_grad a step of gradient descent changes the leaf, which stays one") {
    const H w = parameter({1, 2});
    backward(call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_torchtensor_mul", w, w)));
    call("rt_torch_autograd_no_grad_begin");
    call(sub_, w, call<H>("rt_torch_torchtensor_mul_scalar", grad(w), 0.25));
    call("rt_torch_autograd_no_grad_end");
    check_values(w, {0.5, 1});
    CHECK(call<bool>("rt_torch_autograd_is_leaf", w));
    CHECK(call<bool>("rt_torch_autograd_requires_grad", w));
}

TEST_CASE_FIXTURE(Torch, "what is written in place is differentiated") {
    const H w = parameter({1, 2});
    const H sum = tensor({0, 0});
    call(add_, sum, call<H>("rt_torch_torchtensor_mul", w, w));
    call("rt_torch_torchtensor_mul_scalar_", sum, 3.0);
    CHECK_FALSE(call<bool>("rt_torch_autograd_is_leaf", sum));
    backward(call<H>("rt_torch_torchtensor_sum_all", sum));
    check_values(grad(w), {6, 12});
}

TEST_CASE_FIXTURE(Torch, "backward notices that what it needs was overwritten") {
    const H w = parameter({1, 2});
    const H product = call<H>("rt_torch_torchtensor_mul", w, w);
    const H result = call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_torchtensor_mul", product, product));
    call(zero_, product);
    expect_error(RT_E_CALLEE, "has been modified by an inplace operation", [&] { backward(result); });
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "what does not broadcast to the tensor's shape is refused, and nothing is written") {
    const H x = tensor({1, 2, 3, 4}, {2, 2});
    for (const auto &one : with_tensor) {
        CAPTURE(one.name);
        for (const Dims &dims : {Dims{3}, Dims{2, 2, 2}, Dims{0}, Dims{2, 3}}) {
            CAPTURE(dims.size());
            refused<void>(RT_E_CALLEE, "match", one.name, x, call<H>("rt_torch_tensor_zeros", dims));
        }
    }
    refused<void>(RT_E_CALLEE, "doesn't match the broadcast shape [2, 2, 2]", add_, x, from_at(at::zeros({2, 2, 2})));
    refused<void>(RT_E_CALLEE, "must match the size of tensor b (3)", mul_, x, tensor({1, 2, 3}));
    check_values(x, {1, 2, 3, 4});
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "a dtype that cannot hold the result is refused, and nothing is written") {
    const H whole = to_dtype(tensor({1, 2}), "int64");
    const H truth = to_dtype(tensor({1, 0}), "bool");
    for (const char *name : {add_, sub_, mul_, div_}) {
        refused<void>(RT_E_CALLEE, "can't be cast to the desired output type", name, whole, tensor({1, 1}));
    }
    refused<void>(RT_E_CALLEE, "can't be cast to the desired output type", div_, whole, whole);
    refused<void>(RT_E_CALLEE, "can't be cast to the desired output type", add_, truth, whole);
    for (const auto &one : std::span(with_number).first(4)) {
        refused<void>(RT_E_CALLEE, "can't be cast to the desired output type", one.name, whole, 2.0);
    }
    refused<void>(RT_E_CALLEE, "bool tensor", sub_, truth, truth);
    for (const double value : {1e300, -1e300, not_a_number, infinity}) {
        refused<void>(RT_E_CALLEE, "without overflow", fill_, whole, value);
    }
    refused<void>(RT_E_CALLEE, "without overflow", fill_, tensor({1}), 1e300);
    check_values(whole, {1, 2});
    check_values(truth, {1, 0});
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "a tensor that overlaps itself or what it is computed from is refused") {
    const H x = tensor({1, 2, 3});
    const H first = call<H>("rt_torch_torchtensor_slice", x, 0, 0, 2, 1);
    const H last = call<H>("rt_torch_torchtensor_slice", x, 0, 1, 3, 1);
    refused<void>(RT_E_CALLEE, "refer to a single memory location", add_, first, last);
    check_values(x, {1, 2, 3});
    check_usable();
}

} // namespace torch_test::test_inplace
