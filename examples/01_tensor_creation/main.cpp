// 01_tensor_creation: the ways to make a tensor, and to get numbers into it and out of it.
#include <iostream>
#include <vector>

#include <rtffi/torch.hpp>

namespace torch = rt::torch;

static void show() {
    std::cout << "LibTorch " << torch::version() << ", found at run time\n\n";

    std::cout << "zeros({2, 3}):\n" << torch::zeros({2, 3}) << "\n\n";
    std::cout << "full({2, 2}, 7):\n" << torch::full({2, 2}, 7) << "\n\n";
    std::cout << "eye(3):\n" << torch::eye(3) << "\n\n";
    std::cout << "arange(0, 10, 2):\n" << torch::arange(0, 10, 2) << "\n\n";
    std::cout << "linspace(0, 1, 5):\n" << torch::linspace(0, 1, 5) << "\n\n";

    // The same seed gives the same numbers.
    torch::manual_seed(42);
    const torch::Tensor first = torch::randn({2, 3});
    torch::manual_seed(42);
    const torch::Tensor second = torch::randn({2, 3});
    std::cout << "randn({2, 3}):\n"
              << first << "\nthe same again: " << std::boolalpha << torch::equal(first, second) << "\n\n";

    // Numbers written down: floating ones become float32, whole ones int64.
    const torch::Tensor matrix = torch::tensor({{1.0, 2.0}, {3.0, 4.0}});
    const torch::Tensor labels = torch::tensor({3, 1, 2});
    std::cout << "tensor({{1.0, 2.0}, {3.0, 4.0}}): " << matrix.dtype() << "\n" << matrix << "\n";
    std::cout << "tensor({3, 1, 2}): " << labels.dtype() << "\n" << labels << "\n\n";

    // Whole blocks of memory, in and out, with one copy each.
    std::vector<float> pixels(28 * 28);
    for (std::size_t i = 0; i < pixels.size(); i++) {
        pixels[i] = static_cast<float>(i);
    }
    const torch::Tensor image = torch::from_span<float>(pixels, {28, 28});
    const std::vector<float> back = (image / 2).to_vector<float>();
    std::cout << "a picture of " << image.size(0) << " by " << image.size(1) << ", halved: the last pixel is "
              << back.back() << ", the mean " << image.mean().item() << "\n";
}

int main() {
    try {
        show();
    } catch (const std::exception &error) {
        // Without LibTorch the program comes to the first number that it needs.
        const std::string why = torch::why_unavailable();
        std::cerr << (why.empty() ? "01_tensor_creation: " + std::string(error.what())
                                  : "LibTorch is not available: " + why)
                  << "\n";
        return 1;
    }
}
