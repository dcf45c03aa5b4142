// training_step.cpp - one XOR training step: written on LibTorch's C++ API, and on torch.hpp.
#include <torch/torch.h>

#include <memory>

#include <rtffi/torch.hpp>

#include "measure.hpp"

namespace {

constexpr double learning_rate = 0.1;

struct Direct {
    torch::nn::Sequential model{torch::nn::Linear(2, 8), torch::nn::Tanh(), torch::nn::Linear(8, 1),
                                torch::nn::Sigmoid()};
    torch::optim::SGD optimizer{model->parameters(), torch::optim::SGDOptions(learning_rate).momentum(0.9)};
    torch::Tensor inputs = torch::tensor({0.F, 0.F, 0.F, 1.F, 1.F, 0.F, 1.F, 1.F}).reshape({4, 2});
    torch::Tensor targets = torch::tensor({0.F, 1.F, 1.F, 0.F}).reshape({4, 1});

    void step() {
        optimizer.zero_grad();
        const torch::Tensor loss = torch::mse_loss(model->forward(inputs), targets);
        loss.backward();
        optimizer.step();
    }
};

struct Registry {
    rt::torch::nn::Sequential model{rt::torch::nn::Linear(2, 8), rt::torch::nn::Tanh(), rt::torch::nn::Linear(8, 1),
                                    rt::torch::nn::Sigmoid()};
    rt::torch::optim::SGD optimizer{model.parameters(), {.lr = learning_rate, .momentum = 0.9}};
    rt::torch::nn::MSELoss mse;
    rt::torch::Tensor inputs = rt::torch::tensor({0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0}).reshape({4, 2});
    rt::torch::Tensor targets = rt::torch::tensor({0.0, 1.0, 1.0, 0.0}).reshape({4, 1});

    void step() {
        optimizer.zero_grad();
        const rt::torch::Tensor loss = mse(model(inputs), targets);
        loss.backward();
        optimizer.step();
    }
};

template <class Trainer> bench::Variant steps(const char *name, std::shared_ptr<Trainer> trainer) {
    return {name, [trainer](std::int64_t n) {
                for (std::int64_t i = 0; i < n; i++) {
                    trainer->step();
                }
            }};
}

} // namespace

int main(int argc, char **argv) {
    at::set_num_threads(1);
    bench::Variant registry = steps("through torch.hpp", std::make_shared<Registry>());
    registry.baseline = "LibTorch's C++ API";
    registry.limit = 1.05;
    bench::Options options;
    options.repetitions = 300;
    options.rounds = 13;
    options.instructions = false; // LibTorch takes minutes to start under callgrind
    return bench::compare(argc, argv, "XOR training step",
                          {steps("LibTorch's C++ API", std::make_shared<Direct>()), registry}, options);
}
