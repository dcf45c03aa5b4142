// Gradients: recording, backward, grad, and no_grad per thread.
#include "support.hpp"

#include <c10/core/GradMode.h>

#include <thread>

namespace torch_test::test_autograd {

namespace {

H mul(const H &a, const H &b) { return call<H>("rt_torch_torchtensor_mul", a, b); }
H mul(const H &a, double b) { return call<H>("rt_torch_torchtensor_mul_scalar", a, b); }

// The sum of the elements, as a tensor that can be differentiated.
H sum(const H &x) { return call<H>("rt_torch_torchtensor_sum_dim", x, 0, false); }

bool requires_grad(const H &x) { return call<bool>("rt_torch_autograd_requires_grad", x); }
bool is_leaf(const H &x) { return call<bool>("rt_torch_autograd_is_leaf", x); }
bool recorded() { return requires_grad(mul(parameter({1}), 2)); }

void no_grad_begin() { call("rt_torch_autograd_no_grad_begin"); }
void no_grad_end() { call("rt_torch_autograd_no_grad_end"); }

} // namespace

TEST_CASE_FIXTURE(Torch, "set_requires_grad turns the recording of operations on a tensor on and off") {
    const H x = tensor({1, 2});
    CHECK_FALSE(requires_grad(x));
    CHECK_FALSE(requires_grad(mul(x, x)));
    call("rt_torch_autograd_set_requires_grad", x, true);
    CHECK(requires_grad(x));
    CHECK(requires_grad(mul(x, x)));
    call("rt_torch_autograd_set_requires_grad", x, false);
    CHECK_FALSE(requires_grad(mul(x, x)));
}

TEST_CASE_FIXTURE(Torch, "only floating and complex tensors can require gradients, and only leaves stop to") {
    for (const char *dtype : {"int64", "bool", "uint8"}) {
        CAPTURE(dtype);
        const H x = to_dtype(tensor({1}), dtype);
        expect_error(RT_E_CALLEE, "nly Tensors of floating point",
                     [&] { call("rt_torch_autograd_set_requires_grad", x, true); });
    }
    call("rt_torch_autograd_set_requires_grad", to_dtype(tensor({1}), "complex64"), true);
    const H computed = mul(parameter({1}), 2);
    expect_error(RT_E_CALLEE, "you can only change requires_grad flags of leaf variables",
                 [&] { call("rt_torch_autograd_set_requires_grad", computed, false); });
}

TEST_CASE_FIXTURE(Torch, "a tensor made by the user is a leaf, a computed one is not") {
    const H x = parameter({1});
    CHECK(is_leaf(x));
    CHECK_FALSE(is_leaf(mul(x, 2)));
    CHECK(is_leaf(mul(tensor({1}), 2)));
}

TEST_CASE_FIXTURE(Torch, "grad of a tensor without a gradient is none: 0, and no error") {
    const H x = parameter({1});
    for (const H *tensor_without : {&x}) {
        rt_value result{};
        const rt_value argument = rt_handle(tensor_without->get());
        CHECK(rt_call(rt_lookup("rt_torch_autograd_grad"), &argument, 1, &result) == RT_OK);
        CHECK((result.type == RT_NONE || (result.type == RT_HANDLE && result.payload.integer == 0)));
    }
    const auto entry = native<std::int64_t(std::int64_t)>("rt_torch_autograd_grad");
    *rt_error_location() = RT_OK;
    CHECK(entry(x.get()) == 0);
    CHECK(*rt_error_location() == RT_OK);
    CHECK_FALSE(grad(tensor({1})));
}

TEST_CASE_FIXTURE(Torch, "backward leaves the gradient with each leaf, and adds to what is there") {
    const H x = parameter({1, 2, 3});
    const H y = parameter({4, 5, 6});
    backward(sum(mul(mul(x, x), y)));
    check_values(grad(x), {8, 20, 36}); // 2 x y
    check_values(grad(y), {1, 4, 9});   // x^2
    backward(sum(x));
    check_values(grad(x), {9, 21, 37});
}

TEST_CASE_FIXTURE(Torch, "backward's gradient is LibTorch's own") {
    at::Tensor direct = at_tensor({0.5, -1, 2, 3}, {2, 2}).requires_grad_();
    const H x = parameter({0.5, -1, 2, 3}, {2, 2});
    at::tanh(direct.matmul(direct)).square().mean().backward();
    const H y = call<H>("rt_torch_torchtensor_tanh", call<H>("rt_torch_torchtensor_matmul", x, x));
    backward(call<H>("rt_torch_loss_mse", y, tensor({0, 0, 0, 0}, {2, 2})));
    check_same(grad(x), direct.grad());
}

TEST_CASE_FIXTURE(Torch, "backward of more than one number, of nothing recorded, or twice is an error") {
    const H x = parameter({1, 2});
    expect_error(RT_E_CALLEE, "grad can be implicitly created only for scalar outputs", [&] { backward(mul(x, x)); });
    expect_error(RT_E_ARGUMENT, "the tensor does not require gradients: call rt_torch_autograd_set_requires_grad",
                 [&] { backward(scalar(1)); });
    const H y = sum(mul(x, x));
    backward(y);
    expect_error(RT_E_CALLEE, "Trying to backward through the graph a second time", [&] { backward(y); });
    check_values(grad(x), {2, 4});
}

TEST_CASE_FIXTURE(Torch, "a gradient is the leaf's own: zero_grad zeroes it in place, under every handle to it") {
    const H x = parameter({1, 2});
    backward(sum(mul(x, x)));
    const H gradient = grad(x);
    call("rt_torch_autograd_zero_grad", x);
    check_values(gradient, {0, 0});
    check_values(grad(x), {0, 0});
}

TEST_CASE_FIXTURE(Torch, "zero_grad does nothing where there is no gradient") {
    const H x = parameter({1});
    call("rt_torch_autograd_zero_grad", x);
    CHECK_FALSE(grad(x));
    call("rt_torch_autograd_zero_grad", tensor({1}));
}

TEST_CASE_FIXTURE(Torch, "a detached tensor has the same memory and no history") {
    const H x = parameter({1, 2});
    const H y = mul(x, 3);
    const H detached = call<H>("rt_torch_autograd_detach", y);
    check_values(detached, {3, 6});
    CHECK_FALSE(requires_grad(detached));
    CHECK(is_leaf(detached));
    backward(sum(mul(y, detached)));
    check_values(grad(x), {9, 18}); // 3 detached

    // The gradient's memory, seen through a detached handle, is zeroed with it.
    const H seen = call<H>("rt_torch_autograd_detach", grad(x));
    call("rt_torch_autograd_zero_grad", x);
    check_values(seen, {0, 0});
}

TEST_CASE_FIXTURE(Torch, "between no_grad_begin and no_grad_end nothing is recorded, and they nest") {
    CHECK(recorded());
    no_grad_begin();
    CHECK_FALSE(recorded());
    no_grad_begin();
    CHECK_FALSE(recorded());
    no_grad_end();
    CHECK_FALSE(recorded());
    no_grad_end();
    CHECK(recorded());
}

TEST_CASE_FIXTURE(Torch, "no_grad holds on the thread that began it alone") {
    no_grad_begin();
    bool elsewhere = false;
    std::thread([&] { elsewhere = recorded(); }).join();
    CHECK(elsewhere);
    CHECK_FALSE(recorded());
    no_grad_end();

    std::thread([] { no_grad_begin(); }).join(); // ends with the thread
    CHECK(recorded());
    std::thread([&] { elsewhere = recorded(); }).join();
    CHECK(elsewhere);
}

TEST_CASE_FIXTURE(Torch, "no_grad_end puts back what the thread's code had set with LibTorch itself") {
    c10::GradMode::set_enabled(false);
    no_grad_begin();
    no_grad_end();
    const bool after = c10::GradMode::is_enabled();
    c10::GradMode::set_enabled(true);
    CHECK_FALSE(after);
}

TEST_CASE_FIXTURE(Torch, "no_grad_end without begin is an error, also for another thread's begin") {
    constexpr const char *message = "there is no rt_torch_autograd_no_grad_begin on this thread for it to end";
    expect_error(RT_E_ARGUMENT, message, [] { no_grad_end(); });
    no_grad_begin();
    std::thread([] { expect_error(RT_E_ARGUMENT, message, [] { no_grad_end(); }); }).join();
    no_grad_end();
    expect_native_error(RT_E_ARGUMENT, message, [] { native<void()>("rt_torch_autograd_no_grad_end")(); });
    CHECK(recorded());
}

TEST_CASE_FIXTURE(Torch, "autograd's functions refuse wrong handles") {
    const H stranger = call<H>("rt_torch_module_relu");
    for (const char *name : {"rt_torch_autograd_requires_grad", "rt_torch_autograd_grad", "rt_torch_autograd_backward",
                             "rt_torch_autograd_zero_grad", "rt_torch_autograd_detach", "rt_torch_autograd_is_leaf"}) {
        refuses_wrong_handles(name, {rt_handle(0)}, 0, stranger.get());
    }
    refuses_wrong_handles("rt_torch_autograd_set_requires_grad", {rt_handle(0), rt_bool(true)}, 0, stranger.get());
    expect_error(RT_E_TYPE, "argument 2 (requires_grad)",
                 [] { call("rt_torch_autograd_set_requires_grad", tensor({1}), "yes"); });
}

} // namespace torch_test::test_autograd
