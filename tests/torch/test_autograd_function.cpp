// Functions of the user's: a forward and a backward callable.
#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <memory>
#include <thread>

#include "autograd_support.hpp"

using namespace torch_test;

namespace {

using Handles = std::vector<H>;
using Body = std::function<Handles(std::int64_t context, const Handles &tensors)>;

constexpr const char *forward_type = "fn(context: TorchAutogradContext, inputs: [TorchTensor]) -> [TorchTensor]";
constexpr const char *backward_type =
    "fn(context: TorchAutogradContext, grad_outputs: [TorchTensor?]) -> [TorchTensor?]";

H callable(const char *type, Body body, std::uint64_t flags = 0) {
    return rt::make_callable(
        type,
        [body = std::move(body)](std::span<const rt_value> arguments) {
            return body(arguments[0].payload.integer, shared(arguments[1]));
        },
        flags);
}

Handles apply(const Handles &inputs, const H &forward, const H &backward) {
    return call<Handles>("rt_torch_autograd_apply", numbers_of(inputs), forward, backward);
}
Handles apply(const Handles &inputs, Body forward, Body backward, std::uint64_t flags = 0) {
    return apply(inputs, callable(forward_type, std::move(forward), flags),
                 callable(backward_type, std::move(backward), flags));
}

void save(std::int64_t context, const Handles &tensors) {
    call("rt_torch_autograd_context_save_for_backward", rt_handle(context), numbers_of(tensors));
}
Handles saved(std::int64_t context) {
    return call<Handles>("rt_torch_autograd_context_saved_tensors", rt_handle(context));
}

// x^3, which saves x: its gradient is 3 x^2.
Handles cube_forward(std::int64_t context, const Handles &inputs) {
    save(context, inputs);
    return list(cube(inputs[0]));
}
Handles cube_backward(std::int64_t context, const Handles &gradients) {
    const H x = std::move(saved(context)[0]);
    return list(mul(mul(mul(x, x), 3), gradients[0]));
}
Handles my_cube(const Handles &inputs, std::uint64_t flags = 0) {
    return apply(inputs, cube_forward, cube_backward, flags);
}

Handles same(std::int64_t, const Handles &tensors) { return list(mul(tensors[0], 1)); }

// A function of one input whose backward is `body`.
H with_backward(const H &x, Body body, std::uint64_t flags = 0) {
    return std::move(apply(list(x), same, std::move(body), flags)[0]);
}

// LibTorch's threads let go of a backward pass a moment after it has ended.
void wait_for_handles(std::int64_t count) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (rt_handle_count() != count && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
    }
}

} // namespace

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
    refused(RT_E_TYPE, "the forward callable must give TorchTensors",
            rt::make_callable(forward_type, [](std::span<const rt_value>) { return 1.5; }));
    expect_error(RT_E_ARGUMENT, "inputs is empty", [&] { apply({}, callable(forward_type, same), ignored); });
    expect_error(RT_E_HANDLE, "argument 2 (forward)", [&] { apply(list(x), x, ignored); });
    expect_error(RT_E_HANDLE, "argument 3 (backward)", [&] { apply(list(x), ignored, H()); });
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

TEST_CASE_FIXTURE(Torch, "a function of this thread's is refused when another thread runs backward") {
    const H x = parameter({2}, {});
    const H mine = std::move(my_cube(list(x))[0]);
    const H any = std::move(my_cube(list(x), RT_FUNCTION_ANY_THREAD)[0]);
    std::thread([&] {
        expect_error(RT_E_UNAVAILABLE, "may be called by the thread that made it alone", [&] { backward(mine); });
        backward(any);
    }).join();
    check_values(grad(x), {12});
}

TEST_CASE_FIXTURE(Torch, "two threads use one function at once, each with its own record") {
    const H forward = callable(forward_type, cube_forward, RT_FUNCTION_ANY_THREAD);
    const H back = callable(backward_type, cube_backward, RT_FUNCTION_ANY_THREAD);
    std::atomic<int> right{0};
    const auto work = [&](double value) {
        for (int i = 0; i < 50; i++) {
            const H x = parameter({value}, {});
            backward(apply(list(x), forward, back)[0]);
            const double got = call<double>("rt_torch_torchtensor_item", grad(x));
            right += std::abs(got - 3 * value * value) < 1e-4 ? 1 : 0;
        }
    };
    std::thread one(work, 2.0);
    std::thread two(work, 3.0);
    one.join();
    two.join();
    CHECK(right == 100);
}

TEST_CASE_FIXTURE(Torch, "functions inside forward callables, a hundred deep, give and differentiate") {
    const H x = parameter({1}, {});
    const std::function<Handles(const H &, int)> nested = [&](const H &input, int depth) {
        return apply(
            list(input),
            [&nested, depth](std::int64_t, const Handles &inputs) {
                return depth == 0 ? list(mul(inputs[0], 1)) : nested(inputs[0], depth - 1);
            },
            [](std::int64_t, const Handles &gradients) { return list(mul(gradients[0], 2)); });
    };
    const Handles y = nested(x, 100);
    check_values(y[0], {1});
    backward(y[0]);
    check_values(grad(x), {2}); // the outermost's own
}

TEST_CASE_FIXTURE(Torch, "backward passes inside backward callables, a hundred deep, cross LibTorch's own threads") {
    const std::int64_t before = rt_handle_count();
    {
        const H x = parameter({3}, {});
        std::vector<H> passes(100);
        std::atomic<int> done{0};
        for (std::size_t i = 0; i < passes.size(); i++) {
            passes[i] = with_backward(
                x,
                [&, i](std::int64_t, const Handles &gradients) {
                    if (i + 1 < passes.size()) {
                        backward(passes[i + 1]);
                    }
                    done++;
                    return list(gradients[0]);
                },
                RT_FUNCTION_ANY_THREAD);
        }
        backward(passes[0]);
        CHECK(done == 100);
        check_values(grad(x), {100});
    }
    wait_for_handles(before);
}
