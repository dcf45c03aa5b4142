// Fifty steps of each optimiser, beside those of torch::optim with the same options from the same place.
#include <torch/optim/adagrad.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include "optimizers.hpp"

namespace torch_test::test_optim_methods {

using namespace torch::optim;

namespace {

// The same numbers after each of fifty steps: the same operations on the same machine.
template <class... A> void check_fifty_steps(const char *method, const Direct &direct, const A &...options) {
    CAPTURE(method);
    const H parameter = torch_test::parameter({1, -2, 3, 0.5}, {2, 2});
    const H optimizer = make(method, parameter, options...);
    const at::Tensor leaf = read(parameter).requires_grad_();
    const auto other = direct({leaf});
    for (int i = 0; i < 50; i++) {
        descend(optimizer, parameter);
        descend(*other, leaf);
        CAPTURE(i);
        CHECK(read(parameter).equal(leaf.detach()));
    }
}

} // namespace

TEST_CASE_FIXTURE(Torch, "sgd steps as torch::optim::SGD does") {
    check_fifty_steps("sgd", with<SGD>(SGDOptions(0.05)), 0.05);
    check_fifty_steps("sgd", with<SGD>(SGDOptions(0.05).momentum(0.9).dampening(0.3).weight_decay(0.1)), 0.05, 0.9, 0.3,
                      0.1);
    check_fifty_steps("sgd", with<SGD>(SGDOptions(0.05).momentum(0.9).nesterov(true)), 0.05, 0.9,
                      arg("nesterov") = true);
}

TEST_CASE_FIXTURE(Torch, "adam steps as torch::optim::Adam does") {
    check_fifty_steps("adam", with<Adam>(AdamOptions()));
    check_fifty_steps("adam", with<Adam>(AdamOptions(0.1).betas({0.8, 0.9}).eps(1e-3).weight_decay(0.1)), 0.1, 0.8, 0.9,
                      1e-3, 0.1);
    check_fifty_steps("adam", with<Adam>(AdamOptions(0.1).amsgrad(true)), 0.1, arg("amsgrad") = true);
}

TEST_CASE_FIXTURE(Torch, "adamw steps as torch::optim::AdamW does") {
    check_fifty_steps("adamw", with<AdamW>(AdamWOptions()));
    check_fifty_steps("adamw", with<AdamW>(AdamWOptions(0.1).betas({0.8, 0.9}).eps(1e-3).weight_decay(0.2)), 0.1, 0.8,
                      0.9, 1e-3, 0.2);
    check_fifty_steps("adamw", with<AdamW>(AdamWOptions(0.1).weight_decay(0).amsgrad(true)), 0.1,
                      arg("weight_decay") = 0.0, arg("amsgrad") = true);
}

TEST_CASE_FIXTURE(Torch, "rmsprop steps as torch::optim::RMSprop does") {
    check_fifty_steps("rmsprop", with<RMSprop>(RMSpropOptions()));
    check_fifty_steps("rmsprop", with<RMSprop>(RMSpropOptions(0.05).alpha(0.9).eps(1e-3).weight_decay(0.1)), 0.05, 0.9,
                      1e-3, 0.1);
    check_fifty_steps("rmsprop", with<RMSprop>(RMSpropOptions(0.05).momentum(0.5).centered(true)), 0.05,
                      arg("momentum") = 0.5, arg("centered") = true);
}

TEST_CASE_FIXTURE(Torch, "adagrad steps as torch::optim::Adagrad does") {
    check_fifty_steps("adagrad", with<Adagrad>(AdagradOptions()));
    check_fifty_steps("adagrad", with<Adagrad>(AdagradOptions(0.5).lr_decay(0.01).weight_decay(0.1)), 0.5, 0.01, 0.1);
    check_fifty_steps("adagrad", with<Adagrad>(AdagradOptions(0.5).initial_accumulator_value(0.5).eps(1e-3)), 0.5,
                      arg("initial_accumulator_value") = 0.5, arg("eps") = 1e-3);
}

TEST_CASE_FIXTURE(Torch, "a step of adamw shrinks what has no gradient of its own by weight decay alone") {
    const H w = parameter({2});
    const H optimizer = make("adamw", w, 0.1, arg("weight_decay") = 0.5);
    zero_grad(optimizer);
    backward(call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_torchtensor_mul_scalar", w, 0.0)));
    step(optimizer);
    check_values(w, {1.9}); // 2 (1 - 0.1 * 0.5)
}

TEST_CASE_FIXTURE(Torch, "adagrad divides by the root of the sum of squares") {
    const H w = parameter({1});
    const H optimizer = make("adagrad", w, 0.5);
    descend(optimizer, w);
    check_values(w, {0.5}); // 1 - 0.5 * 2 / sqrt(4)
    descend(optimizer, w);
    check_values(w, {0.5 - 0.5 / std::sqrt(5.0)});
}

TEST_CASE_FIXTURE(Torch, "options of the other optimisers out of range are refused by name") {
    const auto refused = [](const char *text, const char *method, const auto &...options) {
        const H w = parameter({1});
        expect_error(RT_E_ARGUMENT, text, [&] { make(method, w, options...); });
    };
    refused("lr is -1", "adamw", -1.0);
    refused("beta1 is 1: it must be 0 or more, and less than 1", "adamw", arg("beta1") = 1.0);
    refused("weight_decay is nan", "adamw", arg("weight_decay") = std::nan(""));
    refused("lr_decay is -1", "adagrad", arg("lr_decay") = -1.0);
    refused("initial_accumulator_value is -0.5", "adagrad", arg("initial_accumulator_value") = -0.5);
    refused("max_iter is 0: it must be a whole number from 1 to 2147483647", "lbfgs", arg("max_iter") = 0);
    refused("max_eval is -3", "lbfgs", arg("max_eval") = -3);
    refused("history_size is 0", "lbfgs", arg("history_size") = 0);
    refused("tolerance_change is -1", "lbfgs", arg("tolerance_change") = -1.0);
}

} // namespace torch_test::test_optim_methods
