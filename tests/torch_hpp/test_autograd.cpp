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
