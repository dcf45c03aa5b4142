// Groups of parameters: each steps with its own options, which are read and set by name.
#include <torch/optim/adagrad.h>
#include <torch/optim/adam.h>

#include <map>

#include "optimizers.hpp"

namespace torch_test::test_optim_groups {

namespace {

std::int64_t add_group(const H &optimizer, const H &parameter, double lr) {
    return call<std::int64_t>("rt_torch_optim_add_group", optimizer, ids_of(parameter), lr);
}
std::int64_t count(const H &optimizer) { return call<std::int64_t>("rt_torch_optim_group_count", optimizer); }
double option(const H &optimizer, std::int64_t group, const char *name) {
    return call<double>("rt_torch_optim_group_option", optimizer, group, name);
}
void set_option(const H &optimizer, std::int64_t group, const char *name, double value) {
    call("rt_torch_optim_set_group_option", optimizer, group, name, value);
}

// One step of both down their squares.
void descend_both(const H &optimizer, const H &a, const H &b) {
    zero_grad(optimizer);
    backward(call<H>("rt_torch_torchtensor_add", square_of(a), square_of(b)));
    step(optimizer);
}

} // namespace

TEST_CASE_FIXTURE(Torch, "each group has a learning rate of its own") {
    const H slow = parameter({1});
    const H fast = parameter({1});
    const H optimizer = make("sgd", slow, 0.1);
    CHECK(count(optimizer) == 1);
    CHECK(add_group(optimizer, fast, 0.25) == 1);
    CHECK(count(optimizer) == 2);
    descend_both(optimizer, slow, fast);
    check_values(slow, {0.8});
    check_values(fast, {0.5});
    set_option(optimizer, 1, "lr", 0.0);
    CHECK(option(optimizer, 0, "lr") == 0.1);
    CHECK(option(optimizer, 1, "lr") == 0.0);
    descend_both(optimizer, slow, fast);
    check_values(slow, {0.64});
    check_values(fast, {0.5});
    call("rt_torch_optim_set_learning_rate", optimizer, 0.5); // of all
    CHECK(option(optimizer, 1, "lr") == 0.5);
    zero_grad(optimizer);
    CHECK_FALSE(grad(fast));
}

// LibTorch 2.13 takes an option that equals its class's default for one that was not given.
TEST_CASE_FIXTURE(Torch,
                  "a group's learning rate may be the class's default, and its other options are the optimiser's") {
    const H first = parameter({1});
    const H second = parameter({1});
    const H optimizer = make("adam", first, 0.5, 0.8, 0.99, 1e-4, 0.25);
    add_group(optimizer, second, 1e-3);
    CHECK(option(optimizer, 1, "lr") == 1e-3);
    const std::map<const char *, double> others{{"beta1", 0.8}, {"beta2", 0.99}, {"eps", 1e-4}, {"weight_decay", 0.25}};
    for (const auto &[name, value] : others) {
        CHECK(option(optimizer, 1, name) == value);
    }
    descend_both(optimizer, first, second);
    check_values(first, {0.5}, 1e-3); // the first step has the length of the rate
    check_values(second, {0.999});
}

TEST_CASE_FIXTURE(Torch, "every option of every optimiser is read, set and read again") {
    const std::map<const char *, std::map<const char *, double>> all{
        {"sgd", {{"lr", 0.1}, {"momentum", 0}, {"dampening", 0}, {"weight_decay", 0}, {"nesterov", 0}}},
        {"adam", {{"lr", 0.1}, {"beta1", 0.9}, {"beta2", 0.999}, {"eps", 1e-8}, {"weight_decay", 0}, {"amsgrad", 0}}},
        {"adamw",
         {{"lr", 0.1}, {"beta1", 0.9}, {"beta2", 0.999}, {"eps", 1e-8}, {"weight_decay", 1e-2}, {"amsgrad", 0}}},
        {"rmsprop",
         {{"lr", 0.1}, {"alpha", 0.99}, {"eps", 1e-8}, {"weight_decay", 0}, {"momentum", 0}, {"centered", 0}}},
        {"adagrad",
         {{"lr", 0.1}, {"lr_decay", 0}, {"weight_decay", 0}, {"initial_accumulator_value", 0}, {"eps", 1e-10}}},
        {"lbfgs",
         {{"lr", 0.1},
          {"max_iter", 20},
          {"max_eval", 25},
          {"tolerance_grad", 1e-7},
          {"tolerance_change", 1e-9},
          {"history_size", 100},
          {"strong_wolfe", 0}}},
    };
    const auto is_flag = [](const std::string &name) {
        return name == "nesterov" || name == "amsgrad" || name == "centered" || name == "strong_wolfe";
    };
    for (const auto &[method, options] : all) {
        for (const auto &[name, value] : options) {
            CAPTURE(std::string(method));
            CAPTURE(std::string(name));
            const H w = parameter({1});
            const H optimizer = make(method, w, 0.1);
            CHECK(option(optimizer, 0, name) == value);
            if (std::string(name) == "nesterov") {
                set_option(optimizer, 0, "momentum", 0.5);
            }
            const bool whole = value >= 20;
            const double other = is_flag(name) ? 1 : whole ? 7 : 0.625;
            set_option(optimizer, 0, name, other);
            CHECK(option(optimizer, 0, name) == other);
        }
    }
}

TEST_CASE_FIXTURE(Torch, "an option that needs more state gets it, also between steps") {
    for (const auto &[method, name, value] : {std::tuple{"adam", "amsgrad", 1.0},
                                              {"adamw", "amsgrad", 1.0},
                                              {"rmsprop", "momentum", 0.5},
                                              {"rmsprop", "centered", 1.0},
                                              {"sgd", "momentum", 0.5}}) {
        CAPTURE(method);
        CAPTURE(name);
        const H w = parameter({1});
        const H optimizer = make(method, w, 0.01);
        descend(optimizer, w);
        set_option(optimizer, 0, name, value);
        const double before = read(w).item<double>();
        descend(optimizer, w);
        CHECK(read(w).item<double>() < before);
    }
}

TEST_CASE_FIXTURE(Torch, "a group that adagrad gets later starts as its first one does") {
    const H first = parameter({1});
    const H second = parameter({3});
    const H optimizer = make("adagrad", first, 0.5, arg("initial_accumulator_value") = 0.5);
    add_group(optimizer, second, 0.25);
    std::vector<at::Tensor> leaves{at_tensor({1}).requires_grad_(), at_tensor({3}).requires_grad_()};
    using torch::optim::AdagradOptions;
    torch::optim::Adagrad one({leaves[0]}, AdagradOptions(0.5).initial_accumulator_value(0.5));
    torch::optim::Adagrad other({leaves[1]}, AdagradOptions(0.25).initial_accumulator_value(0.5));
    for (int i = 0; i < 10; i++) {
        descend_both(optimizer, first, second);
        descend(one, leaves[0]);
        descend(other, leaves[1]);
    }
    check_same(first, leaves[0], 0);
    check_same(second, leaves[1], 0);
}

TEST_CASE_FIXTURE(Torch, "groups that cannot be are refused, and change nothing") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.1);
    expect_error(RT_E_ARGUMENT, "parameters[0], of shape [1], is in another group of this optimiser",
                 [&] { add_group(optimizer, w, 0.1); });
    expect_error(RT_E_ARGUMENT, "does not require gradients", [&] { add_group(optimizer, tensor({1}), 0.1); });
    expect_error(RT_E_ARGUMENT, "parameters is empty",
                 [&] { call("rt_torch_optim_add_group", optimizer, Dims{}, 0.1); });
    expect_error(RT_E_ARGUMENT, "lr is -1", [&] { add_group(optimizer, parameter({1}), -1); });
    CHECK(count(optimizer) == 1);
    const H other = parameter({1});
    expect_error(RT_E_ARGUMENT, "lbfgs has one group of parameters", [&] { add_group(make("lbfgs", w), other, 0.1); });
}

TEST_CASE_FIXTURE(Torch, "options and groups that are not there are refused with those that are") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.1);
    for (const std::int64_t group : {-1, 1, 1000}) {
        expect_error(RT_E_ARGUMENT, "is out of range: the optimiser has 1, counted from 0",
                     [&] { option(optimizer, group, "lr"); });
        expect_error(RT_E_ARGUMENT, "is out of range", [&] { set_option(optimizer, group, "lr", 0.5); });
    }
    expect_error(RT_E_ARGUMENT,
                 "there is no option \"speed\\n\": sgd has lr, momentum, dampening, weight_decay, nesterov",
                 [&] { option(optimizer, 0, "speed\n"); });
    expect_error(RT_E_ARGUMENT, "there is no option \"\"", [&] { set_option(optimizer, 0, "", 0.5); });
    expect_error(RT_E_ARGUMENT, "momentum is -1", [&] { set_option(optimizer, 0, "momentum", -1); });
    expect_error(RT_E_ARGUMENT, "nesterov is 2: it must be 0 or 1", [&] { set_option(optimizer, 0, "nesterov", 2); });
    expect_error(RT_E_ARGUMENT, "nesterov needs a momentum", [&] { set_option(optimizer, 0, "nesterov", 1); });
    CHECK(option(optimizer, 0, "momentum") == 0);
    CHECK(option(optimizer, 0, "nesterov") == 0);
    descend(optimizer, w);
    check_values(w, {0.8});
}

} // namespace torch_test::test_optim_groups
