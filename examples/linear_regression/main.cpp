// linear_regression: fits a line to noisy points by gradient descent, and compares it with the line that least squares give.
#include <cmath>
#include <cstdio>

#include <rtffi/torch.hpp>

#include "../common/command_line.hpp"

namespace torch = rt::torch;

static const Program program = {"linear_regression", "usage: linear_regression [--steps N] [--seed N]\n\n"
                                                     "Fits y = weight * x + bias to 200 noisy points of y = 3 x - 2.\n"
                                                     "  --steps N  how many steps of gradient descent (default 200)\n"
                                                     "  --seed N   where random numbers begin (default 1)\n"};

struct Line {
    double weight;
    double bias;
};

// The least squares' answer: the mean of x * y and of x * x, of centred numbers.
static Line least_squares(const torch::Tensor &x, const torch::Tensor &y) {
    const double mean_x = x.mean().item();
    const double mean_y = y.mean().item();
    const torch::Tensor centred = x - mean_x;
    const double weight = (centred * (y - mean_y)).sum().item() / centred.square().sum().item();
    return {weight, mean_y - weight * mean_x};
}

static int run(std::int64_t steps, std::int64_t seed) {
    torch::manual_seed(seed);
    const torch::Tensor x = torch::randn({200, 1});
    const torch::Tensor y = 3 * x - 2 + 0.5 * torch::randn({200, 1});

    const torch::nn::Linear model(1, 1);
    const torch::nn::MSELoss criterion;
    const torch::optim::SGD optimizer(model.parameters(), {.lr = 0.1});
    for (std::int64_t step = 1; step <= steps; step++) {
        optimizer.zero_grad();
        const torch::Tensor loss = criterion(model(x), y);
        loss.backward();
        optimizer.step();
        if (step % 40 == 0) {
            std::printf("step %4lld: loss %.6f\n", static_cast<long long>(step), loss.item());
        }
    }

    const Line best = least_squares(x, y);
    const Line found = {model.parameter("weight").item(), model.parameter("bias").item()};
    std::printf("gradient descent: y = %.4f x %+.4f\n", found.weight, found.bias);
    std::printf("least squares:    y = %.4f x %+.4f\n", best.weight, best.bias);
    const double distance = std::hypot(found.weight - best.weight, found.bias - best.bias);
    std::printf("linear_regression: %.6f apart\n", distance);
    return distance < 1e-3 ? 0 : 1;
}

int main(int argc, char **argv) {
    std::int64_t steps = 200;
    std::int64_t seed = 1;
    int exit_status = 0;
    if (!parse_options(program, argc, argv, {{"--steps", &steps, 1}, {"--seed", &seed}}, {}, exit_status)) {
        return exit_status;
    }
    return run_program(program, [&] { return run(steps, seed); });
}
