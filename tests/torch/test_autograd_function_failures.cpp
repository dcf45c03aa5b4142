// Functions of the user's whose callables fail, or give what they must not.
#include "autograd_function_support.hpp"

namespace torch_test::test_autograd_function_failures {

TEST_CASE_FIXTURE(Torch, "forward runs without a record, and a failure leaves the thread's modes as they were") {
    const H x = parameter({1}, {});
    const auto grad_enabled = [] { return call<bool>("rt_torch_autograd_is_grad_enabled"); };
    bool inside = true;
    expect_error(RT_E_BUSY, "rt_torch_autograd_apply: forward has had enough", [&] {
        apply(
            list(x),
            [&](std::int64_t, const Handles &) -> Handles {
                inside = grad_enabled();
                call("rt_torch_autograd_inference_mode_begin");
                throw rt::Error(RT_E_BUSY, "forward has had enough");
            },
            same);
    });
    CHECK_FALSE(inside);
    CHECK(grad_enabled());
    CHECK_FALSE(call<bool>("rt_torch_autograd_is_inference_mode_enabled"));
}

TEST_CASE_FIXTURE(Torch, "an error in the backward callable is the backward pass's, with its status and message") {
    const H x = parameter({1}, {});
    bool fails = true;
    const H y = with_backward(x, [&](std::int64_t, const Handles &g) -> Handles {
        if (fails) {
            throw rt::Error(RT_E_BUSY, "no gradient today");
        }
        return list(g[0]);
    });
    const auto grad_enabled = [] { return call<bool>("rt_torch_autograd_is_grad_enabled"); };
    expect_error(RT_E_BUSY, "rt_torch_autograd_backward: no gradient today", [&] { backward(y); });
    expect_error(RT_E_BUSY, "rt_torch_autograd_gradients: no gradient today", [&] { gradients(list(y), list(x)); });
    CHECK(grad_enabled());
    CHECK_FALSE(grad(x));
    fails = false;
    backward(y); // the record is as it was
    check_values(grad(x), {1});
}

TEST_CASE_FIXTURE(Torch, "backward that gives what is no gradient for its input is an error that says which") {
    const H x = parameter({1, 2});
    const auto refused = [&](rt_status status, const char *text, const Body &body) {
        CAPTURE(text);
        expect_error(status, text, [&] { backward(sum(with_backward(x, body))); });
        CHECK_FALSE(grad(x));
    };
    refused(RT_E_ARGUMENT, "gave 2 gradients, and the function has 1 inputs",
            [](std::int64_t, const Handles &g) { return list(g[0], g[0]); });
    refused(RT_E_ARGUMENT, "gave 0 gradients", [](std::int64_t, const Handles &) { return Handles(); });
    refused(RT_E_ARGUMENT, "a gradient of shape [3] for inputs[0], which is of shape [2]",
            [](std::int64_t, const Handles &) { return list(tensor({1, 2, 3})); });
    refused(RT_E_ARGUMENT, "gave whole numbers for inputs[0]",
            [](std::int64_t, const Handles &g) { return list(to_dtype(g[0], "int64")); });
    refused(RT_E_HANDLE, "the backward callable gave a handle that is not a live TorchTensor",
            [](std::int64_t, const Handles &) { return list(call<H>("rt_torch_module_relu")); });
}

TEST_CASE_FIXTURE(Torch, "a freed handle in what a callable gives is an error") {
    static std::int64_t freed = 0;
    freed = freed_handle();
    const rt_dynamic_entry entry = [](const rt_function *, const rt_value *, std::size_t, rt_value *result) {
        *result = rt_handle_array(&freed, 1);
        return rt_status{RT_OK};
    };
    const H bad_forward(rt_callable(forward_type, entry, nullptr, nullptr, 0));
    const H bad_backward(rt_callable(backward_type, entry, nullptr, nullptr, 0));
    const H x = parameter({1}, {});
    expect_error(RT_E_HANDLE, "the forward callable gave a handle that is not a live TorchTensor",
                 [&] { apply(list(x), bad_forward, bad_backward); });
    const Handles y = apply(list(x), callable(forward_type, same), bad_backward);
    expect_error(RT_E_HANDLE, "the backward callable gave a handle that is not a live TorchTensor",
                 [&] { backward(y[0]); });
}

TEST_CASE_FIXTURE(Torch, "forward must give tensors") {
    const H x = parameter({1}, {});
    const H ignored = callable(backward_type, same);
    const auto refused = [&](rt_status status, const char *text, const H &forward) {
        expect_error(status, text, [&] { apply(list(x), forward, ignored); });
    };
    refused(RT_E_TYPE, "the forward callable gave no tensor",
            callable(forward_type, [](std::int64_t, const Handles &) { return Handles(); }));
    refused(RT_E_TYPE, "the forward callable gave none for output 1",
            callable(forward_type, [](std::int64_t, const Handles &i) { return list(i[0], H()); }));
    refused(RT_E_TYPE, "what it gave is a double, not [TorchTensor]",
            rt::make_callable(forward_type, [](std::span<const rt_value>) { return 1.5; }));
    expect_error(RT_E_ARGUMENT, "inputs is empty", [&] { apply({}, callable(forward_type, same), ignored); });
    expect_error(RT_E_HANDLE, "argument 2 (forward)", [&] { apply(list(x), x, ignored); });
    expect_error(RT_E_HANDLE, "argument 3 (backward)", [&] { apply(list(x), ignored, H()); });
}

TEST_CASE_FIXTURE(Torch, "a context serves the callable that it was given to, and nothing after it") {
    const H x = parameter({1}, {});
    H kept;
    const Handles y = apply(
        list(x),
        [&](std::int64_t context, const Handles &inputs) {
            kept = H::share(context);
            expect_error(RT_E_ARGUMENT, "this is for the backward callable", [&] { saved(context); });
            return list(mul(inputs[0], 2));
        },
        [](std::int64_t context, const Handles &gradients) {
            expect_error(RT_E_ARGUMENT, "this is for the forward callable", [&] { save(context, gradients); });
            return list(gradients[0]);
        });
    expect_error(RT_E_ARGUMENT, "the context is of a call that is over", [&] { save(kept.get(), list(x)); });
    expect_error(RT_E_ARGUMENT, "the context is of a call that is over", [&] { saved(kept.get()); });
    expect_error(RT_E_ARGUMENT, "the context is of a call that is over",
                 [&] { call<bool>("rt_torch_autograd_context_needs_input_grad", kept, 0); });
    backward(y[0]);
    expect_error(RT_E_HANDLE, "argument 1 (context)",
                 [&] { call("rt_torch_autograd_context_set_materialize_grads", x, true); });
}

TEST_CASE_FIXTURE(Torch, "a saved tensor that was changed in place since is LibTorch's error") {
    const H x = parameter({2}, {});
    const H y = mul(x, 1);
    const Handles z = my_cube(list(y));
    call("rt_torch_torchtensor_add_scalar_", y, 1.0);
    expect_error(RT_E_CALLEE, "modified by an inplace operation", [&] { backward(z[0]); });
}

} // namespace torch_test::test_autograd_function_failures
