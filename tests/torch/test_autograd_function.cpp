// Functions of the user's: a forward and a backward callable.
#include <memory>

#include "autograd_function_support.hpp"

namespace torch_test::test_autograd_function {

TEST_CASE_FIXTURE(Torch, "a function gives what forward gives, and backward's gradient flows on") {
    const H x = parameter({1, -2, 3});
    const Handles y = my_cube(list(mul(x, 2)));
    REQUIRE(y.size() == 1);
    CHECK(requires_grad(y[0]));
    CHECK_FALSE(call<bool>("rt_torch_autograd_is_leaf", y[0]));
    check_values(y[0], {8, -64, 216});
    backward(sum(y[0]));
    check_values(grad(x), {24, 96, 216}); // 3 (2 x)^2 2
}

TEST_CASE_FIXTURE(Torch, "a function can be differentiated twice") {
    const H x = parameter({1, 2, 3});
    const H first = std::move(gradients(list(sum(my_cube(list(x))[0])), list(x), {}, false, true)[0]);
    check_values(first, {3, 12, 27});
    check_values(gradients(list(sum(first)), list(x))[0], {6, 12, 18});
}

TEST_CASE_FIXTURE(Torch, "backward's numbers are taken, whatever forward computes") {
    const H x = parameter({0.4, 1.6});
    const Handles y = apply(
        list(x), [](std::int64_t, const Handles &) { return list(tensor({0, 2})); },
        [](std::int64_t, const Handles &gradients) { return list(mul(gradients[0], 10)); });
    check_values(y[0], {0, 2}); // rounded, with a gradient of one's own
    backward(sum(y[0]));
    check_values(grad(x), {10, 10});
}

TEST_CASE_FIXTURE(Torch, "several inputs and outputs each have their gradient") {
    const H a = parameter({2}, {});
    const H b = parameter({5}, {});
    const Handles y = apply(
        list(a, b),
        [](std::int64_t context, const Handles &inputs) {
            save(context, inputs);
            return list(mul(inputs[0], inputs[1]), mul(inputs[0], inputs[0]));
        },
        [](std::int64_t context, const Handles &gradients) {
            const Handles inputs = saved(context);
            const H &a_saved = inputs[0];
            return list(
                call<H>("rt_torch_torchtensor_add", mul(gradients[0], inputs[1]), mul(mul(gradients[1], a_saved), 2)),
                mul(gradients[0], a_saved));
        });
    REQUIRE(y.size() == 2);
    backward_with(list(y[0], y[1]), list(scalar(1), scalar(10)));
    check_values(grad(a), {5 + 10 * 2 * 2});
    check_values(grad(b), {2});
}

TEST_CASE_FIXTURE(Torch, "outputs that nothing depends on have gradients of zeros, or none where that was said") {
    for (const bool materialize : {true, false}) {
        CAPTURE(materialize);
        const H x = parameter({3}, {});
        bool second_there = false;
        const Handles y = apply(
            list(x),
            [materialize](std::int64_t context, const Handles &inputs) {
                call("rt_torch_autograd_context_set_materialize_grads", rt_handle(context), materialize);
                return list(mul(inputs[0], 2), mul(inputs[0], 7));
            },
            [&second_there](std::int64_t, const Handles &gradients) {
                second_there = static_cast<bool>(gradients[1]);
                if (second_there) {
                    check_values(gradients[1], {0});
                }
                return list(mul(gradients[0], 2));
            });
        backward(y[0]);
        CHECK(second_there == materialize);
        check_values(grad(x), {2});
    }
}

TEST_CASE_FIXTURE(Torch, "a gradient may be none: as 0, in an array of values, or as no result of one input") {
    const H x = parameter({3}, {});
    const H other = parameter({4}, {});
    const Handles y =
        apply(list(x, other), same, [](std::int64_t, const Handles &gradients) { return list(gradients[0], H()); });
    backward(y[0]);
    check_values(grad(x), {1});
    CHECK_FALSE(grad(other));

    static const rt_value nones[] = {rt_none(), rt_handle(0)};
    const H none = rt::make_callable(backward_type, [](std::span<const rt_value>) { return H(); });
    const std::int64_t of_values = rt_callable(
        backward_type,
        [](const rt_function *, const rt_value *, std::size_t, rt_value *result) -> rt_status {
            *result = rt_memory(RT_VALUES, nones, 2);
            return RT_OK;
        },
        nullptr, nullptr, 0);
    const H forward = callable(forward_type, same);
    const H z = parameter({1}, {});
    backward(apply(list(z), forward, none)[0]);
    CHECK_FALSE(grad(z));
    backward(apply(list(z, other), forward, H(of_values))[0]);
    CHECK_FALSE(grad(z));
    CHECK_FALSE(grad(other));
}

TEST_CASE_FIXTURE(Torch, "needs_input_grad tells which inputs a gradient is of use for, in both callables") {
    const H x = parameter({3}, {});
    const H w = parameter({4}, {});
    std::vector<bool> forward_needs;
    std::vector<bool> backward_needs;
    const auto needs = [](std::int64_t context) {
        std::vector<bool> all;
        for (const std::int64_t i : {0, 1, 2}) {
            all.push_back(call<bool>("rt_torch_autograd_context_needs_input_grad", rt_handle(context), i));
        }
        return all;
    };
    const Handles y = apply(
        list(x, tensor({1}, {}), w),
        [&](std::int64_t context, const Handles &inputs) {
            forward_needs = needs(context);
            expect_error(RT_E_ARGUMENT, "index 3 is out of range: the function has 3 inputs",
                         [&] { call<bool>("rt_torch_autograd_context_needs_input_grad", rt_handle(context), 3); });
            return list(mul(inputs[0], inputs[2]));
        },
        [&](std::int64_t context, const Handles &gradients) {
            backward_needs = needs(context);
            return list(gradients[0], H(), gradients[0]);
        });
    gradients(list(y[0]), list(x));
    CHECK(forward_needs == std::vector<bool>{true, false, true});
    CHECK(backward_needs == std::vector<bool>{true, false, false}); // w's was not asked for
}

TEST_CASE_FIXTURE(Torch, "inputs changed in place and outputs without a gradient are marked") {
    const H x = parameter({1, 2});
    const H y = mul(x, 3);
    const Handles z = apply(
        list(y),
        [](std::int64_t context, const Handles &inputs) {
            call("rt_torch_torchtensor_mul_scalar_", inputs[0], 10.0);
            call("rt_torch_autograd_context_mark_dirty", rt_handle(context), numbers_of(inputs));
            Handles outputs = list(inputs[0], tensor({7}));
            const std::int64_t second[] = {outputs[1].get()};
            call("rt_torch_autograd_context_mark_non_differentiable", rt_handle(context),
                 std::span<const std::int64_t>(second));
            return outputs;
        },
        [](std::int64_t, const Handles &gradients) { return list(mul(gradients[0], 10)); });
    check_values(y, {30, 60});
    CHECK_FALSE(requires_grad(z[1]));
    backward(sum(z[0]));
    check_values(grad(x), {30, 30});
}

TEST_CASE_FIXTURE(Torch, "without gradients to compute, forward's outputs have no record, and backward is let go") {
    const H x = parameter({2}, {});
    std::weak_ptr<int> watch;
    {
        auto owned = std::make_shared<int>(1);
        watch = owned;
        call("rt_torch_autograd_no_grad_begin");
        const Handles y = apply(list(x), same, [owned](std::int64_t, const Handles &g) { return list(g[0]); });
        call("rt_torch_autograd_no_grad_end");
        CHECK_FALSE(requires_grad(y[0]));
        CHECK_FALSE(requires_grad(my_cube(list(tensor({1})))[0]));
    }
    CHECK(watch.expired());
}

TEST_CASE_FIXTURE(Torch, "a callable that was freed before the backward pass lives as long as the record") {
    std::weak_ptr<int> watch;
    const H x = parameter({2}, {});
    {
        auto owned = std::make_shared<int>(1);
        watch = owned;
        const H y = with_backward(x, [owned](std::int64_t, const Handles &g) { return list(mul(g[0], 5)); });
        owned.reset();
        CHECK_FALSE(watch.expired());
        backward(y);
        check_values(grad(x), {5});
    }
    CHECK(watch.expired());
}

TEST_CASE_FIXTURE(Torch, "callables may give their own arguments back, and one tensor twice") {
    const H x = parameter({2}, {});
    const auto give_argument = [](const rt_function *, const rt_value *arguments, std::size_t, rt_value *result) {
        *result = arguments[1]; // the handles themselves, without another owner
        return rt_status{RT_OK};
    };
    const H forward(rt_callable(forward_type, give_argument, nullptr, nullptr, 0));
    const H back(rt_callable(backward_type, give_argument, nullptr, nullptr, 0));
    const Handles y = apply(list(x), forward, back);
    backward(mul(y[0], 3));
    check_values(grad(x), {3});

    const H a = parameter({1}, {});
    const H b = parameter({1}, {});
    backward(apply(list(a, b), same, [](std::int64_t, const Handles &g) { return list(g[0], g[0]); })[0]);
    check_values(grad(a), {1});
    check_values(grad(b), {1});
}

} // namespace torch_test::test_autograd_function
