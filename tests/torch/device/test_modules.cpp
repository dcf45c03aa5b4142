// Modules on a device that LibTorch's own Module::to refuses: they move, train there, and come back.
#include "support.hpp"

#include <torch/nn/functional/loss.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/sgd.h>

using namespace torch_test;

namespace {

const std::string second = std::string(fake_device::name) + ":1";

H linear(int in, int out) { return call<H>("rt_torch_module_linear", in, out); }
H parameter_of(const H &module, const char *name) { return call<H>("rt_torch_module_parameter", module, name); }
void move(const H &module, const std::string &device) { call("rt_torch_module_to_device", module, device); }
H forward(const H &module, const H &input) { return call<H>("rt_torch_module_forward", module, input); }
void step(const H &optimizer, const H &loss) {
    call("rt_torch_optim_zero_grad", optimizer);
    backward(loss);
    call("rt_torch_optim_step", optimizer);
}

} // namespace

TEST_SUITE("device") {

    TEST_CASE_FIXTURE(Device,
                      "a module moves to a device and back with its numbers; handles to its tensors stay valid") {
        const H layer = linear(2, 3);
        const H tanh = call<H>("rt_torch_module_tanh");
        const H module = call<H>("rt_torch_module_sequential", std::vector<std::int64_t>{layer.get(), tanh.get()});
        const H weight = parameter_of(module, "0.weight");
        const at::Tensor before = read(weight);
        move(module, second);
        CHECK(device_of(weight) == 1);
        CHECK(device_of(parameter_of(module, "0.bias")) == 1);
        CHECK(call<bool>("rt_torch_autograd_requires_grad", weight));
        CHECK(call<bool>("rt_torch_autograd_is_leaf", weight));
        check_same(weight, before);
        move(module, second);
        move(module, fake_device::name); // the current one
        CHECK(device_of(weight) == 0);
        move(module, "cpu");
        CHECK(device_of(weight) == -1);
        check_same(weight, before);
        check_same(forward(module, tensor({1, 2}, {1, 2})),
                   at::tanh(at::matmul(at_tensor({1, 2}, {1, 2}), before.t()) + read(parameter_of(module, "0.bias"))));
    }

    TEST_CASE_FIXTURE(Device, "buffers move, too, and gradients with their parameters") {
        const H norm = call<H>("rt_torch_module_batch_norm2d", 2);
        const rt::Value buffers = call("rt_torch_module_named_buffers", norm);
        const H mean = std::move(buffers[1].as<std::vector<H>>()[0]);
        move(norm, second);
        CHECK(device_of(mean) == 1);

        const H module = linear(1, 1);
        const H weight = parameter_of(module, "weight");
        backward(call<H>("rt_torch_torchtensor_sum_all", forward(module, tensor({3}, {1, 1}))));
        move(module, second);
        CHECK(device_of(grad(weight)) == 1);
        check_values(grad(weight), {3});
        backward(call<H>("rt_torch_torchtensor_sum_all", forward(module, to_device(tensor({4}, {1, 1}), 1))));
        CHECK(device_of(grad(weight)) == 1);
        check_values(grad(weight), {7});
    }

    TEST_CASE_FIXTURE(Device, "a module that cannot move stays where it was") {
        const H module = linear(2, 2);
        const H weight = parameter_of(module, "weight");
        move(module, second);
        expect_error(RT_E_ARGUMENT, "there is no device 2",
                     [&] { move(module, std::string(fake_device::name) + ":2"); });
        expect_error(RT_E_UNAVAILABLE, "CUDA", [&] { move(module, "cuda"); });
        CHECK(device_of(weight) == 1);
        expect_error(RT_E_CALLEE, "device", [&] { // the input is elsewhere
            backward(call<H>("rt_torch_loss_mse", forward(module, to_device(tensor({1, 2}, {1, 2}), 1)),
                             tensor({1, 2}, {1, 2})));
        });
    }

    TEST_CASE_FIXTURE(Device, "training on the device gives the numbers of LibTorch's own training on the CPU") {
        const H module = linear(2, 1);
        const H weight = parameter_of(module, "weight");
        const H bias = parameter_of(module, "bias");
        torch::nn::Linear direct(2, 1);
        {
            const at::NoGradGuard no_grad;
            direct->weight.copy_(read(weight));
            direct->bias.copy_(read(bias));
        }
        torch::optim::SGD direct_sgd(direct->parameters(), torch::optim::SGDOptions(0.1).momentum(0.9));
        const at::Tensor x = at_tensor({1, 2, 3, 4, 5, 6}, {3, 2}) / 6;
        const at::Tensor y = at_tensor({1, 0, 1}, {3, 1});

        move(module, second);
        const H sgd = call<H>("rt_torch_optim_sgd", std::vector<std::int64_t>{weight.get(), bias.get()}, 0.1, 0.9);
        const H there = to_device(from_at(x), 1);
        const H target = to_device(from_at(y), 1);
        for (int i = 0; i < 5; i++) {
            const H loss = call<H>("rt_torch_loss_mse", forward(module, there), target);
            CHECK(device_of(loss) == 1);
            step(sgd, loss);
            direct_sgd.zero_grad();
            const at::Tensor direct_loss = torch::nn::functional::mse_loss(direct->forward(x), y);
            direct_loss.backward();
            direct_sgd.step();
            CHECK(call<double>("rt_torch_torchtensor_item", loss) ==
                  doctest::Approx(direct_loss.item<double>()).epsilon(1e-5));
        }
        CHECK(device_of(weight) == 1);
        check_same(weight, direct->weight);
        check_same(bias, direct->bias);
        move(module, "cpu");
        check_same(forward(module, from_at(x)), direct->forward(x));
    }

    TEST_CASE_FIXTURE(Device, "operators by name compute on the device, and tensors of several devices do not mix") {
        const H a = to_device(tensor({1, 2}), 1);
        const H sum = call<H>("aten::add", a, to_device(tensor({10, 20}), 1), arg("alpha") = 2);
        CHECK(device_of(sum) == 1);
        check_values(sum, {21, 42});
        CHECK(call<double>("rt_torch_torchtensor_sum", a) == 3);
        const H x = parameter({3});
        backward(call<H>("rt_torch_torchtensor_sum_all",
                         call<H>("rt_torch_torchtensor_mul", to_device(x, 1), to_device(tensor({5}), 1))));
        CHECK(device_of(grad(x)) == -1); // gradients flow through the copy
        check_values(grad(x), {5});
    }

} // TEST_SUITE
