// Modules: what can be done with any of them. The layers one by one are in test_module_layers.cpp.
#include <tuple>

#include "support.hpp"

namespace torch_test::test_module {

namespace {

using Names = std::vector<std::string>;

H linear(std::int64_t in, std::int64_t out) { return call<H>("rt_torch_module_linear", in, out); }
H batch_norm(std::int64_t features) { return call<H>("rt_torch_module_batch_norm2d", features); }
H relu() { return call<H>("rt_torch_module_relu"); }

template <class... Modules> H sequential(const Modules &...modules) {
    return call<H>("rt_torch_module_sequential", Dims{modules.get()...});
}

H forward(const H &module, const H &input) { return call<H>("rt_torch_module_forward", module, input); }
H parameter_of(const H &module, const char *name) { return call<H>("rt_torch_module_parameter", module, name); }
bool is_training(const H &module) { return call<bool>("rt_torch_module_is_training", module); }

Names names_of(const char *function, const H &module) { return call(function, module)[0].as<Names>(); }
Names parameter_names(const H &module) { return names_of("rt_torch_module_named_parameters", module); }

H square_sum(const H &x) { return call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_torchtensor_mul", x, x)); }

} // namespace

TEST_CASE_FIXTURE(Torch, "a sequence feeds each result to the next module") {
    const H first = linear(2, 3);
    const H second = linear(3, 1);
    const H both = sequential(first, relu(), second);
    const H x = tensor({1, 2, -3, 4}, {2, 2});
    const auto weights = [](const H &module) {
        return std::pair(read(parameter_of(module, "weight")), read(parameter_of(module, "bias")));
    };
    const auto [w1, b1] = weights(first);
    const auto [w2, b2] = weights(second);
    const at::Tensor want = at::linear(at::relu(at::linear(at_tensor({1, 2, -3, 4}, {2, 2}), w1, b1)), w2, b2);
    check_same(forward(both, x), want);
    const auto entry = native<std::int64_t(std::int64_t, std::int64_t)>("rt_torch_module_forward");
    check_same(H(entry(both.get(), x.get())), want);
}

TEST_CASE_FIXTURE(Torch, "gradients reach the parameters of all modules of a sequence") {
    const H first = linear(2, 3);
    const H second = linear(3, 1);
    const H both = sequential(first, call<H>("rt_torch_module_tanh"), second);
    backward(square_sum(forward(both, tensor({1, 2}, {1, 2}))));

    std::vector<at::Tensor> leaves;
    for (const H *module : {&first, &second}) {
        for (const char *name : {"weight", "bias"}) {
            leaves.push_back(read(parameter_of(*module, name)).requires_grad_());
        }
    }
    const at::Tensor hidden = at::tanh(at::linear(at_tensor({1, 2}, {1, 2}), leaves[0], leaves[1]));
    at::linear(hidden, leaves[2], leaves[3]).pow(2).sum().backward();
    const auto parameters = call<std::vector<H>>("rt_torch_module_parameters", both);
    REQUIRE(parameters.size() == leaves.size());
    for (std::size_t i = 0; i < leaves.size(); i++) {
        check_same(grad(parameters[i]), leaves[i].grad());
    }
}

TEST_CASE_FIXTURE(Torch, "a sequence shares its modules with their own handles") {
    H child = linear(2, 2);
    const H parent = sequential(child, relu());
    backward(square_sum(forward(parent, tensor({1, 1}, {1, 2}))));
    CHECK(grad(parameter_of(child, "bias")));
    call("rt_torch_module_eval", parent);
    CHECK_FALSE(is_training(child));
    child.reset();
    CHECK(shape_of(parameter_of(parent, "0.weight")) == Dims{2, 2});
    CHECK(shape_of(forward(parent, tensor({1, 1}, {1, 2}))) == Dims{1, 2});
}

TEST_CASE_FIXTURE(Torch, "a module lives on in its sequence's result when all handles are freed") {
    H y;
    H weight;
    {
        const H module = sequential(linear(2, 2));
        weight = parameter_of(module, "0.weight");
        y = forward(module, tensor({1, 1}, {1, 2}));
    }
    backward(square_sum(y));
    CHECK(grad(weight));
}

TEST_CASE_FIXTURE(Torch, "sequences nest, and their names tell where") {
    const H inner = sequential(linear(2, 2), batch_norm(2));
    const H outer = sequential(relu(), inner, linear(2, 1));
    CHECK(parameter_names(outer) == Names{"1.0.weight", "1.0.bias", "1.1.weight", "1.1.bias", "2.weight", "2.bias"});
    CHECK(names_of("rt_torch_module_named_buffers", outer) ==
          Names{"1.1.running_mean", "1.1.running_var", "1.1.num_batches_tracked"});
}

TEST_CASE_FIXTURE(Torch, "a module that is used twice has its parameters once") {
    const H shared = linear(2, 2);
    const H both = sequential(shared, shared);
    CHECK(parameter_names(both) == Names{"0.weight", "0.bias"});
    CHECK(call<std::vector<H>>("rt_torch_module_parameters", both).size() == 2);
}

TEST_CASE_FIXTURE(Torch, "parameters are the module's own tensors, and require gradients") {
    const H module = linear(3, 2);
    const rt::Value named = call("rt_torch_module_named_parameters", module);
    CHECK(named[0].as<Names>() == Names{"weight", "bias"});
    const auto tensors = named[1].as<std::vector<H>>();
    REQUIRE(tensors.size() == 2);
    CHECK(shape_of(tensors[0]) == Dims{2, 3});
    CHECK(shape_of(tensors[1]) == Dims{2});
    for (const H &parameter : tensors) {
        CHECK(call<bool>("rt_torch_autograd_requires_grad", parameter));
        CHECK(call<bool>("rt_torch_autograd_is_leaf", parameter));
    }
    CHECK(call<std::vector<H>>("rt_torch_module_parameters", relu()).empty());
    CHECK(parameter_names(relu()).empty());

    // The native form gives the handles in memory of the thread's.
    std::size_t count = 0;
    const std::int64_t *handles =
        native<const std::int64_t *(std::int64_t, std::size_t *)>("rt_torch_module_parameters")(module.get(), &count);
    REQUIRE(count == 2);
    check_same(H(handles[0]), read(tensors[0]));
    check_same(H(handles[1]), read(tensors[1]));
    CHECK(rt_dlsym(0, "rt_torch_module_named_parameters") == 0); // a tuple has no native form
}

TEST_CASE_FIXTURE(Torch, "buffers are state that does not require gradients") {
    const rt::Value named = call("rt_torch_module_named_buffers", batch_norm(2));
    CHECK(named[0].as<Names>() == Names{"running_mean", "running_var", "num_batches_tracked"});
    const auto tensors = named[1].as<std::vector<H>>();
    check_values(tensors[0], {0, 0});
    check_values(tensors[1], {1, 1});
    check_values(tensors[2], {0});
    CHECK(dtype_of(tensors[2]) == "int64");
    CHECK(names_of("rt_torch_module_named_buffers", linear(1, 1)).empty());
}

TEST_CASE_FIXTURE(Torch, "a wrong parameter name is answered with the right ones, the nearest first") {
    const H module = sequential(linear(1, 1), batch_norm(1));
    const auto refused = [&](std::string_view name, const char *text) {
        expect_error(RT_E_ARGUMENT, text, [&] { call("rt_torch_module_parameter", module, name); });
    };
    refused("1.bais", "there is no parameter \"1.bais\": this module has 1.bias, 0.bias, ");
    refused("1.wieght", "this module has 1.weight, 0.weight, ");
    refused("", "there is no parameter \"\"");
    refused(std::string(1'000'000, 'w'), "wwwwwwwwww...\": this module has ");
    refused(std::string_view("0.bias\0", 7), "there is no parameter \"0.bias\\x00\": this module has ");
    refused("two\nlines\t\x7f", "there is no parameter \"two\\nlines\\x09\\x7f\": this");
    const std::string e = "\xc3\xa9"; // UTF-8
    std::string accents;
    for (int i = 0; i < 60; i++) {
        accents += e;
    }
    refused(accents, ("no parameter \"" + accents + "\": this").c_str());
    refused(accents + "x", ("no parameter \"" + accents + "...\": this").c_str());
    refused("\xe2\x82\xac \xf0\x9f\x98\x80", "no parameter \"\xe2\x82\xac \xf0\x9f\x98\x80\": this");
    // Cut off, overlong, a surrogate, beyond U+10FFFF, a control character of two bytes.
    refused("\xe2\x82", "no parameter \"\\xe2\\x82\": this");
    refused("\xc0\xaf\xe0\x9f\xbf", "no parameter \"\\xc0\\xaf\\xe0\\x9f\\xbf\": this");
    refused("\xed\xa0\x80", "no parameter \"\\xed\\xa0\\x80\": this");
    refused("\xf4\x90\x80\x80", "no parameter \"\\xf4\\x90\\x80\\x80\": this");
    refused("\xc2\x85", "no parameter \"\\xc2\\x85\": this");
    expect_error(RT_E_ARGUMENT, "this module has no parameters", [] { parameter_of(relu(), "weight"); });
    expect_native_error(RT_E_ARGUMENT, "the text is null", [&] {
        native<std::int64_t(std::int64_t, const char *)>("rt_torch_module_parameter")(module.get(), nullptr);
    });

    std::vector<H> many;
    Dims handles;
    for (int i = 0; i < 6; i++) {
        handles.push_back(many.emplace_back(linear(1, 1)).get());
    }
    const H wide = call<H>("rt_torch_module_sequential", handles);
    expect_error(RT_E_ARGUMENT, "5.bias, 0.bias", [&] { parameter_of(wide, "5.bia"); });
    expect_error(RT_E_ARGUMENT, " and 4 more", [&] { parameter_of(wide, "5.bia"); });
}

TEST_CASE_FIXTURE(Torch, "train and eval set a module and those inside it") {
    const H child = batch_norm(1);
    const H parent = sequential(child);
    CHECK(is_training(parent));
    call("rt_torch_module_eval", parent);
    CHECK_FALSE(is_training(parent));
    CHECK_FALSE(is_training(child));
    call("rt_torch_module_train", parent);
    CHECK(is_training(child));
    call("rt_torch_module_train", parent, arg("on") = false);
    CHECK_FALSE(is_training(child));
    native<void(std::int64_t, bool)>("rt_torch_module_train")(parent.get(), true);
    CHECK(native<bool(std::int64_t)>("rt_torch_module_is_training")(child.get()));
}

TEST_CASE_FIXTURE(Torch, "zero_grad of a module drops the gradients of its parameters") {
    const H module = sequential(linear(2, 2));
    backward(square_sum(forward(module, tensor({1, 1}, {1, 2}))));
    const H bias = parameter_of(module, "0.bias");
    CHECK(grad(bias));
    call("rt_torch_module_zero_grad", module);
    CHECK_FALSE(grad(bias));
    call("rt_torch_module_zero_grad", module);
}

TEST_CASE_FIXTURE(Torch, "a module goes to the CPU, and to nothing that is not there") {
    const H module = linear(2, 2);
    const H weight = parameter_of(module, "weight");
    const at::Tensor before = read(weight);
    call("rt_torch_module_to_device", module, "cpu");
    check_same(parameter_of(module, "weight"), before);
    for (const char *name : {"gpu", "", "cuda:", "cuda:x", "cpu:99999999999999999999", "\xff"}) {
        CAPTURE(name);
        expect_error(RT_E_ARGUMENT, "it must be cpu, cuda, or a numbered one such as cuda:1",
                     [&] { call("rt_torch_module_to_device", module, name); });
    }
    expect_error(RT_E_ARGUMENT, "device is \"\\xff\\n\"", [&] { call("rt_torch_module_to_device", module, "\xff\n"); });
    expect_error(RT_E_ARGUMENT, "device is \"cuda:256\"", [&] { // 0 in 8 bits
        call("rt_torch_module_to_device", module, "cuda:256");
    });
    call("rt_torch_module_to_device", module, "cpu:0");
    for (const char *name : {"cpu:1", "meta", "xla", "mps", "vulkan", "xpu", "hpu", "lazy", "mkldnn"}) {
        CAPTURE(name);
        expect_error(RT_E_ARGUMENT, std::string("there is no device ") + name + " here: it must be cpu, which is one",
                     [&] { call("rt_torch_module_to_device", module, name); });
    }
    if (!call<bool>("rt_torch_cuda_available")) {
        for (const char *name : {"cuda", "cuda:1"}) {
            expect_error(RT_E_UNAVAILABLE, "CUDA", [&] { call("rt_torch_module_to_device", module, name); });
        }
    }
    check_same(weight, before);
}

TEST_CASE_FIXTURE(Torch, "to_text is what LibTorch prints") {
    CHECK(call<std::string>("rt_torch_module_to_text", sequential(linear(2, 3), relu())) ==
          "torch::nn::Sequential(\n"
          "  (0): torch::nn::Linear(in_features=2, out_features=3, bias=true)\n"
          "  (1): torch::nn::ReLU()\n"
          ")");
    CHECK(std::string(native<const char *(std::int64_t)>("rt_torch_module_to_text")(relu().get())) ==
          "torch::nn::ReLU()");
}

TEST_CASE_FIXTURE(Torch, "forward refuses what does not fit the layer") {
    const H module = linear(3, 2);
    expect_error(RT_E_CALLEE, "mat1 and mat2 shapes cannot be multiplied (1x2 and 3x2)",
                 [&] { forward(module, tensor({1, 2}, {1, 2})); });
    expect_error(RT_E_CALLEE,
                 "rt_torch_module_forward: ", [&] { forward(module, to_dtype(tensor({1, 2, 3}), "int64")); });
    CHECK(shape_of(forward(module, tensor({1, 2, 3}))) == Dims{2});
    CHECK(shape_of(forward(module, tensor({}, {0, 3}))) == Dims{0, 2});
}

TEST_CASE_FIXTURE(Torch, "a sequence has at least one module, and only modules") {
    expect_error(RT_E_ARGUMENT, "modules is empty", [] { call("rt_torch_module_sequential", Dims{}); });
    const H module = relu();
    const H stranger = tensor({1});
    for (const std::int64_t wrong : {std::int64_t{0}, freed_handle(), stranger.get()}) {
        expect_error(RT_E_HANDLE, "argument 1 (modules)",
                     [&] { call("rt_torch_module_sequential", Dims{module.get(), wrong}); });
    }
    expect_native_error(RT_E_ARGUMENT, "null", [] {
        native<std::int64_t(const std::int64_t *, std::size_t)>("rt_torch_module_sequential")(nullptr, 1);
    });
}

TEST_CASE_FIXTURE(Torch, "sequences that LibTorch could not go through are refused") {
    // Each holds the one before: the recursion would overflow the stack.
    H deep = relu();
    const auto wrap = [&] { deep = sequential(deep); };
    for (int i = 1; i < 200; i++) {
        wrap();
    }
    check_values(forward(deep, tensor({-1, 1})), {0, 1});
    expect_error(RT_E_ARGUMENT, "nested 201 deep: at most 200", wrap);

    // Each holds the one before twice: going through them would not end.
    H wide = relu();
    const auto twice = [&] { wide = sequential(wide, wide); };
    for (int i = 0; i < 18; i++) {
        twice();
    }
    expect_error(RT_E_ARGUMENT, "modules inside: at most 1000000", [&] {
        twice();
        twice();
    });
}

TEST_CASE_FIXTURE(Torch, "module functions refuse wrong handles, and say which argument it was") {
    const H module = relu();
    const H stranger = tensor({1});
    for (const char *name : {"rt_torch_module_parameters", "rt_torch_module_named_parameters",
                             "rt_torch_module_named_buffers", "rt_torch_module_eval", "rt_torch_module_is_training",
                             "rt_torch_module_zero_grad", "rt_torch_module_to_text"}) {
        refuses_wrong_handles(name, {rt_handle(0)}, 0, stranger.get());
    }
    refuses_wrong_handles("rt_torch_module_forward", {rt_handle(0), rt_handle(stranger.get())}, 0, stranger.get());
    refuses_wrong_handles("rt_torch_module_forward", {rt_handle(module.get()), rt_handle(0)}, 1, module.get());
    refuses_wrong_handles("rt_torch_module_train", {rt_handle(0), rt_bool(true)}, 0, stranger.get());
    refuses_wrong_handles("rt_torch_module_to_device", {rt_handle(0), rt_text("cpu")}, 0, stranger.get());
    refuses_wrong_handles("rt_torch_module_parameter", {rt_handle(0), rt_text("weight")}, 0, stranger.get());
    expect_error(RT_E_TYPE, "argument 2 (on)", [&] { call("rt_torch_module_train", module, "yes"); });
}

} // namespace torch_test::test_module
