// Full backward hooks of modules: the gradients of inputs and outputs.
#include <thread>

#include "module_callable_support.hpp"

namespace torch_test::test_module_backward_hooks {

namespace {

const Dims row = {1, 2};

// 10 x + 20 y, of two inputs, and x y.
Handles two_outputs(std::int64_t, const Handles &inputs) {
    return list(call<H>("rt_torch_torchtensor_add", mul(inputs[0], 10), mul(inputs[1], 20)), mul(inputs[0], inputs[1]));
}

} // namespace

TEST_CASE_FIXTURE(Torch, "a full backward hook sees the gradients of inputs and outputs") {
    const H module = call<H>("rt_torch_module_linear", 2, 1);
    int runs = 0;
    const H x = parameter({1, 2}, row);
    const at::Tensor weight = read(part("parameter", module.get(), "weight"));
    add_hook("full_backward", module, [&](std::int64_t own, const Handles &inputs, const Handles &outputs) {
        CHECK(names_of("rt_torch_module_named_parameters", H::share(own)) == Names{"weight", "bias"});
        REQUIRE(inputs.size() == 1);
        REQUIRE(outputs.size() == 1);
        check_values(outputs[0], {3});
        check_same(inputs[0], weight * 3);
        runs++;
        return Handles();
    });
    backward(sum(mul(run_module(module, x), 3)));
    CHECK(runs == 1);
    check_same(grad(x), weight * 3);
    check_values(grad(part("parameter", module.get(), "weight")), {3, 6});
    backward(sum(mul(run_all(module, list(x))[0], 3)));
    CHECK(runs == 2);
}

TEST_CASE_FIXTURE(Torch, "what a full backward hook gives takes the place of the inputs' gradients") {
    const H module = call<H>("rt_torch_module_relu");
    for (const double factor : {10.0, 3.0}) {
        add_hook("full_backward", module, [factor](std::int64_t, const Handles &inputs, const Handles &outputs) {
            check_values(outputs[0], {1, 1});
            return list(mul(inputs[0], factor));
        });
    }
    const H x = parameter({-1, 2});
    backward(sum(run_module(module, mul(x, 2))));
    check_values(grad(x), {0, 60});
}

TEST_CASE_FIXTURE(Torch, "of several inputs and outputs each has its gradient, and those that need none have none") {
    const H module = make_callable_module(two_outputs);
    int runs = 0;
    add_hook("full_backward", module, [&](std::int64_t, const Handles &inputs, const Handles &outputs) {
        runs++;
        REQUIRE(inputs.size() == 2);
        REQUIRE(outputs.size() == 2);
        CHECK_FALSE(inputs[1]);
        check_values(inputs[0], {10 + 5 * 7});
        check_values(outputs[0], {1});
        check_values(outputs[1], {7});
        return list(mul(inputs[0], 2), H());
    });
    const H x = parameter({2});
    const Handles y = run_all(module, list(x, tensor({5})));
    backward_with(list(y[0], y[1]), list(tensor({1}), tensor({7})));
    CHECK(runs == 1);
    check_values(grad(x), {90});

    // An output that nothing came of has a gradient of zeros.
    const H other = make_callable_module(two_outputs);
    add_hook("full_backward", other, [&](std::int64_t, const Handles &inputs, const Handles &outputs) {
        runs++;
        check_values(outputs[1], {0});
        check_values(inputs[1], {20});
        return Handles();
    });
    backward(sum(run_all(other, list(parameter({2}), parameter({5})))[0]));
    CHECK(runs == 2);
}

TEST_CASE_FIXTURE(Torch, "where no input requires gradients, a hook sees those of the outputs, and may give none") {
    const H module = call<H>("rt_torch_module_linear", 2, 1);
    int runs = 0;
    add_hook("full_backward", module, [&](std::int64_t, const Handles &inputs, const Handles &outputs) {
        runs++;
        REQUIRE(inputs.size() == 1);
        CHECK_FALSE(inputs[0]);
        check_values(outputs[0], {1});
        return Handles();
    });
    const H x = tensor({1, 2}, row);
    backward(sum(run_module(module, x)));
    CHECK(runs == 1);
    check_values(grad(part("parameter", module.get(), "weight")), {1, 2});

    add_hook("full_backward", module,
             [](std::int64_t, const Handles &, const Handles &) { return list(tensor({1, 1}, row)); });
    const H loss = sum(run_module(module, x));
    expect_error(RT_E_ARGUMENT, "gave gradients, and no input of the module requires any", [&] { backward(loss); });
}

TEST_CASE_FIXTURE(Torch, "without gradients nothing is watched") {
    const H module = call<H>("rt_torch_module_relu");
    add_hook("full_backward", module,
             [](std::int64_t, const Handles &, const Handles &) -> Handles { throw rt::Error(RT_E_BUSY, "called"); });
    CHECK_FALSE(requires_grad(run_module(module, tensor({1}))));
    call("rt_torch_autograd_no_grad_begin");
    CHECK_FALSE(requires_grad(run_module(module, parameter({1}))));
    call("rt_torch_autograd_no_grad_end");
}

TEST_CASE_FIXTURE(Torch, "a pass that is done again calls the hooks again, and gradients can be differentiated") {
    const H module = make_callable_module([](std::int64_t, const Handles &inputs) { return list(cube(inputs[0])); });
    int runs = 0;
    add_hook("full_backward", module, [&](std::int64_t, const Handles &, const Handles &) {
        runs++;
        return Handles();
    });
    const H x = parameter({2});
    const H y = sum(run_module(module, x));
    const H first = std::move(gradients(list(y), list(x), {}, true, true)[0]);
    check_values(first, {12});
    CHECK(runs == 1);
    check_values(gradients(list(first), list(x), {}, true)[0], {12});
    check_values(gradients(list(y), list(x))[0], {12});
    CHECK(runs >= 2);
}

TEST_CASE_FIXTURE(Torch, "a full backward hook's failure is that of the backward pass") {
    const H module = call<H>("rt_torch_module_relu");
    add_hook("full_backward", module,
             [](std::int64_t, const Handles &, const Handles &) -> Handles { throw rt::Error(RT_E_BUSY, "not now"); });
    const H x = parameter({1});
    const H loss = sum(run_module(module, x));
    expect_error(RT_E_BUSY, "not now", [&] { backward(loss); });

    const H other = call<H>("rt_torch_module_relu");
    add_hook("full_backward", other,
             [](std::int64_t, const Handles &, const Handles &) { return list(tensor({1}), tensor({1})); });
    const H second = sum(run_module(other, x));
    expect_error(RT_E_ARGUMENT, "the full backward hook gave 2 tensors, and the module has 1 inputs",
                 [&] { backward(second); });

    const H third = call<H>("rt_torch_module_relu");
    add_hook("full_backward", third,
             [](std::int64_t, const Handles &, const Handles &) { return list(tensor({1, 2, 3})); });
    const H shaped = sum(run_module(third, x));
    expect_error(RT_E_ARGUMENT, "the full backward hook gave [3] for the gradient of input 0, which is [1]",
                 [&] { backward(shaped); });
}

TEST_CASE_FIXTURE(Torch,
                  "a removed hook is not called for runs that come after, and the record of a run keeps its own") {
    const H module = call<H>("rt_torch_module_relu");
    int runs = 0;
    const std::int64_t number = add_hook("full_backward", module, [&](std::int64_t, const Handles &, const Handles &) {
        runs++;
        return Handles();
    });
    const H x = parameter({1});
    const H before = sum(run_module(module, x));
    call("rt_torch_module_remove_hook", module, number);
    backward(sum(run_module(module, x)));
    CHECK(runs == 0);
    backward(before);
    CHECK(runs == 1);
}

TEST_CASE_FIXTURE(Torch, "sequences call the full backward hooks of what is inside, the last first") {
    const H first = call<H>("rt_torch_module_relu");
    const H second = call<H>("rt_torch_module_tanh");
    Names order;
    for (const auto &[module, name] : {std::pair(&first, "first"), std::pair(&second, "second")}) {
        add_hook("full_backward", *module, [&order, name = name](std::int64_t, const Handles &, const Handles &) {
            order.emplace_back(name);
            return Handles();
        });
    }
    const H sequence = sequential_of({first.get(), second.get()});
    backward(sum(run_module(sequence, parameter({1}))));
    CHECK(order == Names{"second", "first"});
}

TEST_CASE_FIXTURE(Torch, "a hook of one thread is refused in a pass on another") {
    const H module = call<H>("rt_torch_module_relu");
    add_hook("full_backward", module, [](std::int64_t, const Handles &, const Handles &) { return Handles(); });
    const H loss = sum(run_module(module, parameter({1})));
    std::thread([&] { expect_error(RT_E_UNAVAILABLE, "thread", [&] { backward(loss); }); }).join();
}

} // namespace torch_test::test_module_backward_hooks
