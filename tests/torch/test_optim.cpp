// Optimisers: steps by hand, learning rates, options and parameters that are refused.
#include <torch/optim/adam.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include <limits>

#include "optimizers.hpp"

namespace torch_test::test_optim {

namespace {

const double nan = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

template <class... A> void refused(const char *text, const char *method, const A &...options) {
    const H w = parameter({1});
    expect_error(RT_E_ARGUMENT, text, [&] { make(method, w, options...); });
}

} // namespace

TEST_CASE_FIXTURE(Torch, "sgd goes down the gradient by the learning rate") {
    const H w = parameter({1, -2});
    const H optimizer = make("sgd", w, 0.1);
    descend(optimizer, w);
    check_values(w, {0.8, -1.6}); // w - 0.1 * 2 w
    descend(optimizer, w);
    check_values(w, {0.64, -1.28});
}

TEST_CASE_FIXTURE(Torch, "sgd with momentum keeps a part of the steps before") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.1, arg("momentum") = 0.9);
    descend(optimizer, w);
    check_values(w, {0.8}); // velocity 2
    descend(optimizer, w);
    check_values(w, {0.46}); // velocity 0.9 * 2 + 1.6 = 3.4
}

TEST_CASE_FIXTURE(Torch, "weight decay pulls to zero") {
    const H w = parameter({1});
    descend(make("sgd", w, 0.1, arg("weight_decay") = 0.5), w);
    check_values(w, {0.75}); // 1 - 0.1 (2 + 0.5)
}

TEST_CASE_FIXTURE(Torch, "adam's first step has the length of the learning rate") {
    const H w = parameter({1, -20, 300});
    descend(make("adam", w, 0.5), w);
    check_values(w, {0.5, -19.5, 299.5});
}

TEST_CASE_FIXTURE(Torch, "rmsprop divides by the root of the mean square") {
    const H w = parameter({1});
    descend(make("rmsprop", w, 0.1, arg("alpha") = 0.75), w);
    check_values(w, {0.8}); // the mean is 0.25 * 2^2 = 1: 1 - 0.1 * 2 / 1
}

TEST_CASE_FIXTURE(Torch, "a step changes the memory the parameter's handles share, and moves none") {
    const H module = call<H>("rt_torch_module_linear", 2, 1);
    const auto parameters = call<std::vector<H>>("rt_torch_module_parameters", module);
    const H optimizer = call<H>("rt_torch_optim_sgd", parameters, 0.1);
    const at::Tensor weight = read(parameters[0]);
    const at::Tensor bias = read(parameters[1]);
    const H y = call<H>("rt_torch_module_forward", module, tensor({3, 5}));
    backward(call<H>("rt_torch_torchtensor_sum_all", y));
    step(optimizer);
    check_same(call<H>("rt_torch_module_parameter", module, "weight"), weight - 0.1 * at_tensor({3, 5}, {1, 2}));
    check_same(parameters[1], bias - 0.1);
}

TEST_CASE_FIXTURE(Torch, "an optimizer keeps its parameters alive") {
    H optimizer;
    H loss;
    {
        const H w = parameter({1});
        optimizer = make("sgd", w, 0.1);
        loss = call<H>("rt_torch_torchtensor_sum_all", w);
    }
    backward(loss);
    step(optimizer);
}

TEST_CASE_FIXTURE(Torch, "a parameter without a gradient stays as it is") {
    const H used = parameter({1});
    const H unused = parameter({5});
    const H optimizer = call<H>("rt_torch_optim_adam", Dims{used.get(), unused.get()});
    step(optimizer);
    check_values(used, {1});
    backward(call<H>("rt_torch_torchtensor_sum_all", used));
    step(optimizer);
    check_values(used, {0.999});
    check_values(unused, {5});
}

TEST_CASE_FIXTURE(Torch, "zero_grad of an optimizer drops the gradients") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.1);
    zero_grad(optimizer);
    backward(call<H>("rt_torch_torchtensor_sum_all", w));
    CHECK(grad(w));
    zero_grad(optimizer);
    CHECK_FALSE(grad(w));
    step(optimizer);
    check_values(w, {1});
}

TEST_CASE_FIXTURE(Torch, "the learning rate is read and set, also between steps") {
    for (const char *method : {"sgd", "adam", "rmsprop"}) {
        CAPTURE(method);
        const H w = parameter({1});
        const H optimizer = make(method, w, 0.25);
        CHECK(learning_rate(optimizer) == 0.25);
        call("rt_torch_optim_set_learning_rate", optimizer, 0.0);
        CHECK(native<double(std::int64_t)>("rt_torch_optim_learning_rate")(optimizer.get()) == 0);
        descend(optimizer, w);
        check_values(w, {1});
        for (const double rate : {-0.1, nan, infinity, 1e39}) {
            expect_error(RT_E_ARGUMENT, "lr is ", [&] { call("rt_torch_optim_set_learning_rate", optimizer, rate); });
        }
        CHECK(learning_rate(optimizer) == 0);
    }
    const H w = parameter({1});
    CHECK(learning_rate(make("adam", w)) == 1e-3);
    CHECK(learning_rate(make("rmsprop", w)) == 1e-2);
    expect_error(RT_E_ARGUMENT, "rt_torch_optim_sgd", [&] { make("sgd", w); }); // lr has no default
}

TEST_CASE_FIXTURE(Torch, "options out of range are refused by name") {
    for (const char *method : {"sgd", "adam", "rmsprop"}) {
        for (const double rate : {-1.0, nan, infinity}) {
            refused("lr is ", method, rate);
        }
        refused("weight_decay is -1", method, 0.1, arg("weight_decay") = -1);
    }
    refused("momentum is -1: it must be a finite number, 0 or more", "sgd", 0.1, -1);
    refused("dampening is nan", "sgd", 0.1, 0.9, nan);
    refused("nesterov needs a momentum above 0 and no dampening: they are 0 and 0", "sgd", 0.1, arg("nesterov") = true);
    refused("nesterov needs", "sgd", 0.1, 0.9, 0.5, 0.0, true);
    refused("beta1 is 1: it must be 0 or more, and less than 1", "adam", 0.1, 1);
    refused("beta2 is -0.5", "adam", 0.1, 0.9, -0.5);
    refused("eps is -1", "adam", 0.1, 0.9, 0.9, -1);
    refused("alpha is 1.5", "rmsprop", 0.1, 1.5);
    refused("eps is inf", "rmsprop", 0.1, 0.9, infinity);
    for (const char *method : {"sgd", "adam", "rmsprop"}) {
        refused("lr is 1e+39: float32 reaches from -3.40282e+38 to 3.40282e+38", method, 1e39);
    }
    refused("dampening is -1e+39", "sgd", 0.1, 0.9, -1e39);
    refused("momentum is nan", "rmsprop", 0.1, arg("momentum") = nan);
}

TEST_CASE_FIXTURE(Torch, "parameters must be leaves that require gradients, each once: the error says which is not") {
    const H good = parameter({1});
    const H plain = tensor({1, 2, 3});
    const H computed = call<H>("rt_torch_torchtensor_neg", good);
    const auto all = [](const char *text, const Dims &handles) {
        for (const char *method : {"rt_torch_optim_adam", "rt_torch_optim_rmsprop"}) {
            expect_error(RT_E_ARGUMENT, text, [&] { call(method, handles); });
        }
        expect_error(RT_E_ARGUMENT, text, [&] { call("rt_torch_optim_sgd", handles, 0.1); });
    };
    all("parameters is empty", {});
    all("parameters[1], of shape [3], does not require gradients: call rt_torch_autograd_set_requires_grad",
        {good.get(), plain.get()});
    all("parameters[1], of shape [1], is not a leaf", {good.get(), computed.get()});
    all("parameters[2], of shape [1], is the same tensor as parameters[0]",
        {good.get(), parameter({2}).get(), good.get()});
}

TEST_CASE_FIXTURE(Torch, "optimizers by their native entries") {
    const H w = parameter({1});
    const std::int64_t handles[] = {w.get()};
    const auto sgd = native<std::int64_t(const std::int64_t *, std::size_t, double, double, double, double, bool)>(
        "rt_torch_optim_sgd");
    const H optimizer(sgd(handles, 1, 0.1, 0, 0, 0, false));
    backward(call<H>("rt_torch_torchtensor_sum_all", w));
    native<void(std::int64_t)>("rt_torch_optim_step")(optimizer.get());
    check_values(w, {0.9});
    expect_native_error(RT_E_ARGUMENT, "parameters is empty",
                        [&] { CHECK(sgd(nullptr, 0, 0.1, 0, 0, 0, false) == 0); });
    expect_native_error(RT_E_ARGUMENT, "argument 1 (parameters): the pointer is null",
                        [&] { sgd(nullptr, 1, 0.1, 0, 0, 0, false); });
    expect_native_error(RT_E_HANDLE, "rt_torch_optim_step: argument 1 (optimizer)",
                        [&] { native<void(std::int64_t)>("rt_torch_optim_step")(w.get()); });
    CHECK(std::isnan(native<double(std::int64_t)>("rt_torch_optim_learning_rate")(0)));
}

TEST_CASE_FIXTURE(Torch, "optimizer functions refuse wrong handles, and say which argument it was") {
    const H w = parameter({1});
    for (const char *name : {"rt_torch_optim_step", "rt_torch_optim_zero_grad", "rt_torch_optim_learning_rate"}) {
        refuses_wrong_handles(name, {rt_handle(0)}, 0, w.get());
    }
    refuses_wrong_handles("rt_torch_optim_set_learning_rate", {rt_handle(0), rt_f64(0.1)}, 0, w.get());
    const H optimizer = make("sgd", w, 0.1);
    for (const std::int64_t wrong : {std::int64_t{0}, freed_handle(), optimizer.get()}) {
        expect_error(RT_E_HANDLE, "argument 1 (parameters)",
                     [&] { call("rt_torch_optim_sgd", Dims{w.get(), wrong}, 0.1); });
    }
    expect_error(RT_E_TYPE, "argument 2 (lr)", [&] { make("sgd", w, "fast"); });
}

TEST_CASE_FIXTURE(Torch, "a model that is trained through the registry learns xor") {
    call("rt_torch_manual_seed", 1);
    const H hidden = call<H>("rt_torch_module_linear", 2, 8);
    const H tanh = call<H>("rt_torch_module_tanh");
    const H output = call<H>("rt_torch_module_linear", 8, 1);
    const H sigmoid = call<H>("rt_torch_module_sigmoid");
    const H model = call<H>("rt_torch_module_sequential", Dims{hidden.get(), tanh.get(), output.get(), sigmoid.get()});
    const H optimizer = call<H>("rt_torch_optim_adam", call<std::vector<H>>("rt_torch_module_parameters", model), 0.05);
    const H x = tensor({0, 0, 0, 1, 1, 0, 1, 1}, {4, 2});
    const H y = tensor({0, 1, 1, 0}, {4, 1});
    for (int i = 0; i < 500; i++) {
        zero_grad(optimizer);
        backward(call<H>("rt_torch_loss_binary_cross_entropy", call<H>("rt_torch_module_forward", model, x), y));
        step(optimizer);
    }
    check_values(call<H>("rt_torch_module_forward", model, x), {0, 1, 1, 0}, 0.05);
}

TEST_CASE_FIXTURE(Torch, "parameters of a dtype that LibTorch cannot step are refused, before one of them moves") {
    // What this LibTorch does with the dtype by itself.
    const auto steps = [](const Direct &direct, at::ScalarType dtype) {
        const at::Tensor leaf = at::ones({1}, dtype).requires_grad_();
        leaf.mutable_grad() = at::ones({1}, dtype);
        try {
            direct({leaf})->step();
        } catch (const std::exception &) {
            return false;
        }
        return true;
    };
    const struct {
        const char *method;
        Direct direct;
    } methods[] = {{"rt_torch_optim_sgd", with<torch::optim::SGD>(torch::optim::SGDOptions(0.1))},
                   {"rt_torch_optim_adam", with<torch::optim::Adam>(torch::optim::AdamOptions(0.1))},
                   {"rt_torch_optim_rmsprop", with<torch::optim::RMSprop>(torch::optim::RMSpropOptions(0.1))}};
    for (const auto &[method, direct] : methods) {
        for (const auto dtype : {at::kHalf, at::kBFloat16, at::kDouble}) {
            CAPTURE(method);
            const H first = parameter({1});
            const H second = from_at(at::ones({1}, dtype));
            call("rt_torch_autograd_set_requires_grad", second, true);
            const Dims both{first.get(), second.get()};
            if (steps(direct, dtype)) {
                CHECK(call<H>(method, both, 0.1));
            } else {
                expect_error(RT_E_ARGUMENT, "] is of float16 on cpu, which this optimiser cannot step (",
                             [&] { call(method, both, 0.1); });
            }
        }
    }
}

} // namespace torch_test::test_optim
