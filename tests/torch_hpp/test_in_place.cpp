// What writes into a tensor that is there already.
#include "support.hpp"

TEST_CASE("compound assignment is in place, as in torch") {
    const NoLeak no_leak;
    torch::Tensor a = torch::tensor({1.0, 2.0});
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): the same tensor by another name.
    const torch::Tensor other_copy = a;
    a += 1;
    CHECK(holds(other_copy, {2, 3}));
    a *= torch::tensor({2.0, 3.0});
    CHECK(holds(other_copy, {4, 9}));
    a -= 1.0;
    CHECK(holds(other_copy, {3, 8}));
    a /= 4;
    CHECK(holds(other_copy, {0.75, 2}));
    CHECK(a.handle() == other_copy.handle());
    a -= torch::tensor({1.0, 1.0});
    a += torch::tensor(0.5);
    a /= torch::tensor({2.0, 3.0});
    CHECK(holds(other_copy, {0.125, 0.5}));
}

TEST_CASE("a view is written through") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::zeros({2, 3});
    a[0] += 1;
    a.select(1, 2).mul_(5).sub_(1);
    a.t()[1] -= torch::tensor({1.0, 2.0});
    CHECK(holds(a, {1, 0, 4, 0, -2, -1}));
    a.narrow(1, 1, 2).zero_();
    CHECK(holds(a, {1, 0, 0, 0, 0, 0}));
}

TEST_CASE("add_, sub_, mul_, div_, zero_, fill_ and copy_ give the tensor itself") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::ones({2});
    CHECK(a.add_(1).sub_(0.5).mul_(a).div_(2).handle() == a.handle());
    CHECK(holds(a, {1.125, 1.125}));
    CHECK(holds(a.fill_(7), {7, 7}));
    CHECK(holds(a.copy_(torch::tensor({1, 2})), {1, 2})); // of another dtype
    CHECK(a.dtype() == torch::float32);
    CHECK(holds(a.zero_(), {0, 0}));
}

TEST_CASE("whole numbers are changed by whole numbers, exactly, and hold no fractions") {
    const NoLeak no_leak;
    const torch::Tensor n = torch::tensor({1, 2});
    n += 1;
    n *= 3;
    n -= torch::tensor({1, 1});
    CHECK(holds(n, {5, 8}));
    const std::int64_t large = (std::int64_t{1} << 53) + 1; // no double holds it
    n.fill_(large);
    CHECK(n.to_vector<std::int64_t>() == std::vector{large, large});
    n -= large;
    CHECK(holds(n, {0, 0}));
    CHECK(contains(error_of([&] { n += 0.5; }).what(), "can't be cast"));
    CHECK(contains(error_of([&] { n /= 2; }).what(), "can't be cast"));
    CHECK(holds(n, {0, 0}));
}

TEST_CASE("the other operand must broadcast to the tensor") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::zeros({2});
    const rt::Error error = error_of([&] { a += torch::ones({2, 2}); });
    CHECK(error.code() == RT_E_CALLEE);
    CHECK(contains(error.what(), "broadcast"));
    CHECK(std::string_view(error.function()) == "rt_torch_torchtensor_add_");
    CHECK(holds(a, {0, 0}));
}

TEST_CASE("the step of gradient descent, written by hand, changes the module's parameters") {
    const NoLeak no_leak;
    const torch::nn::Linear line(1, 1);
    const torch::Tensor x = torch::tensor({{1.0}, {2.0}});
    torch::Tensor w = line.parameter("weight"), b = line.parameter("bias");
    {
        const torch::NoGrad without_gradients;
        w.fill_(1);
        b.zero_();
    }
    torch::nn::MSELoss()(line(x), 3 * x).backward(); // 1/2 ((w - 3)^2 + (2 w - 6)^2): -10 for w, and -6 for b
    {
        const torch::NoGrad without_gradients;
        for (torch::Tensor &parameter : line.parameters()) {
            parameter -= 0.1 * parameter.grad();
        }
    }
    CHECK(holds(line.parameter("weight"), {2}));
    CHECK(holds(line.parameter("bias"), {0.6}));
    CHECK(w.requires_grad());
    CHECK(w.is_leaf());
    CHECK(holds(line(x), {2.6, 4.6}));
}

TEST_CASE("a leaf that requires gradients is not written to while they are recorded") {
    const NoLeak no_leak;
    const torch::Tensor w = torch::tensor({1.0, 2.0}).requires_grad_();
    for (const rt::Error &error : {error_of([&] { w += 1; }), error_of([&] { w *= w; }), error_of([&] { w.zero_(); }),
                                   error_of([&] { w.fill_(2); }), error_of([&] { w.copy_(torch::zeros({2})); })}) {
        CHECK(error.code() == RT_E_CALLEE);
        CHECK(contains(error.what(), "a leaf Variable that requires grad"));
    }
    CHECK(holds(w, {1, 2}));
    (w * w).sum().backward();
    CHECK(holds(w.grad(), {2, 4}));
}

TEST_CASE("gradients flow through what was written in place") {
    const NoLeak no_leak;
    const torch::Tensor w = torch::tensor({1.0, 2.0}).requires_grad_();
    torch::Tensor sum = torch::zeros({2});
    sum += w * 3;
    sum *= 2;
    CHECK(sum.requires_grad());
    sum.sum().backward();
    CHECK(holds(w.grad(), {6, 6}));
}
