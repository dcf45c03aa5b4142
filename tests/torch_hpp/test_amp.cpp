// Mixed precision and clipping: autocast, GradScaler, nn::utils.
#include <limits>
#include <thread>

#include "support.hpp"

TEST_CASE("autocast guards a stretch of code, on this thread") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({2, 2});
    {
        const torch::autocast half;
        CHECK(x.matmul(x).dtype() == torch::bfloat16);
        {
            const torch::amp::autocast off("cpu", torch::bfloat16, false);
            CHECK(x.matmul(x).dtype() == torch::float32);
        }
        std::thread([&] { CHECK(x.matmul(x).dtype() == torch::float32); }).join();
    }
    CHECK(x.matmul(x).dtype() == torch::float32);
    CHECK(contains(error_of([] { torch::autocast("gpu"); }).what(), "device is \"gpu\""));
    CHECK(contains(error_of([] { torch::autocast("cpu", torch::int64); }).what(), "dtype is \"int64\""));
}

TEST_CASE("GradScaler scales, unscales, and leaves out steps with infinite gradients") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({1.0}).requires_grad_();
    const torch::optim::SGD sgd(std::vector{x}, 0.25);
    const torch::amp::GradScaler scaler({.init_scale = 1024});
    scaler.scale((x * x).sum()).backward();
    CHECK(holds(x.grad(), {2048}));
    scaler.unscale_(sgd);
    CHECK(holds(x.grad(), {2}));
    CHECK(scaler.step(sgd));
    CHECK(holds(x, {0.5}));
    scaler.update();

    sgd.zero_grad();
    scaler.scale((x * std::numeric_limits<double>::infinity()).sum()).backward();
    CHECK_FALSE(scaler.step(sgd));
    scaler.update();
    CHECK(holds(x, {0.5}));
    CHECK(scaler.get_scale() == 512);

    const torch::cuda::amp::GradScaler other;
    other.load_state_dict(scaler.state_dict());
    CHECK(other.get_scale() == 512);
}

TEST_CASE("clip_grad_norm_ and clip_grad_value_ bound gradients") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({3.0, 4.0}).requires_grad_();
    (x * x).sum().backward();
    CHECK(torch::nn::utils::clip_grad_norm_(std::vector{x}, 5) == 10);
    CHECK(holds(x.grad(), {3, 4}));
    torch::nn::utils::clip_grad_value_(x, 3.5);
    CHECK(holds(x.grad(), {3, 3.5}));
    CHECK(torch::nn::utils::clip_grad_norm_(x, 100, std::numeric_limits<double>::infinity()) == 3.5);
}
