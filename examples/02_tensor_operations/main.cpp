// 02_tensor_operations: arithmetic, linear algebra, reductions, parts of tensors, and gradients.
#include <iostream>

#include <rtffi/torch.hpp>

namespace torch = rt::torch;

static void arithmetic() {
    const torch::Tensor a = torch::tensor({{1.0, 2.0}, {3.0, 4.0}});
    const torch::Tensor b = torch::tensor({10.0, 20.0}); // a row, which is added to every row of a
    std::cout << "a:\n" << a << "\n\na + b:\n" << a + b << "\n\n2 * a - 1:\n" << 2 * a - 1 << "\n\n";
    std::cout << "a matmul a:\n" << a.matmul(a) << "\n\ninverse of a:\n" << a.inverse() << "\n\n";
    std::cout << "det(a) = " << a.det() << ", norm(a) = " << a.norm() << "\n\n";
}

static void reductions() {
    const torch::Tensor scores = torch::tensor({{0.1, 2.0, 0.3}, {1.5, 0.2, 0.1}});
    const auto [values, indices] = scores.max(1);
    std::cout << "the best of each row:\n" << values << "\nstands in column:\n" << indices << "\n\n";
    std::cout << "sum " << scores.sum().item() << ", mean " << scores.mean().item() << ", std " << scores.std() << "\n";
    std::cout << "as probabilities:\n" << scores.softmax(1) << "\n\n";
}

static void parts() {
    const torch::Tensor grid = torch::arange(0, 12).reshape({3, 4});
    std::cout << "grid:\n"
              << grid << "\n\nits row 1:\n"
              << grid[1] << "\n\nits last two columns:\n"
              << grid.slice(1, -2) << "\n\nlarger than 6:\n"
              << (grid > 6) << "\n\n";
    std::cout << "two of them side by side: " << torch::cat({grid, grid}, 1).size(1) << " columns\n\n";
}

// The gradient of sum(x^3) is 3 x^2.
static void gradients() {
    const torch::Tensor x = torch::tensor({1.0, 2.0, 3.0}).requires_grad_();
    const torch::Tensor y = x.pow(3).sum();
    y.backward();
    std::cout << "y = sum(x^3) = " << y.item() << "\ndy/dx:\n" << x.grad() << "\n";

    const torch::NoGrad without;
    std::cout << "inside NoGrad: " << std::boolalpha << (x * 2).requires_grad() << "\n\n";
}

// LibTorch's own words, as a C++ exception.
static void mistakes() {
    try {
        torch::ones({2, 3}).matmul(torch::ones({2, 3}));
    } catch (const rt::Error &error) {
        std::cout << "a mistake is an exception:\n  " << error.what() << "\n";
    }
}

int main() {
    try {
        arithmetic();
        reductions();
        parts();
        gradients();
        mistakes();
    } catch (const std::exception &error) {
        // Without LibTorch the program comes to the first number that it needs.
        const std::string why = torch::why_unavailable();
        std::cerr << (why.empty() ? "02_tensor_operations: " + std::string(error.what())
                                  : "LibTorch is not available: " + why)
                  << "\n";
        return 1;
    }
}
