// Gradients, NoGrad and hooks.
#include <thread>

#include "support.hpp"

TEST_CASE("backward gives the gradient of sum(x^3)") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({1.0, 2.0, 3.0}).requires_grad_();
    CHECK(x.requires_grad());
    CHECK(x.is_leaf());
    CHECK_FALSE(x.grad().defined());
    const torch::Tensor y = x.pow(3).sum();
    CHECK_FALSE(y.is_leaf());
    y.backward();
    CHECK(holds(x.grad(), {3, 12, 27}));
    x.pow(3).mean().backward(); // adds to it
    CHECK(holds(x.grad(), {4, 16, 36}));
    x.zero_grad();
    CHECK(holds(x.grad(), {0, 0, 0}));
    CHECK_FALSE((x * 2).detach().requires_grad());
    x.set_requires_grad(false);
    CHECK_FALSE(x.requires_grad());
}

TEST_CASE("gradients flow through operators with numbers on either side") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({2.0}).requires_grad_();
    ((1 - x) * 3 / 2 + 4 / x - x * 2).sum().backward(); // -1.5 - 4 / x^2 - 2
    CHECK(holds(x.grad(), {-4.5}));
}

TEST_CASE("NoGrad nests, and ends with its scope") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({2}).requires_grad_();
    {
        const torch::NoGrad outer;
        {
            const torch::NoGradGuard inner;
            CHECK_FALSE((x * 2).requires_grad());
        }
        CHECK_FALSE((x * 2).requires_grad());
    }
    CHECK((x * 2).requires_grad());
}

TEST_CASE("NoGrad is one thread's own") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({2}).requires_grad_();
    const torch::NoGrad here;
    bool there = false;
    std::jthread([&] { there = (x * 2).requires_grad(); }).join();
    CHECK(there);
    CHECK_FALSE((x * 2).requires_grad());
}

TEST_CASE("a hook sees the gradient, and may change it") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({1.0, 2.0}).requires_grad_();
    std::vector<double> seen;
    x.register_hook([&](const torch::Tensor &grad) { seen = grad.to_vector<double>(); });
    const std::int64_t twice = x.register_hook([](const torch::Tensor &grad) { return grad * 2; });
    (x * 3).sum().backward();
    CHECK(seen == std::vector<double>{3, 3});
    CHECK(holds(x.grad(), {6, 6}));
    x.remove_hook(twice);
    x.zero_grad();
    (x * 3).sum().backward();
    CHECK(holds(x.grad(), {3, 3}));
}

TEST_CASE("what a hook throws comes out of backward") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({1.0}).requires_grad_();
    x.register_hook([](const torch::Tensor &) { throw std::runtime_error("the hook does not like it"); });
    CHECK(contains(error_of([&] { (x * 3).sum().backward(); }).what(), "the hook does not like it"));
}

TEST_CASE("backward where it is not possible is LibTorch's error") {
    const NoLeak no_leak;
    CHECK(contains(error_of([] { torch::ones({1}).backward(); }).what(), "does not require grad"));
    CHECK(contains(error_of([] { torch::ones({2}).requires_grad_().pow(2).backward(); }).what(), "scalar"));
}

TEST_CASE("Tensor::backward takes the tensor's own gradient, and inputs") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({1.0, 2.0}).requires_grad_();
    const torch::Tensor w = torch::tensor({3.0, 4.0}).requires_grad_();
    const torch::Tensor y = x * w;
    y.backward(torch::tensor({1.0, 10.0}), true);
    CHECK(holds(x.grad(), {3, 40}));
    CHECK(holds(w.grad(), {1, 20}));
    y.backward(torch::tensor({1.0, 1.0}), std::nullopt, false, std::span(&w, 1));
    CHECK(holds(x.grad(), {3, 40}));
    CHECK(holds(w.grad(), {2, 22}));
    (x * w).sum().backward({}); // undefined: 1
    CHECK(holds(x.grad(), {6, 44}));
}

TEST_CASE("autograd::grad differentiates twice, and gives an undefined Tensor for what was not used") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({1.0, 2.0}).requires_grad_();
    const torch::Tensor other = torch::tensor({1.0}).requires_grad_();
    const torch::Tensor first = torch::autograd::grad({x.pow(3).sum()}, {x}, {}, std::nullopt, true)[0];
    CHECK(holds(first, {3, 12}));
    CHECK(holds(torch::autograd::grad({first.sum()}, {x})[0], {6, 12}));
    const auto both = torch::autograd::grad({x * 2}, {x, other}, {torch::tensor({1.0, 5.0})}, false, false, true);
    CHECK(holds(both[0], {2, 10}));
    CHECK_FALSE(both[1].defined());
    CHECK(contains(error_of([&] { torch::autograd::grad({x.sum()}, {x, other}); }).what(), "inputs[1] was not used"));
    torch::autograd::backward({x * 3, x.sum()}, {torch::tensor({1.0, 2.0}), {}});
    CHECK(holds(x.grad(), {4, 7}));
}

TEST_CASE("AutoGradMode and InferenceMode hold in their scope") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({2}).requires_grad_();
    {
        const torch::NoGradGuard off;
        {
            const torch::AutoGradMode on(true);
            CHECK((x * 2).requires_grad());
            const torch::AutoGradMode off_again(false);
            CHECK_FALSE(torch::is_grad_enabled());
        }
        CHECK_FALSE(torch::is_grad_enabled());
        const torch::enable_grad enabled;
        CHECK(torch::is_grad_enabled());
    }
    torch::Tensor made;
    {
        const torch::InferenceMode guard;
        CHECK(torch::is_inference_mode_enabled());
        made = x * 2;
        const torch::InferenceMode outside(false);
        CHECK((x * 2).requires_grad());
    }
    CHECK(made.is_inference());
    CHECK_FALSE(torch::is_inference_mode_enabled());
    CHECK(torch::is_grad_enabled());
}

TEST_CASE("DetectAnomalyGuard finds a NaN while it lives") {
    const NoLeak no_leak;
    rt_log_set([](void *, std::int32_t, const char *, const char *) {}, nullptr);
    const torch::Tensor x = torch::tensor({1.0}).requires_grad_();
    const auto bad = [&] { return ((x * 0).sqrt() * 0).sum(); };
    {
        const torch::autograd::DetectAnomalyGuard guard;
        CHECK(contains(error_of([&] { bad().backward(); }).what(), "returned nan values"));
    }
    CHECK_FALSE(torch::autograd::is_anomaly_enabled());
    bad().backward();
    rt_log_set(nullptr, nullptr);
}
