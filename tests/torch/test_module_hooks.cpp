// Forward hooks of modules: before and after each run.
#include "module_callable_support.hpp"

namespace torch_test::test_module_hooks {

namespace {

H relu() { return call<H>("rt_torch_module_relu"); }

// A hook that notes its name, and changes nothing.
HookBody noting(Names &into, const char *name) {
    return [&into, name](std::int64_t, const Handles &, const Handles &) {
        into.emplace_back(name);
        return Handles();
    };
}

} // namespace

TEST_CASE_FIXTURE(Torch, "hooks see the module, its inputs and its outputs") {
    const H module = call<H>("rt_torch_module_linear", 2, 1);
    int runs = 0;
    add_hook("forward_pre", module, [&](std::int64_t own, const Handles &inputs, const Handles &) {
        CHECK(names_of("rt_torch_module_named_parameters", H::share(own)) == Names{"weight", "bias"});
        REQUIRE(inputs.size() == 1);
        check_values(inputs[0], {1, 2});
        runs++;
        return Handles();
    });
    add_hook("forward", module, [&](std::int64_t own, const Handles &inputs, const Handles &outputs) {
        REQUIRE(outputs.size() == 1);
        check_values(inputs[0], {1, 2});
        check_same(outputs[0], at::linear(read(inputs[0]), read(part("parameter", own, "weight")),
                                          read(part("parameter", own, "bias"))));
        runs++;
        return Handles();
    });
    run_module(module, tensor({1, 2}, {1, 2}));
    CHECK(runs == 2);
    run_all(module, list(tensor({1, 2}, {1, 2})));
    CHECK(runs == 4);
}

TEST_CASE_FIXTURE(Torch, "a hook's tensors take the places of inputs and outputs, and gradients flow through them") {
    const H module = relu();
    add_hook("forward_pre", module,
             [](std::int64_t, const Handles &inputs, const Handles &) { return list(mul(inputs[0], -1)); });
    add_hook("forward", module, [](std::int64_t, const Handles &inputs, const Handles &outputs) {
        check_values(inputs[0], {1, -2}); // those that the module got
        return list(mul(outputs[0], 10));
    });
    for (const bool by_call : {false, true}) {
        const H x = parameter({-1, 2});
        const H y = by_call ? std::move(run_all(module, list(x))[0]) : run_module(module, x);
        check_values(y, {10, 0});
        backward(sum(y));
        check_values(grad(x), {-10, 0});
    }
}

TEST_CASE_FIXTURE(Torch, "hooks run in the order in which they were added, each with what the one before gave") {
    const H module = relu();
    Names order;
    const std::int64_t first = add_hook("forward_pre", module, noting(order, "first"));
    add_hook("forward", module, noting(order, "third"));
    add_hook("forward_pre", module, noting(order, "second"));
    const std::int64_t last = add_hook("forward", module, noting(order, "fourth"));
    CHECK(first == 1);
    CHECK(last == 4);
    run_module(module, tensor({1}));
    CHECK(order == Names{"first", "second", "third", "fourth"});

    const H other = relu();
    for (const double factor : {2.0, 3.0}) {
        add_hook("forward", other, [factor](std::int64_t, const Handles &, const Handles &outputs) {
            return list(call<H>("rt_torch_torchtensor_add_scalar", mul(outputs[0], factor), 1));
        });
    }
    check_values(run_module(other, tensor({1})), {(1 * 2 + 1) * 3 + 1});
}

TEST_CASE_FIXTURE(Torch, "a hook is removed by its number, once") {
    const H module = relu();
    Names order;
    const std::int64_t first = add_hook("forward_pre", module, noting(order, "first"));
    const std::int64_t second = add_hook("forward", module, noting(order, "second"));
    call("rt_torch_module_remove_hook", module, first);
    run_module(module, tensor({1}));
    CHECK(order == Names{"second"});
    expect_error(RT_E_ARGUMENT, "this module has no hook 1",
                 [&] { call("rt_torch_module_remove_hook", module, first); });
    call("rt_torch_module_remove_hook", module, second);
    run_module(module, tensor({1}));
    CHECK(order == Names{"second"});
    // Numbers are not given again.
    CHECK(add_hook("forward", module, noting(order, "third")) == 3);
    for (const std::int64_t wrong : {-1, 0, 4}) {
        expect_error(RT_E_ARGUMENT, "no hook", [&] { call("rt_torch_module_remove_hook", module, wrong); });
    }
}

TEST_CASE_FIXTURE(Torch, "a hook may remove itself, and add others, while it runs") {
    const H module = relu();
    Names order;
    std::int64_t number = 0;
    number = add_hook("forward", module, [&](std::int64_t own, const Handles &, const Handles &) {
        order.emplace_back("once");
        call("rt_torch_module_remove_hook", rt_handle(own), number);
        add_hook("forward", H::share(own), noting(order, "later"));
        return Handles();
    });
    run_module(module, tensor({1}));
    CHECK(order == Names{"once"});
    run_module(module, tensor({1}));
    CHECK(order == Names{"once", "later"});
}

TEST_CASE_FIXTURE(Torch, "sequences run the hooks of what is inside them, however deep, and modules of callables do") {
    const H layer = relu();
    Names order;
    add_hook("forward", layer, noting(order, "layer"));
    const H inner = sequential_of({layer.get()});
    add_hook("forward_pre", inner, noting(order, "inner begins"));
    add_hook("forward", inner, noting(order, "inner ends"));
    const H mine = make_callable_module(
        [](std::int64_t module, const Handles &inputs) {
            return list(run_module(part("child", module, "in"), inputs[0]));
        },
        {.module_names = {"in"}, .modules = list(inner)});
    add_hook("forward", mine, noting(order, "mine"));
    const H outer = sequential_of({mine.get(), layer.get()});
    run_module(outer, tensor({1}));
    const Names wanted = {"inner begins", "layer", "inner ends", "mine", "layer"};
    CHECK(order == wanted);
    order.clear();
    run_all(outer, list(tensor({1})));
    CHECK(order == wanted);
}

TEST_CASE_FIXTURE(Torch, "hooks of a module with a state see all its tensors, flat, and may replace some") {
    const H lstm = call<H>("torch::nn::LSTM", 2, 3);
    const H x = from_at(at::randn({4, 1, 2}));
    const H h = from_at(at::randn({1, 1, 3}));
    const H c = from_at(at::randn({1, 1, 3}));
    const std::int64_t state[] = {h.get(), c.get()};
    const rt_value inputs[] = {rt_handle(x.get()), rt_memory(RT_HANDLE_ARRAY, state, 2)};
    const rt::Value plain = call("rt_torch_module_call", lstm, rt_memory(RT_VALUES, inputs, 2));
    std::size_t inputs_seen = 0;
    add_hook("forward_pre", lstm, [&](std::int64_t, const Handles &given, const Handles &) {
        inputs_seen = given.size();
        check_same(given[2], read(c));
        return Handles();
    });
    add_hook("forward", lstm, [&](std::int64_t, const Handles &, const Handles &outputs) {
        REQUIRE(outputs.size() == 3);
        return list(H(), mul(outputs[1], 0), H()); // the others stay
    });
    const rt::Value hooked = call("rt_torch_module_call", lstm, rt_memory(RT_VALUES, inputs, 2));
    CHECK(inputs_seen == 3);
    check_same(hooked[0].as<H>(), read(plain[0].as<H>()));
    check_values(hooked[1][0].as<H>(), {0, 0, 0});
    check_same(hooked[1][1].as<H>(), read(plain[1][1].as<H>()));

    // What is no tensor goes through.
    const H attention = call<H>("torch::nn::MultiheadAttention", 2, 1);
    add_hook("forward_pre", attention, [&](std::int64_t, const Handles &given, const Handles &) {
        inputs_seen = given.size();
        return Handles();
    });
    const H q = from_at(at::randn({3, 1, 2}));
    const rt_value values[] = {rt_handle(q.get()), rt_handle(q.get()), rt_handle(q.get()), rt_none(), rt_bool(false)};
    const rt::Value attended = call("rt_torch_module_call", attention, rt_memory(RT_VALUES, values, 5));
    CHECK(inputs_seen == 4);
    CHECK(attended[1].raw().payload.integer == 0); // no weights were asked for
}

TEST_CASE_FIXTURE(Torch, "a hook's failure is that of the run") {
    for (const char *kind : {"forward_pre", "forward"}) {
        const H module = relu();
        const H sequence = sequential_of({module.get()});
        add_hook(kind, module, [](std::int64_t, const Handles &, const Handles &) -> Handles {
            throw rt::Error(RT_E_BUSY, "not now");
        });
        for (const H *one : {&module, &sequence}) {
            expect_error(RT_E_BUSY, "not now", [&] { run_module(*one, tensor({1})); });
            expect_error(RT_E_BUSY, "not now", [&] { run_all(*one, list(tensor({1}))); });
        }
    }
}

TEST_CASE_FIXTURE(Torch, "what a hook gives must fit") {
    const auto refused = [](rt_status status, const char *text, const char *kind, Handles (*give)()) {
        const H module = relu();
        add_hook(kind, module, [give](std::int64_t, const Handles &, const Handles &) { return give(); });
        expect_error(status, text, [&] { run_module(module, tensor({1})); });
    };
    refused(RT_E_ARGUMENT, "the forward pre-hook gave 2 tensors, and the module has 1 inputs", "forward_pre",
            [] { return list(tensor({1}), tensor({2})); });
    refused(RT_E_ARGUMENT, "the forward hook gave 2 tensors, and the module has 1 outputs", "forward",
            [] { return list(tensor({1}), tensor({2})); });
    refused(RT_E_HANDLE, "the forward hook gave a handle that is not a live TorchTensor", "forward",
            [] { return list(relu()); });
    const H module = relu();
    add_hook(
        "forward", module,
        rt::make_callable("fn(module: TorchModule, inputs: [TorchTensor?], outputs: [TorchTensor?]) -> [TorchTensor?]",
                          [](std::span<const rt_value>) { return 2; }));
    expect_error(RT_E_HANDLE, "the forward hook gave a handle", [&] { run_module(module, tensor({1})); });
}

TEST_CASE_FIXTURE(Torch, "wrong inputs are told as without hooks") {
    const H module = relu();
    add_hook("forward_pre", module, [](std::int64_t, const Handles &, const Handles &) { return Handles(); });
    const auto refused = [&](rt_status status, const char *text, std::vector<rt_value> inputs) {
        expect_error(status, text,
                     [&] { call("rt_torch_module_call", module, rt_memory(RT_VALUES, inputs.data(), inputs.size())); });
    };
    refused(RT_E_ARGUMENT, "at least one and at most 1", {});
    refused(RT_E_TYPE, "inputs[0] is of another type", {rt_f64(1)});
    refused(RT_E_HANDLE, "inputs[0] is no live handle", {rt_handle(freed_handle())});
    refused(RT_E_HANDLE, "TorchTensor is needed", {rt_handle(module.get())});
}

TEST_CASE_FIXTURE(Torch, "a copy has the hooks of the module that it was made of, and its own from then on") {
    const H module = relu();
    const H sequence = sequential_of({module.get()});
    Names order;
    add_hook("forward", module, noting(order, "inside"));
    add_hook("forward", sequence, noting(order, "outside"));
    const H copy = call<H>("rt_torch_module_clone", sequence);
    run_module(copy, tensor({1}));
    CHECK(order == Names{"inside", "outside"});
    call("rt_torch_module_remove_hook", copy, 1);
    run_module(sequence, tensor({1}));
    CHECK(order == Names{"inside", "outside", "inside", "outside"});
}

TEST_CASE_FIXTURE(Torch, "functions of hooks refuse wrong handles") {
    const H stranger = tensor({1});
    const H module = relu();
    const H hook = forward_callable([](std::int64_t, const Handles &) { return Handles(); });
    for (const char *name : {"rt_torch_module_register_forward_pre_hook", "rt_torch_module_register_forward_hook",
                             "rt_torch_module_register_full_backward_hook"}) {
        refuses_wrong_handles(name, {rt_handle(0), rt_handle(hook.get())}, 0, stranger.get());
        expect_error(RT_E_HANDLE, "argument 2 (hook)", [&] { call(name, module, stranger); });
    }
    refuses_wrong_handles("rt_torch_module_remove_hook", {rt_handle(0), rt_i64(1)}, 0, stranger.get());
}

} // namespace torch_test::test_module_hooks
