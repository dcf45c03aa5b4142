// Steps with a closure of the host's: LBFGS beside torch::optim's, what closures may do, and what their failures leave.
#include <torch/optim/lbfgs.h>

#include <stdexcept>
#include <thread>

#include "optimizers.hpp"

namespace torch_test::test_optim_closure {

using torch::optim::LBFGS;
using torch::optim::LBFGSOptions;

namespace {

H step_closure(const H &optimizer, const H &closure) {
    return call<H>("rt_torch_optim_step_closure", optimizer, closure);
}

template <class Body> H closure_of(const Body &body, std::uint64_t flags = 0) {
    return rt::make_callable("fn() -> TorchTensor", [body](std::span<const rt_value>) -> H { return body(); }, flags);
}

// Rosenbrock's valley, (1 - x)^2 + 100 (y - x^2)^2, whose lowest point is (1, 1): with LibTorch and through the registry by
// the same operations, since steps along it magnify what is rounded otherwise.
at::Tensor valley(const at::Tensor &p) {
    const at::Tensor x = p.slice(0, 0, 1, 1).squeeze();
    const at::Tensor y = p.slice(0, 1, 2, 1).squeeze();
    return x.neg().add(1.0).pow(2.0).add(y.sub(x.mul(x)).pow(2.0).mul(100.0));
}
H valley(const H &p) {
    const auto part = [&](std::int64_t i) {
        return call<H>("rt_torch_torchtensor_squeeze", call<H>("rt_torch_torchtensor_slice", p, 0, i, i + 1, 1));
    };
    const H x = part(0);
    const H y = part(1);
    const H left =
        call<H>("rt_torch_torchtensor_pow",
                call<H>("rt_torch_torchtensor_add_scalar", call<H>("rt_torch_torchtensor_neg", x), 1.0), 2.0);
    const H right = call<H>("rt_torch_torchtensor_pow",
                            call<H>("rt_torch_torchtensor_sub", y, call<H>("rt_torch_torchtensor_mul", x, x)), 2.0);
    return call<H>("rt_torch_torchtensor_add", left, call<H>("rt_torch_torchtensor_mul_scalar", right, 100.0));
}

// As many steps of both: the same losses, the same places.
template <class... A> void check_steps(int steps, const LBFGSOptions &direct, const A &...options) {
    const H p = parameter({-1.5, 2});
    const H optimizer = make("lbfgs", p, options...);
    const H closure = closure_of([&] {
        zero_grad(optimizer);
        H loss = valley(p);
        backward(loss);
        return loss;
    });
    at::Tensor leaf = at_tensor({-1.5, 2}).requires_grad_();
    LBFGS other({leaf}, direct);
    for (int i = 0; i < steps; i++) {
        const H loss = step_closure(optimizer, closure);
        const at::Tensor want = other.step([&] {
            leaf.mutable_grad().reset();
            at::Tensor computed = valley(leaf);
            computed.backward();
            return computed;
        });
        CAPTURE(i);
        check_same(loss, want, 0);
        check_same(p, leaf, 0);
    }
}

} // namespace

TEST_CASE_FIXTURE(Torch, "lbfgs steps as torch::optim::LBFGS does") {
    check_steps(50, LBFGSOptions().line_search_fn("strong_wolfe"), arg("strong_wolfe") = true);
    check_steps(50, LBFGSOptions(1e-3).max_iter(4), 1e-3, 4);
    check_steps(50, LBFGSOptions(0.5).max_iter(10).max_eval(7).history_size(3).line_search_fn("strong_wolfe"), 0.5, 10,
                7, arg("history_size") = 3, arg("strong_wolfe") = true);
    check_steps(5, LBFGSOptions(1e-3).tolerance_grad(1e3).tolerance_change(1e-2), 1e-3, arg("tolerance_grad") = 1e3,
                arg("tolerance_change") = 1e-2);
}

TEST_CASE_FIXTURE(Torch, "lbfgs with a line search finds the lowest point of a valley") {
    const H p = parameter({-1.5, 2});
    const H optimizer = make("lbfgs", p, arg("strong_wolfe") = true);
    const H closure = closure_of([&] {
        zero_grad(optimizer);
        H loss = valley(p);
        backward(loss);
        return loss;
    });
    for (int i = 0; i < 5; i++) {
        step_closure(optimizer, closure);
    }
    check_values(p, {1, 1}, 1e-3);
}

TEST_CASE_FIXTURE(Torch, "the other optimisers call the closure once, and give the loss from before the step") {
    for (const char *method : {"sgd", "adam", "adamw", "rmsprop", "adagrad"}) {
        CAPTURE(method);
        const H w = parameter({3});
        const H optimizer = make(method, w, 0.01);
        int calls = 0;
        const H f = closure(optimizer, w, calls);
        check_values(step_closure(optimizer, f), {9});
        CHECK(calls == 1);
        CHECK(read(w).item<double>() < 3);
    }
}

TEST_CASE_FIXTURE(Torch, "lbfgs without a closure is refused, and says what to call") {
    const H w = parameter({1});
    expect_error(RT_E_ARGUMENT, "lbfgs computes the loss several times in a step: call rt_torch_optim_step_closure",
                 [&] { step(make("lbfgs", w)); });
}

TEST_CASE_FIXTURE(Torch, "a closure records gradients, also where the thread records none") {
    const H w = parameter({3});
    const H optimizer = make("sgd", w, 0.25);
    int calls = 0;
    const H f = closure(optimizer, w, calls);
    call("rt_torch_autograd_no_grad_begin");
    step_closure(optimizer, f);
    call("rt_torch_autograd_no_grad_end");
    check_values(w, {1.5});
}

TEST_CASE_FIXTURE(Torch, "a closure's failure is the step's, and the optimiser steps again after it") {
    for (const char *method : {"sgd", "lbfgs"}) {
        const H w = parameter({3});
        const H optimizer = make(method, w, 0.25);
        expect_error(RT_E_BUSY, "rt_torch_optim_step_closure: the data is not there yet", [&] {
            step_closure(optimizer, closure_of([]() -> H { throw rt::Error(RT_E_BUSY, "the data is not there yet"); }));
        });
        expect_error(RT_E_CALLEE, "plainly wrong", [&] {
            step_closure(optimizer, closure_of([]() -> H { throw std::runtime_error("plainly wrong"); }));
        });
        check_values(w, {3});
        int calls = 0;
        step_closure(optimizer, closure(optimizer, w, calls));
        CHECK(read(w).item<double>() < 3);
    }
}

TEST_CASE_FIXTURE(Torch, "a closure that fails in the middle of lbfgs's step leaves an optimiser that goes on") {
    const H p = parameter({-1.5, 2});
    const H optimizer = make("lbfgs", p, arg("strong_wolfe") = true);
    int calls = 0;
    const H f = closure_of([&]() -> H {
        if (++calls == 4) {
            throw std::runtime_error("the fourth time");
        }
        zero_grad(optimizer);
        H loss = valley(p);
        backward(loss);
        return loss;
    });
    expect_error(RT_E_CALLEE, "the fourth time", [&] { step_closure(optimizer, f); });
    for (int i = 0; i < 5; i++) {
        step_closure(optimizer, f);
    }
    check_values(p, {1, 1}, 1e-3);
}

TEST_CASE_FIXTURE(Torch, "what a closure gives must be one real number as a tensor") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.1);
    const auto refused = [&](rt_status status, const char *text, const auto &body) {
        expect_error(status, text, [&] { step_closure(optimizer, closure_of(body)); });
    };
    refused(RT_E_TYPE, "the closure gave none: it must give the loss, a TorchTensor", [] { return H(); });
    refused(RT_E_HANDLE, "the closure gave a handle that is not a live TorchTensor",
            [] { return call<H>("rt_torch_module_relu"); });
    refused(RT_E_ARGUMENT, "the closure gave a tensor of shape [2]: a loss is one number",
            [] { return tensor({1, 2}); });
    refused(RT_E_ARGUMENT, "of shape [0]", [] { return tensor({}, {0}); });
    refused(RT_E_ARGUMENT, "the closure gave a complex tensor", [] { return to_dtype(scalar(1), "complex64"); });
    const H number = rt::make_callable("fn() -> TorchTensor", [](std::span<const rt_value>) { return 1.5; });
    expect_error(RT_E_TYPE, "what it gave is a double, not TorchTensor", [&] { step_closure(optimizer, number); });
    expect_error(RT_E_HANDLE, "argument 2 (closure)", [&] { step_closure(optimizer, w); });
    expect_error(RT_E_HANDLE, "argument 1 (optimizer)", [&] { step_closure(w, number); });
}

TEST_CASE_FIXTURE(Torch, "a closure reads its optimiser and sets learning rates, and takes no step in the step") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.1);
    const H other = parameter({1});
    int refused = 0;
    H nested; // keeps the callable alive that calls itself
    nested = closure_of([&] {
        CHECK(learning_rate(optimizer) == 0.1);
        for (const auto &body :
             {std::function<void()>([&] { step(optimizer); }),
              std::function<void()>([&] { call("rt_torch_optim_save", optimizer, "state"); }),
              std::function<void()>([&] { step_closure(optimizer, nested); }),
              std::function<void()>([&] { call("rt_torch_optim_add_group", optimizer, ids_of(other), 0.1); }),
              std::function<void()>([&] { call("rt_torch_optim_set_group_option", optimizer, 0, "momentum", 0.5); })}) {
            try {
                body();
            } catch (const rt::Error &error) {
                refused += error.code() == RT_E_BUSY && std::string(error.cause()) == "in_closure" ? 1 : 0;
            }
        }
        return square_of(w);
    });
    step_closure(optimizer, nested);
    CHECK(refused == 5);
    step(optimizer);
}

TEST_CASE_FIXTURE(Torch, "a closure of one thread is refused on another, and the optimiser is free afterwards") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.1);
    int calls = 0;
    const H f = closure(optimizer, w, calls);
    rt_status code = RT_OK;
    std::thread([&] {
        try {
            step_closure(optimizer, f);
        } catch (const rt::Error &error) {
            code = error.code();
        }
    }).join();
    CHECK(code == RT_E_UNAVAILABLE);
    CHECK(calls == 0);
    step_closure(optimizer, f);
    check_values(w, {0.8});
}

} // namespace torch_test::test_optim_closure
