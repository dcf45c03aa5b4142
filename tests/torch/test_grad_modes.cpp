// Modes of a thread: no_grad, enable_grad and inference mode, nested, per thread, and around callables.
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>

#include <functional>
#include <thread>

#include "autograd_support.hpp"

namespace torch_test::test_grad_modes {

namespace {

void begin(const char *mode) { call("rt_torch_autograd_" + std::string(mode) + "_begin"); }
void end(const char *mode) { call("rt_torch_autograd_" + std::string(mode) + "_end"); }
bool grad_enabled() { return call<bool>("rt_torch_autograd_is_grad_enabled"); }
bool inference_enabled() { return call<bool>("rt_torch_autograd_is_inference_mode_enabled"); }
bool is_inference(const H &x) { return call<bool>("rt_torch_autograd_is_inference", x); }
bool recorded() { return requires_grad(mul(parameter({1}), 2)); }

H hook_that(const std::function<void()> &body) {
    return rt::make_callable("fn(grad: TorchTensor) -> TorchTensor?", [body](std::span<const rt_value>) { body(); });
}

} // namespace

TEST_CASE_FIXTURE(Torch, "enable_grad records inside no_grad, and each end puts back what its begin found") {
    begin("no_grad");
    begin("enable_grad");
    CHECK(recorded());
    CHECK(grad_enabled());
    begin("no_grad");
    CHECK_FALSE(recorded());
    end("no_grad");
    CHECK(recorded());
    end("enable_grad");
    CHECK_FALSE(recorded());
    CHECK_FALSE(grad_enabled());
    end("no_grad");
    CHECK(recorded());
}

TEST_CASE_FIXTURE(Torch,
                  "what is made in inference mode is LibTorch's inference tensor, and takes no part in gradients") {
    const H w = parameter({2}, {});
    begin("inference_mode");
    CHECK(inference_enabled());
    CHECK(c10::InferenceMode::is_enabled());
    CHECK_FALSE(grad_enabled());
    const H x = mul(w, 3);
    end("inference_mode");
    CHECK_FALSE(c10::InferenceMode::is_enabled());
    CHECK(is_inference(x));
    CHECK_FALSE(is_inference(w));
    CHECK_FALSE(requires_grad(x));
    check_values(x, {6});
    expect_error(RT_E_CALLEE, "nference tensors cannot be saved for backward", [&] { mul(w, x); });
    CHECK(recorded());
}

TEST_CASE_FIXTURE(Torch, "inference mode can be left inside itself, and begun inside other modes") {
    begin("inference_mode");
    call("rt_torch_autograd_inference_mode_begin", false);
    CHECK_FALSE(inference_enabled());
    CHECK(recorded());
    CHECK_FALSE(is_inference(tensor({1})));
    end("inference_mode");
    CHECK(inference_enabled());
    end("inference_mode");

    begin("no_grad");
    begin("inference_mode");
    end("inference_mode");
    CHECK_FALSE(grad_enabled());
    CHECK_FALSE(is_inference(tensor({1})));
    end("no_grad");
    CHECK(recorded());
}

TEST_CASE_FIXTURE(Torch, "an autocast that is begun in inference mode outlives it") {
    begin("inference_mode");
    call("rt_torch_autocast_begin", "cpu", "bfloat16");
    end("inference_mode");
    const H x = tensor({1, 2, 3, 4}, {2, 2});
    CHECK(dtype_of(call<H>("rt_torch_torchtensor_matmul", x, x)) == "bfloat16");
    call("rt_torch_autocast_end");
    CHECK(dtype_of(call<H>("rt_torch_torchtensor_matmul", x, x)) == "float32");
}

TEST_CASE_FIXTURE(Torch, "modes hold on the thread that began them alone") {
    begin("inference_mode");
    bool there = false;
    std::thread([&] {
        there = recorded() && !inference_enabled();
        begin("inference_mode"); // ends with the thread
    }).join();
    CHECK(there);
    CHECK(inference_enabled());
    end("inference_mode");
    std::thread([&] { there = recorded() && !inference_enabled() && grad_enabled(); }).join();
    CHECK(there);
}

TEST_CASE_FIXTURE(Torch, "a mode nested a hundred deep ends where it began") {
    for (int i = 0; i < 100; i++) {
        begin(i % 3 == 0 ? "no_grad" : i % 3 == 1 ? "enable_grad" : "inference_mode");
    }
    for (int i = 99; i >= 0; i--) {
        end(i % 3 == 0 ? "no_grad" : i % 3 == 1 ? "enable_grad" : "inference_mode");
    }
    CHECK(recorded());
    CHECK_FALSE(inference_enabled());
}

TEST_CASE_FIXTURE(Torch, "an end of another mode than the last is an error that says which, and ends nothing") {
    begin("no_grad");
    begin("enable_grad");
    expect_error(RT_E_ARGUMENT, "began last is that of rt_torch_autograd_enable_grad_begin", [] { end("no_grad"); });
    CHECK(grad_enabled());
    end("enable_grad");
    end("no_grad");
    for (const char *mode : {"no_grad", "enable_grad", "inference_mode"}) {
        expect_error(RT_E_ARGUMENT,
                     "there is no rt_torch_autograd_" + std::string(mode) + "_begin on this thread for it to end",
                     [&] { end(mode); });
    }
}

TEST_CASE_FIXTURE(Torch, "what a callable begins ends with it, also where it fails") {
    for (const bool fails : {false, true}) {
        CAPTURE(fails);
        const H x = parameter({1}, {});
        call<std::int64_t>("rt_torch_autograd_register_hook", x, hook_that([fails] {
                               begin("no_grad");
                               begin("inference_mode");
                               if (fails) {
                                   throw rt::Error(RT_E_BUSY, "left in the middle");
                               }
                           }));
        const H y = mul(x, 3);
        if (fails) {
            expect_error(RT_E_BUSY, "left in the middle", [&] { backward(y); });
        } else {
            backward(y);
        }
        CHECK(recorded());
        CHECK_FALSE(inference_enabled());
        expect_error(RT_E_ARGUMENT, "there is no rt_torch_autograd_no_grad_begin on this thread",
                     [] { end("no_grad"); });
    }
}

TEST_CASE_FIXTURE(Torch, "what a closure of an optimiser's begins ends with it") {
    const H x = parameter({3}, {});
    const std::int64_t parameters[] = {x.get()};
    const H sgd = call<H>("rt_torch_optim_sgd", std::span<const std::int64_t>(parameters), 0.1);
    const H closure = rt::make_callable("fn() -> TorchTensor", [&](std::span<const rt_value>) {
        H loss = mul(x, x);
        backward(loss);
        begin("inference_mode");
        return loss;
    });
    check_values(call<H>("rt_torch_optim_step_closure", sgd, closure), {9});
    CHECK_FALSE(inference_enabled());
    check_values(x, {3 - 0.1 * 6});
}

TEST_CASE_FIXTURE(Torch, "a callable cannot end what was begun before it") {
    const H x = parameter({1}, {});
    call<std::int64_t>("rt_torch_autograd_register_hook", x, hook_that([] { end("no_grad"); }));
    const H y = mul(x, 3);
    begin("no_grad");
    expect_error(RT_E_ARGUMENT, "there is no rt_torch_autograd_no_grad_begin in this callable", [&] { backward(y); });
    CHECK_FALSE(recorded());
    end("no_grad");
    CHECK(recorded());
}

} // namespace torch_test::test_grad_modes
