// Checkpoints: what is inside is computed again in the backward pass.
#include <memory>
#include <thread>

#include "autograd_support.hpp"

namespace torch_test::test_autograd_checkpoint {

namespace {

using Handles = std::vector<H>;

constexpr const char *type = "fn(inputs: [TorchTensor]) -> [TorchTensor]";

template <class Body> H callable(const Body &body, std::uint64_t flags = 0) {
    return rt::make_callable(
        type, [body](std::span<const rt_value> arguments) -> Handles { return body(shared(arguments[0])); }, flags);
}

Handles checkpoint(const H &function, const Handles &inputs, bool preserve_rng_state = true) {
    return call<Handles>("rt_torch_autograd_checkpoint", function, numbers_of(inputs), preserve_rng_state);
}

H dropout(const H &x) { return call<H>("rt_torch_nn_dropout", x, 0.5, true); }

H random_state() { return call<H>("rt_torch_generator_get_state", call<H>("rt_torch_generator_default")); }

} // namespace

TEST_CASE_FIXTURE(Torch, "a checkpoint gives the same outputs and gradients, and computes twice") {
    const H x = parameter({1, 2, 3});
    const H weight = parameter({5, 5, 5});
    int calls = 0;
    const H function = callable([&](const Handles &inputs) {
        calls++;
        return list(mul(cube(inputs[0]), weight), mul(inputs[0], inputs[1]));
    });
    const Handles y = checkpoint(function, list(x, tensor({7, 8, 9})));
    CHECK(calls == 1);
    check_values(y[0], {5, 40, 135});
    check_values(y[1], {7, 16, 27});
    backward_with(list(sum(y[0]), sum(y[1])));
    CHECK(calls == 2);
    check_values(grad(x), {15 + 7, 60 + 8, 135 + 9}); // 15 x^2 + the other input
    check_values(grad(weight), {1, 8, 27});           // of a leaf inside
}

TEST_CASE_FIXTURE(Torch,
                  "random numbers are the same the second time, and the generator goes on as if there were none") {
    call("rt_torch_manual_seed", 11);
    const H x = parameter(Values(64, 1.0));
    const Handles y = checkpoint(callable([](const Handles &inputs) { return list(dropout(inputs[0])); }), list(x));
    tensor({1}); // uses none
    call<H>("rt_torch_tensor_rand", Dims{3});
    const H before = random_state();
    backward(sum(y[0]));
    check_same(grad(x), read(y[0])); // where it was dropped, 0; else 2, as the value
    check_same(random_state(), read(before));
}

TEST_CASE_FIXTURE(Torch, "without preserve_rng_state the random numbers are others, and the generator has moved") {
    call("rt_torch_manual_seed", 11);
    const H x = parameter(Values(64, 1.0));
    const H function = callable([](const Handles &inputs) { return list(dropout(inputs[0])); });
    const Handles y = checkpoint(function, list(x), false);
    const H before = random_state();
    backward(sum(y[0]));
    CHECK_FALSE(read(grad(x)).equal(read(y[0])));
    CHECK_FALSE(read(random_state()).equal(read(before)));
}

TEST_CASE_FIXTURE(Torch, "autocast is as it was in forward, and off again after it") {
    const H x = parameter({1, 2, 3, 4}, {2, 2});
    std::vector<std::string> dtypes_seen;
    const H function = callable([&](const Handles &inputs) {
        H product = call<H>("rt_torch_torchtensor_matmul", inputs[0], inputs[0]);
        dtypes_seen.push_back(dtype_of(product));
        return list(product);
    });
    call("rt_torch_autocast_begin", "cpu", "bfloat16");
    const Handles y = checkpoint(function, list(x));
    call("rt_torch_autocast_end");
    backward(sum(to_dtype(y[0], "float32")));
    CHECK(dtypes_seen == std::vector<std::string>{"bfloat16", "bfloat16"});
    CHECK(dtype_of(call<H>("rt_torch_torchtensor_matmul", x, x)) == "float32");
}

TEST_CASE_FIXTURE(Torch, "checkpoints nest") {
    const H x = parameter({2}, {});
    int inner_calls = 0;
    const H inner = callable([&](const Handles &inputs) {
        inner_calls++;
        return list(cube(inputs[0]));
    });
    const H outer =
        callable([&](const Handles &inputs) { return list(mul(checkpoint(inner, list(inputs[0]))[0], 2)); });
    backward(checkpoint(outer, list(x))[0]);
    check_values(grad(x), {24});
    CHECK(inner_calls == 3);
}

TEST_CASE_FIXTURE(Torch, "a checkpoint's callable lives as long as the record") {
    std::weak_ptr<int> watch;
    const H x = parameter({2}, {});
    {
        auto owned = std::make_shared<int>(1);
        watch = owned;
        const Handles y =
            checkpoint(callable([owned](const Handles &inputs) { return list(cube(inputs[0])); }), list(x));
        owned.reset();
        backward(y[0]);
        check_values(grad(x), {12});
    }
    CHECK(watch.expired());
}

TEST_CASE_FIXTURE(Torch,
                  "what fails inside is the error of the call, or of the backward pass, and puts everything back") {
    const H x = parameter({2}, {});
    int calls = 0;
    const H function = callable([&](const Handles &inputs) -> Handles {
        if (++calls == 2) {
            call("rt_torch_autograd_no_grad_begin");
            throw rt::Error(RT_E_BUSY, "not a second time");
        }
        return list(dropout(cube(inputs[0])));
    });
    const Handles y = checkpoint(function, list(x));
    const H before = random_state();
    expect_error(RT_E_BUSY, "rt_torch_autograd_backward: not a second time", [&] { backward(y[0]); });
    CHECK(call<bool>("rt_torch_autograd_is_grad_enabled"));
    check_same(random_state(), read(before));
    CHECK_FALSE(grad(x));
    expect_error(RT_E_BUSY, "rt_torch_autograd_checkpoint: not at all", [&] {
        checkpoint(callable([](const Handles &) -> Handles { throw rt::Error(RT_E_BUSY, "not at all"); }), list(x));
    });
    backward(y[0]);
}

TEST_CASE_FIXTURE(Torch, "a callable that does something else the second time is an error") {
    const H x = parameter({1, 2});
    const auto refused = [&](const char *text, auto second) {
        int calls = 0;
        const H function = callable([&calls, second](const Handles &inputs) {
            return ++calls == 1 ? list(mul(inputs[0], 2)) : second(inputs);
        });
        const Handles y = checkpoint(function, list(x));
        expect_error(RT_E_ARGUMENT, text, [&] { backward(sum(y[0])); });
        CHECK_FALSE(grad(x));
    };
    refused("gave 2 tensors when they were computed again, and 1 before",
            [](const Handles &inputs) { return list(inputs[0], inputs[0]); });
    refused("gave output 0 the shape [] when it was computed again, and [2] before",
            [](const Handles &inputs) { return list(sum(inputs[0])); });
}

TEST_CASE_FIXTURE(Torch, "a checkpoint refuses what would give wrong gradients in silence") {
    const H x = parameter({2}, {});
    const H function = callable([](const Handles &inputs) { return list(cube(inputs[0])); });
    const auto fresh = [&] { return std::move(checkpoint(function, list(x))[0]); };
    expect_error(RT_E_ARGUMENT, "this backward pass comes to a checkpoint", [&] { gradients(list(fresh()), list(x)); });
    expect_error(RT_E_ARGUMENT, "this backward pass comes to a checkpoint",
                 [&] { backward_with(list(fresh()), {}, false, false, list(x)); });
    expect_error(RT_E_ARGUMENT, "cannot be differentiated again",
                 [&] { backward_with(list(fresh()), {}, false, true); });
    CHECK_FALSE(grad(x));
    expect_error(RT_E_ARGUMENT, "inputs is empty", [&] { checkpoint(function, {}); });
    expect_error(RT_E_TYPE, "the checkpoint's callable gave no tensor",
                 [&] { checkpoint(callable([](const Handles &) { return Handles(); }), list(x)); });
}

TEST_CASE_FIXTURE(Torch, "a checkpoint whose inputs need no gradients says so to the host's log") {
    std::vector<std::string> messages;
    rt_log_set([](void *all, std::int32_t, const char *,
                  const char *message) { static_cast<std::vector<std::string> *>(all)->emplace_back(message); },
               &messages);
    const Handles y =
        checkpoint(callable([](const Handles &inputs) { return list(mul(inputs[0], 2)); }), list(tensor({1})));
    rt_log_set(nullptr, nullptr);
    CHECK_FALSE(requires_grad(y[0]));
    REQUIRE(messages.size() == 1);
    CHECK(contains(messages[0], "none of the inputs requires gradients"));
}

} // namespace torch_test::test_autograd_checkpoint
