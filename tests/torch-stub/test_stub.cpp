// The stub by itself, as a host uses it: forms are right, mistakes are told, numbers are refused with the reason.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <rtffi/torch.hpp>

#include <cstring>
#include <thread>

namespace torch = rt::torch;
using Shape = std::vector<std::int64_t>;

namespace {

// The fixture of every test: the stub is loaded by its path, and no handle stays alive.
class Stub {
  public:
    Stub() {
        static const std::int64_t plugin = rt_dlopen(RTFFI_TEST_STUB, 0);
        REQUIRE_MESSAGE(plugin != 0, rt_dlerror());
        alive_ = rt_handle_count();
    }
    Stub(const Stub &) = delete;
    Stub &operator=(const Stub &) = delete;
    ~Stub() { CHECK(rt_handle_count() == alive_); }

  private:
    std::int64_t alive_;
};

// `body` throws an rt::Error with that status, cause and text.
template <class Body> void fails(rt_status status, const char *cause, const char *text, Body body) {
    try {
        body();
        FAIL_CHECK("it should have failed with ", text);
    } catch (const rt::Error &error) {
        CHECK(error.code() == status);
        CHECK(std::string(error.cause()) == cause);
        CHECK_MESSAGE(std::strstr(error.what(), text) != nullptr, error.what());
    }
}

template <class Body> void has_no_number(Body body) {
    fails(RT_E_UNAVAILABLE, "no_libtorch", "LibTorch is not available: ", body);
}

} // namespace

TEST_CASE_FIXTURE(Stub, "the stub says that there is no LibTorch, and how to get it") {
    CHECK_FALSE(torch::available());
    CHECK(torch::version().empty());
    CHECK(torch::why_unavailable().find("apt install libtorch-dev, or pip install torch") != std::string::npos);
    CHECK_FALSE(torch::cuda::is_available());
    CHECK(torch::cuda::device_count() == 0);
    CHECK(torch::zeros({2}).device() == torch::Device("cpu"));
    fails(RT_E_UNAVAILABLE, "no_device", "no device but the CPU", [] { torch::zeros({2}).to("cuda"); });
}

TEST_CASE_FIXTURE(Stub, "tensors have shapes and dtypes") {
    const torch::Tensor a = torch::tensor({{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}});
    CHECK(a.shape() == Shape{2, 3});
    CHECK((a + torch::ones({3})).shape() == Shape{2, 3});
    CHECK(a.matmul(torch::ones({3, 4})).shape() == Shape{2, 4});
    CHECK((a > 2).dtype() == torch::boolean);
    CHECK((torch::tensor({1, 2}) / 2).dtype() == torch::float32);
    CHECK(a.to(torch::float64).dtype() == torch::float64);
    CHECK(a.reshape({-1}).shape() == Shape{6});
    CHECK(a.slice(1, -2).shape() == Shape{2, 2});
    CHECK(torch::cat({a, a}, 0).shape() == Shape{4, 3});
    CHECK(a.argmax(1).dtype() == torch::int64);
}

TEST_CASE_FIXTURE(Stub, "mistakes are told as LibTorch tells them") {
    const torch::Tensor a = torch::ones({2, 3});
    fails(RT_E_CALLEE, "libtorch", "cannot be multiplied", [&] { a.matmul(a); });
    fails(RT_E_CALLEE, "libtorch", "must match the size of tensor b", [&] { a + torch::ones({2}); });
    fails(RT_E_CALLEE, "libtorch", "invalid for input of size 6", [&] { a.reshape({4}); });
    fails(RT_E_CALLEE, "libtorch", "view size is not compatible", [&] { a.t().view({6}); });
    fails(RT_E_ARGUMENT, "index", "Dimension out of range", [&] { a.softmax(2); });
    fails(RT_E_ARGUMENT, "", "negative", [] { torch::zeros({-1}); });
    fails(RT_E_MEMORY, "out_of_memory", "64 bits", [] { torch::zeros({std::int64_t{1} << 62, 16}); });
}

TEST_CASE_FIXTURE(Stub, "whatever gives a number is refused, after its arguments were checked") {
    const torch::Tensor one = torch::ones({1});
    has_no_number([&] { one.item(); });
    has_no_number([&] { one.to_vector<float>(); });
    has_no_number([&] { torch::eye(2).det(); });
    has_no_number([&] { rt::call<double>("rt_torch_torchtensor_sum", rt_handle(one.handle())); });
    has_no_number([&] { rt::call<std::string>("rt_torch_torchtensor_to_text", rt_handle(one.handle())); });
    fails(RT_E_ARGUMENT, "", "the tensor has 2 elements", [] { torch::ones({2}).item(); });
    fails(RT_E_ARGUMENT, "", "one square matrix", [] { torch::ones({2, 3}).det(); });
}

TEST_CASE_FIXTURE(Stub, "a network runs, its gradients have the shapes of its parameters, and a step changes nothing") {
    const torch::nn::Sequential network(torch::nn::Conv2d(1, 4, 3), torch::nn::ReLU(), torch::nn::Flatten(),
                                        torch::nn::Linear(4 * 6 * 6, 10));
    const torch::optim::Adam optimizer(network.parameters(), {.lr = 0.1});
    const torch::Tensor output = network(torch::zeros({5, 1, 8, 8}));
    CHECK(output.shape() == Shape{5, 10});
    const torch::Tensor loss = torch::nn::CrossEntropyLoss()(output, torch::tensor({0, 1, 2, 3, 4}));
    CHECK(loss.shape().empty());
    CHECK(loss.requires_grad());
    CHECK_FALSE(network.parameter("0.weight").grad().defined());
    loss.backward();
    CHECK(network.parameter("0.weight").grad().shape() == Shape{4, 1, 3, 3});
    CHECK(network.parameter("3.bias").grad().shape() == Shape{10});
    optimizer.step();
    optimizer.zero_grad();
    CHECK_FALSE(network.parameter("3.bias").grad().defined());
    fails(RT_E_CALLEE, "libtorch", "cannot be multiplied", [&] { network(torch::zeros({5, 1, 9, 9})); });
}

TEST_CASE_FIXTURE(Stub, "modules of functions and of classes run, and so do their hooks") {
    struct Scale : torch::nn::Module {
        torch::Tensor by = register_parameter("by", torch::ones({3}));
        torch::Tensor forward(const torch::Tensor &x) const override { return x * by; }
    };
    const torch::nn::Linear linear(2, 3);
    const torch::nn::Sequential network(linear, Scale(),
                                        torch::nn::Functional([](const torch::Tensor &x) { return x.sum(1); }));
    CHECK(network.parameters().size() == 3);
    const torch::nn::RemovableHandle hook = linear.register_forward_hook(
        [](const torch::nn::Module &, const std::vector<torch::Tensor> &, const std::vector<torch::Tensor> &outputs) {
            return torch::cat({outputs[0], outputs[0]}, 0);
        });
    CHECK(network(torch::zeros({4, 2})).shape() == Shape{8});
    hook.remove();
    CHECK(network(torch::zeros({4, 2})).shape() == Shape{4});
    network.to(torch::float64);
    CHECK(linear.parameter("weight").dtype() == torch::float64);
    CHECK(network(torch::zeros({4, 2}).to(torch::float64)).dtype() == torch::float64);
    fails(RT_E_CALLEE, "libtorch", "cannot be multiplied", [&] { network(torch::zeros({4, 3})); });
}

TEST_CASE_FIXTURE(Stub, "gradients have the forms of their inputs, and which there are is known") {
    const torch::Tensor x = torch::ones({2, 3}).requires_grad_();
    const torch::Tensor other = torch::ones({4}).requires_grad_();
    const torch::Tensor y = (x * x).sum();
    const auto found = torch::autograd::grad({y}, {x, other}, {}, true, true, true);
    CHECK(found[0].shape() == Shape{2, 3});
    CHECK_FALSE(found[1].defined());
    CHECK(torch::autograd::grad({found[0].sum()}, {x})[0].shape() == Shape{2, 3});
    fails(RT_E_ARGUMENT, "", "inputs[1] was not used", [&] { torch::autograd::grad({y}, {x, other}); });
    torch::autograd::backward({y}, {}, {}, false, {y});
    CHECK(y.grad().defined());
    CHECK_FALSE(x.grad().defined());
}

TEST_CASE_FIXTURE(Stub, "functions and checkpoints call forward, and gradients go through them to the leaves") {
    int forwards = 0;
    const torch::autograd::Function f(
        [&](torch::autograd::AutogradContext &context, const torch::autograd::variable_list &inputs) {
            forwards++;
            CHECK(context.needs_input_grad(0));
            CHECK_FALSE(torch::is_grad_enabled());
            context.save_for_backward(inputs);
            return inputs[0].sum(1);
        },
        [](torch::autograd::AutogradContext &, const torch::autograd::variable_list &grads) { return grads; });
    const torch::Tensor x = torch::ones({2, 3}).requires_grad_();
    const torch::Tensor weight = torch::ones({3}).requires_grad_();
    const torch::Tensor y = torch::utils::checkpoint(
        [&](const torch::autograd::variable_list &inputs) { return f(inputs[0] * weight); }, {x})[0];
    CHECK(forwards == 1);
    CHECK(y.shape() == Shape{2});
    y.sum().backward();
    CHECK(x.grad().shape() == Shape{2, 3});
    CHECK(weight.grad().shape() == Shape{3});
    fails(RT_E_BUSY, "", "not today", [&] {
        torch::autograd::Function(
            [](torch::autograd::AutogradContext &, const torch::autograd::variable_list &) -> torch::Tensor {
                torch::api::inference_mode_begin(true); // and no end
                throw rt::Error(RT_E_BUSY, "not today");
            },
            [](torch::autograd::AutogradContext &, const torch::autograd::variable_list &g) { return g; })(x);
    });
    CHECK_FALSE(torch::is_inference_mode_enabled());
}

TEST_CASE_FIXTURE(Stub, "modes nest as they do with LibTorch") {
    const torch::Tensor x = torch::ones({2}).requires_grad_();
    const torch::NoGrad off;
    CHECK_FALSE((x * 2).requires_grad());
    {
        const torch::EnableGrad on;
        CHECK((x * 2).requires_grad());
        const torch::InferenceMode inference;
        CHECK((x * 2).is_inference());
        fails(RT_E_ARGUMENT, "", "began last is that of rt_torch_autograd_inference_mode_begin",
              [] { torch::api::no_grad_end(); });
    }
    CHECK_FALSE(torch::is_grad_enabled());
    CHECK_FALSE((x * 2).is_inference());
}

TEST_CASE_FIXTURE(Stub, "optimisers keep their options, closures run once, and states have no numbers to save") {
    const torch::Tensor x = torch::ones({2}).requires_grad_();
    const torch::Tensor y = torch::ones({3}).requires_grad_();
    const torch::optim::LBFGS lbfgs(std::vector{x});
    int calls = 0;
    const auto closure = [&] {
        calls++;
        const torch::Tensor loss = (x * x).sum();
        loss.backward();
        return loss;
    };
    CHECK(lbfgs.step(closure).shape().empty());
    CHECK(calls == 1);
    fails(RT_E_ARGUMENT, "", "call rt_torch_optim_step_closure", [&] { lbfgs.step(); });
    const torch::optim::AdamW adamw(std::vector{x}, {.lr = 0.5});
    adamw.add_param_group(std::vector{y}, 0.25);
    adamw.param_groups()[1].set_option("weight_decay", 0.5);
    CHECK(adamw.param_groups()[1].option("weight_decay") == 0.5);
    fails(RT_E_ARGUMENT, "", "in another group", [&] { adamw.add_param_group(std::vector{x}, 1); });
    has_no_number([&] { adamw.save("state"); });
    has_no_number([&] { torch::nn::utils::clip_grad_norm_(x, 1); });
    const torch::optim::lr_scheduler::StepLR scheduler(adamw, 1, 0.5);
    scheduler.step();
    CHECK(scheduler.get_last_lr() == std::vector{0.25, 0.125});
}

TEST_CASE_FIXTURE(Stub, "a loop of mixed precision runs, as if all gradients were finite") {
    const torch::Tensor x = torch::ones({2}).requires_grad_();
    const torch::optim::SGD sgd(std::vector{x}, 0.5);
    const torch::amp::GradScaler scaler({.init_scale = 8, .growth_interval = 1});
    torch::Tensor loss;
    {
        const torch::autocast half;
        loss = (x * x).sum();
    }
    scaler.scale(loss).backward();
    CHECK(scaler.step(sgd));
    scaler.update();
    CHECK(scaler.get_scale() == 16);
    fails(RT_E_UNAVAILABLE, "no_device", "no device but the CPU", [] { torch::autocast("cuda"); });
}

TEST_CASE_FIXTURE(Stub, "nothing is recorded inside NoGrad, on this thread alone") {
    const torch::Tensor x = torch::ones({2}).requires_grad_();
    const torch::NoGrad without;
    CHECK_FALSE((x * 2).requires_grad());
    std::thread([&] { CHECK((x * 2).requires_grad()); }).join();
}

TEST_CASE_FIXTURE(Stub, "a record of a hundred thousand operations goes without overflowing the stack") {
    torch::Tensor x = torch::ones({2}).requires_grad_();
    for (int i = 0; i < 100'000; i++) {
        x = x + 1;
    }
    CHECK(x.shape() == Shape{2});
}
