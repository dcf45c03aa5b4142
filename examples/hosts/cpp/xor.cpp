// xor.cpp - the exclusive or, trained over a binding that was generated from the torch plugin. Nothing of LibTorch is linked or
// included, and rtffi/torch.hpp neither: what any plugin's binding looks like.
//
//     rtffi bind --lang cpp --plugin torch -o torch_binding.hpp
//     c++ -std=c++20 xor.cpp -lrtffi -o xor && ./xor
#include <array>
#include <cstdio>
#include <exception>
#include <string>

#include "torch_binding.hpp"

static double train() {
    torch::manual_seed(1);
    constexpr std::array inputs{0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0};
    constexpr std::array targets{0.0, 1.0, 1.0, 0.0};
    const torch::Tensor x = torch::tensor_from_data(inputs, {4, 2});
    const torch::Tensor y = torch::tensor_from_data(targets, {4, 1});
    const torch::Module model = torch::module_sequential(
        {torch::module_linear(2, 8), torch::module_tanh(), torch::module_linear(8, 1), torch::module_sigmoid()});
    const torch::Optimizer optimizer = torch::optim_adam(model.parameters(), 0.03);

    for (int step = 1; step <= 300; step++) {
        optimizer.zero_grad();
        const torch::Tensor loss = torch::loss_mse(model.forward(x), y);
        torch::autograd_backward(loss);
        optimizer.step();
        if (step % 50 == 0) {
            std::printf("step %4d: loss %.6f\n", step, loss.item());
        }
    }

    std::array<float, 4> outputs{};
    model.forward(x).to_memory(std::as_writable_bytes(std::span(outputs)));
    double loss = 0;
    int right = 0;
    for (std::size_t i = 0; i < outputs.size(); i++) {
        const double output = outputs[i];
        std::printf("%.0f xor %.0f = %.4f\n", inputs[2 * i], inputs[2 * i + 1], output);
        loss += (output - targets[i]) * (output - targets[i]) / 4;
        right += (output > 0.5) == (targets[i] > 0.5) ? 1 : 0;
    }
    std::printf("xor: accuracy %.1f %%, loss %.4f\n", 25.0 * right, loss);
    return right == 4 ? loss : 1;
}

int main(int argc, char **argv) {
    if (argc > 1) {
        std::fprintf(stderr, "xor: unknown option '%s': it takes none\n", argv[1]);
        return 2;
    }
    try {
        rt::Library("torch").keep(); // says what is missing before anything is computed
    } catch (const rt::Error &error) {
        std::fprintf(stderr, "LibTorch is not available: %s\n", error.what());
        return 1;
    }
    try {
        return train() < 0.01 ? 0 : 1;
    } catch (const std::exception &error) {
        // Where LibTorch is missing, that sentence alone, without the function that needed it.
        const std::string message = error.what();
        const std::size_t missing = message.find("LibTorch is not available: ");
        std::fprintf(stderr, "%s\n",
                     missing != std::string::npos ? message.c_str() + missing : ("xor: " + message).c_str());
        return 1;
    }
}
