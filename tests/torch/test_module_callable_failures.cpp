// What goes wrong with modules of the user's, and how it is told.
#include <stdexcept>
#include <thread>

#include "module_callable_support.hpp"

namespace torch_test::test_module_callable_failures {

namespace {

Handles same(std::int64_t, const Handles &inputs) { return list(inputs[0]); }

} // namespace

TEST_CASE_FIXTURE(Torch, "a callable's failure is that of whoever runs its module") {
    const H failing = make_callable_module([](std::int64_t, const Handles &) -> Handles {
        throw rt::Error(RT_E_UNAVAILABLE, "the table is not loaded", "no_table");
    });
    const H sequence = sequential_of({failing.get()});
    const H outer = make_callable_module(
        [](std::int64_t module, const Handles &inputs) {
            return list(run_module(part("child", module, "in"), inputs[0]));
        },
        {.module_names = {"in"}, .modules = list(sequence)});
    for (const H *module : {&failing, &sequence, &outer}) {
        for (const bool by_call : {false, true}) {
            expect_error(RT_E_UNAVAILABLE, "the table is not loaded", [&] {
                by_call ? static_cast<void>(run_all(*module, list(tensor({1}))))
                        : static_cast<void>(run_module(*module, tensor({1})));
            });
            rt_error error{};
            error.struct_size = sizeof error;
            rt_last_error(&error);
            CHECK(std::string(error.cause) == "no_table");
        }
    }
    const H broken =
        make_callable_module([](std::int64_t, const Handles &) -> Handles { throw std::runtime_error("no"); });
    expect_error(RT_E_CALLEE, "rt_torch_module_forward: no", [&] { run_module(broken, tensor({1})); });
    // An error of LibTorch's inside.
    const H wrong = make_callable_module([](std::int64_t, const Handles &inputs) {
        return list(call<H>("rt_torch_torchtensor_matmul", inputs[0], inputs[0]));
    });
    expect_error(RT_E_CALLEE, "cannot be multiplied", [&] { run_module(wrong, tensor({1, 2}, {1, 2})); });
}

TEST_CASE_FIXTURE(Torch, "what forward gives must be tensors") {
    const auto giving = [](Handles (*give)()) {
        return make_callable_module([give](std::int64_t, const Handles &) { return give(); });
    };
    expect_error(RT_E_TYPE, "the forward callable gave no tensor",
                 [&] { run_module(giving([] { return Handles(); }), tensor({1})); });
    expect_error(RT_E_TYPE, "the forward callable gave none for output 1",
                 [&] { run_all(giving([] { return list(tensor({1}), H()); }), list(tensor({1}))); });
    expect_error(RT_E_HANDLE, "the forward callable gave a handle that is not a live TorchTensor",
                 [&] { run_module(giving([] { return list(call<H>("rt_torch_module_relu")); }), tensor({1})); });
    const H number =
        make_callable_module(rt::make_callable(module_forward_type, [](std::span<const rt_value>) { return 1.5; }), {});
    expect_error(RT_E_TYPE, "what it gave is a double, not [", [&] { run_module(number, tensor({1})); });
    const H two = giving([] { return list(tensor({1}), tensor({2})); });
    expect_error(RT_E_ARGUMENT, "gave 2 tensors: run it with rt_torch_module_call",
                 [&] { run_module(two, tensor({1})); });
}

TEST_CASE_FIXTURE(Torch, "inputs of a module of a callable are tensors or none") {
    const H module = make_callable_module(same);
    const auto refused = [&](rt_status status, const char *text, const rt_value &input) {
        expect_error(status, text, [&] { call("rt_torch_module_call", module, rt_memory(RT_VALUES, &input, 1)); });
    };
    refused(RT_E_TYPE, "inputs[0] is of another type than is needed: TorchTensor? is needed", rt_i64(3));
    refused(RT_E_HANDLE, "inputs[0] is no live handle", rt_handle(freed_handle()));
    refused(RT_E_HANDLE, "inputs[0] is no live handle", rt_handle(module.get()));
}

TEST_CASE_FIXTURE(Torch, "parts of a module need good names, one for each") {
    const auto refused = [](rt_status status, const char *text, const Parts &parts) {
        expect_error(status, text, [&] { make_callable_module(same, parts); });
    };
    const H x = tensor({1});
    refused(RT_E_ARGUMENT, "the name \"a.b\" is none that a part of a module can have",
            {.parameter_names = {"a.b"}, .parameters = list(x)});
    refused(RT_E_ARGUMENT, "the name \"\" is none", {.buffer_names = {""}, .buffers = list(x)});
    refused(RT_E_ARGUMENT, "the name \"a\" is given twice",
            {.parameter_names = {"a"}, .parameters = list(x), .buffer_names = {"a"}, .buffers = list(x)});
    refused(RT_E_ARGUMENT, "parameter_names has 2 names, and parameters 1",
            {.parameter_names = {"a", "b"}, .parameters = list(x)});
    refused(RT_E_ARGUMENT, "module_names has 0 names, and modules 1",
            {.modules = list(call<H>("rt_torch_module_relu"))});
    refused(RT_E_ARGUMENT, "name is empty", {.name = ""});
    refused(RT_E_HANDLE, "argument 3 (parameters)",
            {.parameter_names = {"a"}, .parameters = list(call<H>("rt_torch_module_relu"))});
    const rt_value number = rt_i64(1);
    expect_error(RT_E_TYPE, "buffer_names[0] is no text", [&] {
        call("rt_torch_module_create", forward_callable(same), arg("buffer_names") = rt_memory(RT_VALUES, &number, 1),
             arg("buffers") = numbers_of(list(x)));
    });
    expect_error(RT_E_HANDLE, "argument 1 (forward)", [&] { call("rt_torch_module_create", x); });
    // Nothing became of the tensor.
    CHECK_FALSE(requires_grad(x));
}

TEST_CASE_FIXTURE(Torch, "a parameter is a leaf, and its tensor stays as it was where another is refused") {
    const H plain = tensor({1});
    const H computed = mul(parameter({1}), 2);
    expect_error(RT_E_ARGUMENT, "parameters[1] was computed from tensors that require gradients", [&] {
        make_callable_module(same, {.parameter_names = {"a", "b"}, .parameters = list(plain, computed)});
    });
    CHECK_FALSE(requires_grad(plain));
    call("rt_torch_autograd_inference_mode_begin", true);
    const H inferred = tensor({1});
    call("rt_torch_autograd_inference_mode_end");
    expect_error(RT_E_ARGUMENT, "parameters[0] was made in inference mode",
                 [&] { make_callable_module(same, {.parameter_names = {"a"}, .parameters = list(inferred)}); });
    // Whole numbers are no mistake, but have no gradients.
    const H whole = to_dtype(plain, "int64");
    make_callable_module(same, {.parameter_names = {"a"}, .parameters = list(whole)});
    CHECK_FALSE(requires_grad(whole));
}

TEST_CASE_FIXTURE(Torch, "modules of callables are not nested deeper than LibTorch goes") {
    H deep = call<H>("rt_torch_module_relu");
    const auto wrap = [&] { deep = make_callable_module(same, {.module_names = {"in"}, .modules = list(deep)}); };
    for (int i = 1; i < 200; i++) {
        wrap();
    }
    check_values(run_module(deep, tensor({1})), {1});
    expect_error(RT_E_ARGUMENT, "nested 201 deep: at most 200", wrap);
}

TEST_CASE_FIXTURE(Torch, "a callable of one thread is refused on another, with the callable's own error") {
    const H module = make_callable_module(same);
    const H x = tensor({1});
    std::thread([&] { expect_error(RT_E_UNAVAILABLE, "thread", [&] { run_module(module, x); }); }).join();
}

TEST_CASE_FIXTURE(Torch, "what forward begins of a thread's modes ends with it") {
    const H module = make_callable_module([](std::int64_t, const Handles &inputs) {
        call("rt_torch_autograd_no_grad_begin");
        return list(mul(inputs[0], 2));
    });
    CHECK_FALSE(requires_grad(run_module(module, parameter({1}))));
    CHECK(call<bool>("rt_torch_autograd_is_grad_enabled"));
}

TEST_CASE_FIXTURE(Torch, "modules of LibTorch's own that have others keep them to themselves") {
    const H encoder = call<H>("torch::nn::TransformerEncoderLayer", 4, 2, arg("dim_feedforward") = 4);
    expect_error(RT_E_ARGUMENT, "keeps its modules to itself",
                 [&] { call("rt_torch_module_named_children", encoder); });
    const H relu = call<H>("rt_torch_module_relu");
    CHECK(names_of("rt_torch_module_named_children", relu).empty());
    expect_error(RT_E_ARGUMENT, "this module has no modules inside", [&] { part("child", relu.get(), "0"); });
}

TEST_CASE_FIXTURE(Torch, "functions of modules of callables refuse wrong handles") {
    const H stranger = tensor({1});
    refuses_wrong_handles("rt_torch_module_child", {rt_handle(0), rt_text("a")}, 0, stranger.get());
    refuses_wrong_handles("rt_torch_module_named_children", {rt_handle(0)}, 0, stranger.get());
    refuses_wrong_handles("rt_torch_module_buffer", {rt_handle(0), rt_text("a")}, 0, stranger.get());
    expect_error(RT_E_ARGUMENT, "this module has no buffers",
                 [] { part("buffer", call<H>("rt_torch_module_relu").get(), "running_mean"); });
    const H norm = call<H>("rt_torch_module_batch_norm2d", 1);
    expect_error(RT_E_ARGUMENT, "there is no buffer \"running_men\": this module has running_mean",
                 [&] { part("buffer", norm.get(), "running_men"); });
    check_values(part("buffer", norm.get(), "running_var"), {1});
}

} // namespace torch_test::test_module_callable_failures
