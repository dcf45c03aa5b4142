// Gradient scaling: by hand, beside the operators that Python's GradScaler is made of, and what wrong orders are told.
#include "against_libtorch.hpp"
#include "optimizers.hpp"

namespace torch_test::test_grad_scaler {

namespace {

template <class... A> H scaler_of(const A &...options) { return call<H>("rt_torch_grad_scaler_create", options...); }
double scale_of(const H &scaler) { return call<double>("rt_torch_grad_scaler_get_scale", scaler); }
Values state_of(const H &scaler) { return call<Values>("rt_torch_grad_scaler_state", scaler); }
void unscale(const H &scaler, const H &optimizer) { call("rt_torch_grad_scaler_unscale", scaler, optimizer); }
bool scaler_step(const H &scaler, const H &optimizer) {
    return call<bool>("rt_torch_grad_scaler_step", scaler, optimizer);
}
void update(const H &scaler) { call("rt_torch_grad_scaler_update", scaler); }

// backward on the scaled square of the parameter.
void scaled_backward(const H &scaler, const H &optimizer, const H &parameter, double factor = 1) {
    zero_grad(optimizer);
    const H loss = call<H>("rt_torch_torchtensor_mul_scalar", square_of(parameter), factor);
    backward(call<H>("rt_torch_grad_scaler_scale", scaler, loss));
}

} // namespace

TEST_CASE_FIXTURE(Torch, "losses are scaled, gradients are unscaled before the step") {
    const H w = parameter({1, -2});
    const H optimizer = make("sgd", w, 0.25);
    const H scaler = scaler_of(1024.0);
    scaled_backward(scaler, optimizer, w);
    check_values(grad(w), {2048, -4096});
    CHECK(scaler_step(scaler, optimizer));
    check_values(grad(w), {2, -4});
    check_values(w, {0.5, -1});
    update(scaler);
    CHECK(scale_of(scaler) == 1024);
}

TEST_CASE_FIXTURE(Torch, "gradients that are unscaled can be clipped, and are not unscaled twice") {
    const H w = parameter({3, 4});
    const H optimizer = make("sgd", w, 1.0);
    const H scaler = scaler_of(1024.0);
    scaled_backward(scaler, optimizer, w);
    unscale(scaler, optimizer);
    check_values(grad(w), {6, 8});
    CHECK(call<double>("rt_torch_clip_grad_norm", ids_of(w), 5.0) == 10);
    CHECK(scaler_step(scaler, optimizer));
    check_values(w, {0, 0}, 1e-4);
}

TEST_CASE_FIXTURE(Torch, "a step with infinite gradients is left out, and the scale becomes smaller") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.25);
    for (const double factor : {infinity, not_a_number}) {
        const H scaler = scaler_of(1024.0, 2.0, 0.25);
        scaled_backward(scaler, optimizer, w, factor);
        CHECK_FALSE(scaler_step(scaler, optimizer));
        check_values(w, {1});
        update(scaler);
        CHECK(scale_of(scaler) == 256);
        scaled_backward(scaler, optimizer, w, 0);
        CHECK(scaler_step(scaler, optimizer));
    }
}

TEST_CASE_FIXTURE(Torch, "the scale grows after growth_interval updates without infinities") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.0);
    const H scaler = scaler_of(8.0, 4.0, 0.5, 3);
    const double wanted[] = {8, 8, 32, 32, 32, 128};
    for (const double scale : wanted) {
        scaled_backward(scaler, optimizer, w);
        scaler_step(scaler, optimizer);
        update(scaler);
        CHECK(scale_of(scaler) == scale);
    }
    // An infinity starts the count anew.
    scaled_backward(scaler, optimizer, w);
    scaler_step(scaler, optimizer);
    update(scaler);
    CHECK(state_of(scaler) == Values{128, 4, 0.5, 3, 1});
    scaled_backward(scaler, optimizer, w, infinity);
    scaler_step(scaler, optimizer);
    update(scaler);
    CHECK(state_of(scaler) == Values{64, 4, 0.5, 3, 0});
}

TEST_CASE_FIXTURE(Torch, "a scale that float32 does not reach is not grown to") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.0);
    const H scaler = scaler_of(3e38, 2.0, 0.5, 1);
    scaled_backward(scaler, optimizer, w, 1e-30);
    scaler_step(scaler, optimizer);
    update(scaler);
    CHECK(scale_of(scaler) == doctest::Approx(3e38));
    CHECK(state_of(scaler)[4] == 0);
}

TEST_CASE_FIXTURE(Torch, "with two optimisers, infinities of one leave out its step alone, and count for the scale") {
    const H a = parameter({1});
    const H b = parameter({1});
    const H first = make("sgd", a, 0.25);
    const H second = make("sgd", b, 0.25);
    const H scaler = scaler_of(1024.0);
    scaled_backward(scaler, first, a, infinity);
    scaled_backward(scaler, second, b);
    CHECK_FALSE(scaler_step(scaler, first));
    CHECK(scaler_step(scaler, second));
    check_values(a, {1});
    check_values(b, {0.5});
    update(scaler);
    CHECK(scale_of(scaler) == 512);
}

TEST_CASE_FIXTURE(Torch, "gradients of several dtypes are unscaled, each in its own") {
    const H a = parameter({1, 2});
    const H b = leaf(at_tensor({3}).to(at::kDouble));
    const H c = leaf(at_tensor({2}).to(at::kBFloat16));
    const H optimizer = call<H>("rt_torch_optim_sgd", Dims{a.get(), b.get()}, 0.0);
    const H third = call<H>("rt_torch_optim_sgd", Dims{c.get()}, 0.0);
    const H scaler = scaler_of(64.0);
    for (const H *parameter : {&a, &b, &c}) {
        backward(call<H>("rt_torch_grad_scaler_scale", scaler, square_of(*parameter)));
    }
    unscale(scaler, optimizer);
    unscale(scaler, third);
    check_same(grad(a), at_tensor({2, 4}));
    check_same(grad(b), at_tensor({6}).to(at::kDouble));
    check_same(grad(c), at_tensor({4}).to(at::kBFloat16));
}

TEST_CASE_FIXTURE(Torch, "a scaler that is not enabled lets everything pass") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.25);
    const H scaler = scaler_of(arg("enabled") = false);
    CHECK(scale_of(scaler) == 1);
    scaled_backward(scaler, optimizer, w);
    check_values(grad(w), {2});
    unscale(scaler, optimizer);
    CHECK(scaler_step(scaler, optimizer));
    update(scaler);
    check_values(w, {0.5});
}

TEST_CASE_FIXTURE(Torch, "a scaler goes on from the state of another") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.0);
    const H scaler = scaler_of(8.0, 4.0, 0.5, 2);
    scaled_backward(scaler, optimizer, w);
    scaler_step(scaler, optimizer);
    update(scaler);
    const H other = scaler_of();
    CHECK(state_of(other) == Values{65536, 2, 0.5, 2000, 0});
    call("rt_torch_grad_scaler_load_state", other, state_of(scaler));
    CHECK(state_of(other) == Values{8, 4, 0.5, 2, 1});
    for (const Values &wrong : {Values{},
                                {8, 4, 0.5, 2},
                                {0, 4, 0.5, 2, 1},
                                {8, 1, 0.5, 2, 1},
                                {8, 4, 0.5, 0.5, 1},
                                {8, 4, 0.5, 2, -1},
                                {8, 4, not_a_number, 2, 1}}) {
        expect_error(RT_E_ARGUMENT, "", [&] { call("rt_torch_grad_scaler_load_state", other, wrong); });
    }
    CHECK(state_of(other) == Values{8, 4, 0.5, 2, 1});
}

TEST_CASE_FIXTURE(Torch, "calls in the wrong order are refused, and say what is missing") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.25);
    const H scaler = scaler_of(1024.0);
    const auto refused = [](const char *text, const auto &body) { expect_error(RT_E_ARGUMENT, text, body); };
    refused("no gradients were looked at since the last update", [&] { update(scaler); });
    refused("none of the optimiser's parameters has a gradient", [&] { scaler_step(scaler, optimizer); });
    refused("none of the optimiser's parameters has a gradient", [&] { unscale(scaler, optimizer); });
    scaled_backward(scaler, optimizer, w);
    unscale(scaler, optimizer);
    refused("were unscaled already since the last rt_torch_grad_scaler_update", [&] { unscale(scaler, optimizer); });
    check_values(grad(w), {2});
    scaler_step(scaler, optimizer);
    refused("has stepped already: unscale before rt_torch_grad_scaler_step", [&] { unscale(scaler, optimizer); });
    refused("has stepped already since the last rt_torch_grad_scaler_update", [&] { scaler_step(scaler, optimizer); });
    check_values(w, {0.5});
    update(scaler);
    scaled_backward(scaler, optimizer, w);
    CHECK(scaler_step(scaler, optimizer));
    const H lbfgs = make("lbfgs", parameter({1}));
    refused("call rt_torch_optim_step_closure", [&] { scaler_step(scaler, lbfgs); });
}

TEST_CASE_FIXTURE(Torch, "float16 parameters are refused, and their gradients stay as they are") {
    const H a = parameter({1});
    const H b = from_at(at::ones({1}, at::kHalf));
    call("rt_torch_autograd_set_requires_grad", b, true);
    const H scaler = scaler_of(4.0);
    H optimizer;
    try {
        optimizer = call<H>("rt_torch_optim_sgd", Dims{a.get(), b.get()}, 0.1);
    } catch (const rt::Error &) {
        return; // LibTorch 1.13 has no optimiser for them
    }
    backward(call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_torchtensor_mul_scalar", a, 8.0)));
    backward(call<H>("rt_torch_torchtensor_sum_all", b));
    expect_error(RT_E_ARGUMENT, "a parameter is of float16", [&] { unscale(scaler, optimizer); });
    check_values(grad(a), {8});
}

TEST_CASE_FIXTURE(Torch, "scalers' options out of range are refused by name") {
    const auto refused = [](const char *text, const auto &...options) {
        expect_error(RT_E_ARGUMENT, text, [&] { scaler_of(options...); });
    };
    refused("scale is 0: it must be a finite number above 0", 0.0);
    refused("scale is inf", infinity);
    refused("growth_factor is 1: it must be a finite number above 1", 1.0, 1.0);
    refused("backoff_factor is 1: it must be above 0, and less than 1", 1.0, 2.0, 1.0);
    refused("growth_interval is 0", 1.0, 2.0, 0.5, 0);
    const H scaler = scaler_of();
    expect_error(RT_E_ARGUMENT, "this needs floating numbers",
                 [&] { call<H>("rt_torch_grad_scaler_scale", scaler, to_dtype(scalar(1), "int64")); });
    const H w = parameter({1});
    refuses_wrong_handles("rt_torch_grad_scaler_update", {rt_handle(0)}, 0, w.get());
    refuses_wrong_handles("rt_torch_grad_scaler_step", {rt_handle(scaler.get()), rt_handle(0)}, 1, w.get());
    refuses_wrong_handles("rt_torch_grad_scaler_scale", {rt_handle(0), rt_handle(w.get())}, 0, w.get());
}

} // namespace torch_test::test_grad_scaler
