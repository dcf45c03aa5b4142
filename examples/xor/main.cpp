// xor: trains a small network to compute the exclusive or of two bits, to the end.
#include <cstdio>

#include <rtffi/torch.hpp>

#include "../common/command_line.hpp"

namespace torch = rt::torch;

struct Result {
    double accuracy; // percent
    double loss;
};

static Result train(std::int64_t seed) {
    torch::manual_seed(seed);
    const torch::Tensor inputs = torch::tensor({{0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}});
    const torch::Tensor targets = torch::tensor({{0.0}, {1.0}, {1.0}, {0.0}});

    const torch::nn::Sequential model(torch::nn::Linear(2, 8), torch::nn::Tanh(), torch::nn::Linear(8, 1),
                                      torch::nn::Sigmoid());
    const torch::nn::MSELoss criterion;
    const torch::optim::Adam optimizer(model.parameters(), {.lr = 0.03});

    for (int step = 1; step <= 300; step++) {
        optimizer.zero_grad();
        const torch::Tensor loss = criterion(model(inputs), targets);
        loss.backward();
        optimizer.step();
        if (step % 50 == 0) {
            std::printf("step %4d: loss %.6f\n", step, loss.item());
        }
    }

    const torch::NoGrad without_gradients;
    const torch::Tensor outputs = model(inputs);
    const torch::Tensor right = (outputs > 0.5) == (targets > 0.5);
    const auto bits = inputs.to_vector<int>();
    const auto answers = outputs.to_vector<float>();
    for (std::size_t i = 0; i < answers.size(); i++) {
        std::printf("%d xor %d = %.4f\n", bits[2 * i], bits[2 * i + 1], static_cast<double>(answers[i]));
    }
    return {100 * right.to(torch::float32).mean().item(), criterion(outputs, targets).item()};
}

int main(int argc, char **argv) {
    const Program program = {"xor", "usage: xor [--seed N]\n\nTrains a small network to compute the exclusive or.\n"
                                    "  --seed N   where random numbers begin (default 1)\n"};
    std::int64_t seed = 1;
    int exit_status = 0;
    if (!parse_options(program, argc, argv, {{"--seed", &seed}}, {}, exit_status)) {
        return exit_status;
    }
    return run_program(program, [&] {
        const Result result = train(seed);
        std::printf("xor: accuracy %.1f %%, loss %.4f\n", result.accuracy, result.loss);
        return result.accuracy == 100 && result.loss < 0.01 ? 0 : 1;
    });
}
