// autograd_custom_function: functions with a gradient of their own, and how to check one.
//
// A cube root, whose gradient is checked against finite differences; and rounding, whose gradient is 0 almost everywhere, with
// the straight-through estimator in its place (Bengio et al., arXiv 1308.3432), so that what comes before it can be trained.
#include <cmath>
#include <cstdio>
#include <iostream>

#include <rtffi/torch.hpp>

namespace torch = rt::torch;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The real cube root, also of negative numbers. Of y = x^(1/3) the derivative is 1 / (3 y^2): forward saves y.
static torch::autograd::Function cube_root() {
    return {[](AutogradContext &context, const variable_list &inputs) {
                std::vector<double> roots = inputs[0].to_vector<double>();
                for (double &root : roots) {
                    root = std::cbrt(root);
                }
                const torch::Tensor y = torch::tensor(roots, torch::kFloat64).reshape(inputs[0].shape());
                context.save_for_backward({y});
                return y;
            },
            [](AutogradContext &context, const variable_list &grads) {
                const torch::Tensor y = context.get_saved_variables()[0];
                return grads[0] / (3 * y.square());
            }};
}

// Rounds, and lets gradients through as if it did not.
static torch::autograd::Function straight_through_round() {
    return {[](AutogradContext &, const variable_list &inputs) {
                std::vector<double> values = inputs[0].to_vector<double>();
                for (double &value : values) {
                    value = std::round(value);
                }
                return torch::tensor(values, torch::kFloat64).reshape(inputs[0].shape());
            },
            [](AutogradContext &, const variable_list &grads) { return grads[0]; }};
}

// The largest difference between the function's own gradient and (f(x + h) - f(x - h)) / 2h.
static double largest_error(const torch::autograd::Function &function, const torch::Tensor &x) {
    constexpr double h = 1e-6;
    const torch::Tensor own = torch::autograd::grad({function(x).sum()}, {x})[0];
    const torch::NoGrad without_gradients;
    const torch::Tensor differences = (function(x + h) - function(x - h)) / (2 * h);
    std::printf("%10s %14s %14s\n", "x", "own gradient", "differences");
    const auto xs = x.to_vector<double>();
    const auto a = own.to_vector<double>();
    const auto b = differences.to_vector<double>();
    for (std::size_t i = 0; i < xs.size(); i++) {
        std::printf("%10.3f %14.8f %14.8f\n", xs[i], a[i], b[i]);
    }
    return (own - differences).abs().max().item();
}

// Finds a step, of weights that are rounded, such that the sum of the rounded weights is 10.
static double train_through_rounding() {
    const auto round = straight_through_round();
    const torch::Tensor weights = torch::tensor({0.2, 0.7, 1.1, -0.4}, torch::kFloat64).requires_grad_();
    const torch::optim::SGD sgd({&weights, 1}, {.lr = 0.05});
    double sum = 0;
    for (int step = 0; step < 40; step++) {
        sgd.zero_grad();
        const torch::Tensor error = round(weights).sum() - 10;
        error.square().backward();
        sgd.step();
        sum = error.item() + 10;
    }
    return sum;
}

int main() {
    try {
        const torch::Tensor x = torch::tensor({-8.0, -1.0, 0.5, 3.0, 27.0}, torch::kFloat64).requires_grad_();
        const double error = largest_error(cube_root(), x);
        std::printf("cube root: the largest difference is %.1e\n", error);
        const double sum = train_through_rounding();
        std::printf("rounding: the rounded weights add up to %g, and should to 10\n", sum);
        return error < 1e-6 && sum == 10 ? 0 : 1;
    } catch (const std::exception &error) {
        // Without LibTorch the program comes to the first number that it needs.
        const std::string why = torch::why_unavailable();
        std::cerr << (why.empty() ? "autograd_custom_function: " + std::string(error.what())
                                  : "LibTorch is not available: " + why)
                  << "\n";
        return 1;
    }
}
