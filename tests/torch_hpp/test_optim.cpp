// Optimisers: one step of each by hand, and XOR to the end.
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <stdexcept>

#include "support.hpp"

namespace {

// After the call the gradient is 2.
torch::Tensor parameter_at_one() {
    torch::Tensor x = torch::tensor({1.0}).requires_grad_();
    (x * x).sum().backward();
    return x;
}

} // namespace

TEST_CASE("SGD goes against the gradient, with momentum and weight decay") {
    const NoLeak no_leak;
    const torch::Tensor x = parameter_at_one();
    const torch::optim::SGD plain(std::vector{x}, 0.1);
    plain.step();
    CHECK(holds(x, {0.8}));

    const torch::Tensor y = parameter_at_one();
    const torch::optim::SGD sgd(std::vector{y}, {.lr = 0.1, .momentum = 0.5, .weight_decay = 1});
    sgd.step(); // gradient 2 + 1: 1 - 0.1 x 3
    CHECK(holds(y, {0.7}));
    sgd.step(); // velocity 0.5 x 3 + (2 + 0.7) = 4.2
    CHECK(holds(y, {0.28}));
}

TEST_CASE("the first step of Adam is the learning rate, of RMSprop ten times it with alpha 0.99") {
    const NoLeak no_leak;
    const torch::Tensor x = parameter_at_one();
    const torch::optim::Adam adam(std::vector{x}, {.lr = 0.1});
    adam.step();
    CHECK(holds(x, {0.9}));

    // Gradients 2 and then 0: m is 0.5 x 2 and v 0.25 x 4 after the first step.
    const torch::Tensor z = parameter_at_one();
    const torch::optim::Adam with_betas(std::vector{z}, {.lr = 0.1, .betas = {0.5, 0.75}});
    with_betas.step();
    z.zero_grad();
    with_betas.step(); // m is 0.5 / (1 - 0.5^2), v is 0.75 / (1 - 0.75^2)
    CHECK(holds(z, {0.9 - 0.1 * (0.5 / 0.75) / std::sqrt(0.75 / 0.4375)}));

    const torch::Tensor y = parameter_at_one();
    const torch::optim::RMSprop rmsprop(std::vector{y}, {.lr = 0.01});
    rmsprop.step(); // 0.01 x 2 / sqrt(0.01 x 4)
    CHECK(holds(y, {0.9}));
}

TEST_CASE("learning rates have torch's defaults and can be changed") {
    const NoLeak no_leak;
    const std::vector parameters{torch::ones({2}).requires_grad_()};
    CHECK(torch::optim::Adam(parameters).lr() == doctest::Approx(1e-3));
    CHECK(torch::optim::RMSprop(parameters).lr() == doctest::Approx(1e-2));
    CHECK(torch::optim::Adam(parameters, 0.5).lr() == 0.5);
    CHECK(torch::optim::RMSprop(parameters, 0.5).lr() == 0.5);
    const torch::optim::SGD sgd(parameters, 1);
    sgd.set_lr(0.25);
    CHECK(sgd.lr() == 0.25);
}

TEST_CASE("zero_grad drops the gradients") {
    const NoLeak no_leak;
    const torch::Tensor x = parameter_at_one();
    const torch::optim::SGD sgd(std::vector{x}, 0.1);
    sgd.zero_grad();
    CHECK_FALSE(x.grad().defined());
}

TEST_CASE("an optimiser of nothing, or of what cannot be trained, is an error") {
    const NoLeak no_leak;
    CHECK(
        contains(error_of([] { torch::optim::SGD(std::vector<torch::Tensor>(), 0.1); }).what(), "parameters is empty"));
    CHECK(error_of([] { torch::optim::SGD(std::vector{torch::Tensor()}, 0.1); }).code() == RT_E_HANDLE);
    CHECK(
        contains(error_of([] { torch::optim::SGD(std::vector{torch::ones({1}).requires_grad_()}, -1); }).what(), "lr"));
    CHECK(contains(error_of([] { torch::optim::SGD(std::vector{torch::ones({1})}, 1); }).what(),
                   "does not require gradients"));
}

TEST_CASE("AdamW and Adagrad step with their own options") {
    const NoLeak no_leak;
    const torch::Tensor x = parameter_at_one();
    const torch::optim::AdamW adamw(std::vector{x}, {.lr = 0.1, .weight_decay = 0.5});
    adamw.step(); // 1 (1 - 0.1 x 0.5) - 0.1
    CHECK(holds(x, {0.85}));

    const torch::Tensor y = parameter_at_one();
    const torch::optim::Adagrad adagrad(std::vector{y}, {.lr = 0.1, .initial_accumulator_value = 5});
    adagrad.step(); // 0.1 x 2 / sqrt(5 + 4)
    CHECK(holds(y, {1 - 0.2 / 3}));
    CHECK(torch::optim::AdamW(std::vector{x}).param_groups()[0].option("weight_decay") == 0.01);
    CHECK(torch::optim::Adagrad(std::vector{x}).lr() == 0.01);
}

TEST_CASE("LBFGS finds the lowest point of a parabola, calling a closure") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({3.0, -1.0}).requires_grad_();
    const torch::optim::LBFGS lbfgs(std::vector{x}, {.strong_wolfe = true});
    int calls = 0;
    const auto closure = [&] {
        calls++;
        lbfgs.zero_grad();
        const torch::Tensor loss = ((x - 2) * (x - 2)).sum();
        loss.backward();
        return loss;
    };
    CHECK(lbfgs.step(closure).item() == 10);
    CHECK(calls > 1);
    CHECK(holds(x, {2, 2}, 1e-3));
    CHECK(contains(error_of([&] { lbfgs.step(); }).what(), "step_closure"));
    CHECK(contains(error_of([&] { lbfgs.step([]() -> torch::Tensor { throw std::runtime_error("no data"); }); }).what(),
                   "no data"));
}

TEST_CASE("groups of parameters have learning rates of their own") {
    const NoLeak no_leak;
    const torch::Tensor slow = parameter_at_one();
    const torch::Tensor fast = parameter_at_one();
    const torch::optim::SGD sgd(std::vector{slow}, 0.1);
    const torch::optim::ParamGroup group = sgd.add_param_group(std::vector{fast}, 0.25);
    CHECK(group.lr() == 0.25);
    sgd.step();
    CHECK(holds(slow, {0.8}));
    CHECK(holds(fast, {0.5}));
    sgd.param_groups()[1].set_lr(0);
    sgd.param_groups()[0].set_option("momentum", 0.5);
    CHECK(sgd.param_groups().size() == 2);
    CHECK(group.lr() == 0);
    CHECK(sgd.param_groups()[0].option("momentum") == 0.5);
}

TEST_CASE("states are saved and loaded") {
    const NoLeak no_leak;
    const std::string path = std::filesystem::temp_directory_path() /
                             ("rtffi-test-optim-" + std::to_string(getpid())); // one for each process
    const torch::Tensor x = parameter_at_one();
    const torch::optim::SGD one(std::vector{x}, {.lr = 0.1, .momentum = 0.5});
    one.step();
    torch::save(one, path);
    const torch::optim::SGD other(std::vector{x}, 1);
    torch::load(other, path);
    std::filesystem::remove(path);
    CHECK(other.lr() == 0.1);
    other.step(); // velocity 0.5 x 2 + 2
    CHECK(holds(x, {0.5}));
    CHECK(error_of([&] { torch::load(other, path); }).code() == RT_E_NOT_FOUND);
}

TEST_CASE("XOR is learned to the end, the same from run to run, and nothing leaks") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({{0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}});
    const torch::Tensor y = torch::tensor({{0.0}, {1.0}, {1.0}, {0.0}});
    double final_loss[2];
    for (double &loss_of_run : final_loss) {
        torch::manual_seed(1);
        const torch::nn::Sequential model(torch::nn::Linear(2, 8), torch::nn::Tanh(), torch::nn::Linear(8, 1),
                                          torch::nn::Sigmoid());
        const torch::optim::Adam adam(model.parameters(), {.lr = 0.05});
        for (int step = 0; step < 500; step++) {
            const torch::Tensor loss = torch::nn::MSELoss()(model(x), y);
            adam.zero_grad();
            loss.backward();
            adam.step();
            loss_of_run = loss.item();
        }
        const torch::NoGrad without_gradients;
        CHECK(torch::equal(model(x) > 0.5, y > 0.5));
        CHECK(loss_of_run < 0.01);
    }
    CHECK(final_loss[0] == final_loss[1]);
}
