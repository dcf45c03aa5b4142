// Modules of the user's: a callable for their forward, with parameters, buffers and modules inside.
#include <memory>
#include <optional>
#include <thread>

#include "module_callable_support.hpp"

namespace torch_test::test_module_callable {

TEST_CASE_FIXTURE(Torch, "a module of a callable runs it with its own parameters and buffers") {
    const H module = scaling_module();
    check_values(run_module(module, tensor({1, -1})), {12, 17});
    CHECK(names_of("rt_torch_module_named_parameters", module) == Names{"scale"});
    CHECK(names_of("rt_torch_module_named_buffers", module) == Names{"shift"});
    CHECK(names_of("rt_torch_module_state", module) == Names{"scale", "shift"});
    CHECK(call<std::string>("rt_torch_module_to_text", module) == "Module");
}

TEST_CASE_FIXTURE(Torch, "a module of a callable takes several inputs, some of them none, and gives several outputs") {
    const H module = make_callable_module([](std::int64_t, const Handles &inputs) {
        REQUIRE(inputs.size() == 3);
        CHECK_FALSE(inputs[1]);
        return list(mul(inputs[0], 2), mul(inputs[2], 3));
    });
    const Handles results = run_all(module, list(tensor({1}), H(), tensor({5})));
    REQUIRE(results.size() == 2);
    check_values(results[0], {2});
    check_values(results[1], {15});
}

TEST_CASE_FIXTURE(Torch, "parameters of a module of a callable are trained by an optimiser") {
    const H scale = tensor({2, 3});
    CHECK_FALSE(requires_grad(scale));
    const H module = make_callable_module(scale_and_shift, {.parameter_names = {"scale"},
                                                            .parameters = list(scale),
                                                            .buffer_names = {"shift"},
                                                            .buffers = list(tensor({0, 0}))});
    CHECK(requires_grad(scale)); // the tensor itself is the parameter
    const auto parameters = call<Handles>("rt_torch_module_parameters", module);
    const H optimizer = call<H>("rt_torch_optim_sgd", numbers_of(parameters), 0.1);
    backward(sum(run_module(module, tensor({1, 10}))));
    check_values(grad(scale), {1, 10});
    call("rt_torch_optim_step", optimizer);
    check_values(scale, {1.9, 2});
    call("rt_torch_module_zero_grad", module);
    CHECK_FALSE(grad(scale));
    call("rt_torch_module_set_requires_grad", module, false);
    CHECK_FALSE(requires_grad(scale));
}

TEST_CASE_FIXTURE(Torch, "a state is loaded into a module of a callable") {
    const H module = scaling_module();
    call("rt_torch_module_load_state", module, TextList({"scale", "shift"}).value(),
         numbers_of(list(tensor({1, 1}), tensor({0, 5}))));
    check_values(run_module(module, tensor({3, 4})), {3, 9});
}

TEST_CASE_FIXTURE(Torch, "modules inside are run by name, and share parameters, mode and text with their own handles") {
    const H linear = call<H>("rt_torch_module_linear", 2, 1);
    const H dropout = call<H>("rt_torch_module_dropout", 0.5);
    const H net = make_callable_module(
        [](std::int64_t module, const Handles &inputs) {
            const H dropped = run_module(part("child", module, "drop"), inputs[0]);
            return list(run_module(part("child", module, "hidden"), dropped));
        },
        {.module_names = {"drop", "hidden"}, .modules = list(dropout, linear), .name = "Net"});
    CHECK(names_of("rt_torch_module_named_parameters", net) == Names{"hidden.weight", "hidden.bias"});
    CHECK(names_of("rt_torch_module_named_children", net) == Names{"drop", "hidden"});
    CHECK(call<std::string>("rt_torch_module_to_text", net) ==
          "Net(\n"
          "  (drop): torch::nn::Dropout(p=0.5, inplace=false)\n"
          "  (hidden): torch::nn::Linear(in_features=2, out_features=1, bias=true)\n"
          ")");
    call("rt_torch_module_eval", net);
    CHECK_FALSE(call<bool>("rt_torch_module_is_training", net));
    CHECK_FALSE(call<bool>("rt_torch_module_is_training", dropout));
    const H x = tensor({1, 2}, {1, 2});
    check_same(run_module(net, x),
               at::linear(at_tensor({1, 2}, {1, 2}), read(part("parameter", linear.get(), "weight")),
                          read(part("parameter", linear.get(), "bias"))));
    expect_error(RT_E_ARGUMENT, "there is no module \"hiden\" inside: this one has hidden, drop",
                 [&] { part("child", net.get(), "hiden"); });
}

TEST_CASE_FIXTURE(Torch, "forward may ask whether the module is trained") {
    const H module = make_callable_module([](std::int64_t module, const Handles &inputs) {
        return list(mul(inputs[0], call<bool>("rt_torch_module_is_training", rt_handle(module)) ? 2 : 1));
    });
    check_values(run_module(module, tensor({3})), {6});
    call("rt_torch_module_eval", module);
    check_values(run_module(module, tensor({3})), {3});
}

TEST_CASE_FIXTURE(Torch, "a module of a callable is a part of sequences") {
    const H scaling = scaling_module();
    const H relu = call<H>("rt_torch_module_relu");
    const H sequence = sequential_of({relu.get(), scaling.get(), relu.get()});
    const H outer = sequential_of({sequence.get(), scaling.get()});
    check_values(run_module(sequence, tensor({-1, -10})), {10, 20});
    check_values(run_module(outer, tensor({-1, -10})), {30, 80});
    check_values(run_all(outer, list(tensor({-1, -10})))[0], {30, 80});
    CHECK(names_of("rt_torch_module_named_parameters", outer) == Names{"0.1.scale"}); // once, though it is there twice
    CHECK(names_of("rt_torch_module_named_children", outer) == Names{"0", "1"});
    backward(sum(run_module(outer, tensor({1, 1}))));
    // (x s + b) s + b: 2 x s + b
    check_values(grad(part("parameter", scaling.get(), "scale")), {2 * 2 + 10, 2 * 3 + 20});
}

TEST_CASE_FIXTURE(Torch, "a copy shares the callable, which gets the copy's own tensors") {
    const H module = scaling_module();
    call("rt_torch_autograd_set_requires_grad", part("parameter", module.get(), "scale"), false);
    call("rt_torch_module_eval", module);
    const H copy = call<H>("rt_torch_module_clone", module);
    CHECK_FALSE(requires_grad(part("parameter", copy.get(), "scale")));
    CHECK_FALSE(call<bool>("rt_torch_module_is_training", copy));
    call("rt_torch_torchtensor_zero_", part("parameter", copy.get(), "scale"));
    check_values(run_module(copy, tensor({1, 1})), {10, 20});
    check_values(run_module(module, tensor({1, 1})), {12, 23});

    const H sequence = sequential_of({module.get()});
    const H second = call<H>("rt_torch_module_clone", sequence);
    call("rt_torch_torchtensor_zero_", part("parameter", second.get(), "0.scale"));
    check_values(run_module(second, tensor({1, 1})), {10, 20});
    check_values(run_module(sequence, tensor({1, 1})), {12, 23});
}

TEST_CASE_FIXTURE(Torch, "tensors that are there twice are one in the copy, too") {
    const H tied = tensor({2});
    const H module = make_callable_module(
        [](std::int64_t module, const Handles &inputs) {
            return list(mul(mul(inputs[0], part("parameter", module, "a")), part("parameter", module, "b")));
        },
        {.parameter_names = {"a", "b"}, .parameters = list(tied, tied)});
    CHECK(names_of("rt_torch_module_named_parameters", module) == Names{"a"});
    CHECK(names_of("rt_torch_module_state", module) == Names{"a", "b"});
    const H copy = call<H>("rt_torch_module_clone", module);
    CHECK(names_of("rt_torch_module_named_parameters", copy) == Names{"a"});
    check_values(run_module(copy, tensor({3})), {12});
}

TEST_CASE_FIXTURE(Torch, "a module that was made with copyable=false has no copies, nor has a sequence of it") {
    const H module = make_callable_module([](std::int64_t, const Handles &inputs) { return list(inputs[0]); },
                                          {.name = "Mine", .copyable = false});
    const H sequence = sequential_of({module.get()});
    for (const H *one : {&module, &sequence}) {
        expect_error(RT_E_ARGUMENT, "a Mine is a module that was made with copyable=false",
                     [&] { call<H>("rt_torch_module_clone", *one); });
    }
}

TEST_CASE_FIXTURE(Torch, "an input may be given back as it is") {
    const H module = make_callable_module([](std::int64_t, const Handles &inputs) { return list(inputs[0]); });
    const H x = tensor({7});
    check_values(run_module(module, x), {7});
    // Without an owner of its own: the handle that forward was given.
    const std::int64_t raw = rt_callable(
        module_forward_type,
        [](const rt_function *, const rt_value *arguments, std::size_t, rt_value *result) -> rt_status {
            *result = arguments[1];
            return RT_OK;
        },
        nullptr, nullptr, 0);
    const H same = make_callable_module(H(raw), {});
    check_values(run_module(same, x), {7});
    check_values(x, {7});
}

TEST_CASE_FIXTURE(Torch, "the callable lives as long as the last owner of its module") {
    auto token = std::make_shared<int>(0);
    const std::weak_ptr<int> alive = token;
    H sequence;
    H outer;
    {
        const H module = make_callable_module([token = std::move(token)](std::int64_t, const Handles &inputs) {
            return list(mul(inputs[0], *token + 2));
        });
        sequence = sequential_of({module.get()});
        outer = sequential_of({sequence.get()});
    }
    sequence.reset();
    check_values(run_module(outer, tensor({4})), {8});
    CHECK_FALSE(alive.expired());
    outer.reset();
    CHECK(alive.expired());
}

TEST_CASE_FIXTURE(Torch, "a callable that keeps a handle of its own module keeps both, until it gives the handle up") {
    const auto kept = std::make_shared<H>();
    std::weak_ptr<H> alive = kept;
    H module = make_callable_module(
        [kept](std::int64_t, const Handles &inputs) {
            return list(mul(inputs[0], part("parameter", kept->get(), "by")));
        },
        {.parameter_names = {"by"}, .parameters = list(tensor({3}))});
    *kept = module.clone();
    check_values(run_module(module, tensor({2})), {6});
    const std::int64_t number = module.get();
    module.reset();
    // Still there: the callable owns it.
    check_values(call<H>("rt_torch_module_forward", rt_handle(number), tensor({2})), {6});
    kept->reset();
    CHECK(alive.use_count() == 1); // this test's own: the module is gone, and the callable with it
}

TEST_CASE_FIXTURE(Torch, "a callable that knows its module's number, without owning it, keeps nothing alive") {
    const auto number = std::make_shared<std::int64_t>(0);
    const H module = make_callable_module(
        [number](std::int64_t, const Handles &inputs) {
            return list(mul(inputs[0], part("parameter", *number, "by")));
        },
        {.parameter_names = {"by"}, .parameters = list(tensor({3}))});
    *number = module.get();
    check_values(run_module(module, tensor({2})), {6});
}

TEST_CASE_FIXTURE(Torch, "a callable may free its module's last handle while it runs") {
    std::optional<H> module;
    module = make_callable_module(
        [&](std::int64_t own, const Handles &inputs) {
            module.reset();
            return list(mul(inputs[0], part("parameter", own, "by")));
        },
        {.parameter_names = {"by"}, .parameters = list(tensor({3}))});
    check_values(call<H>("rt_torch_module_forward", rt_handle(module->get()), tensor({2})), {6});
    CHECK_FALSE(module.has_value());
}

TEST_CASE_FIXTURE(Torch, "a module of a callable runs on other threads where the callable may") {
    const H module = make_callable_module(
        forward_callable([](std::int64_t, const Handles &inputs) { return list(mul(inputs[0], 2)); },
                         RT_FUNCTION_ANY_THREAD),
        {});
    double got = 0;
    std::thread([&] { got = call<double>("rt_torch_torchtensor_item", run_module(module, tensor({4}))); }).join();
    CHECK(got == 8);
}

} // namespace torch_test::test_module_callable
