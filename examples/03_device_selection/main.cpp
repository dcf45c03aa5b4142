// 03_device_selection: the same program computes on a GPU where there is one, and on the CPU where there is none.
#include <chrono>
#include <iostream>

#include <rtffi/torch.hpp>

namespace torch = rt::torch;

// Milliseconds for one product of two 512 by 512 matrices.
static double product_time(const torch::Device &device) {
    const torch::Tensor a = torch::randn({512, 512}).to(device);
    const torch::Tensor b = torch::randn({512, 512}).to(device);
    a.matmul(b).sum().item(); // the first use sets things up
    constexpr int rounds = 10;
    const auto begin = std::chrono::steady_clock::now();
    torch::Tensor sum = torch::zeros({512, 512}).to(device);
    for (int i = 0; i < rounds; i++) {
        sum += a.matmul(b);
    }
    sum.sum().item(); // a GPU works on its own; reading a number waits for it
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count() / rounds;
}

static void show() {
    if (torch::available()) {
        std::cout << "LibTorch " << torch::version() << " computes with " << torch::get_num_threads()
                  << " CPU threads\n";
    }
    std::cout << "CUDA devices: " << torch::cuda::device_count() << "\n";

    const torch::Device device = torch::cuda::is_available() ? torch::Device("cuda") : torch::Device("cpu");
    std::cout << "computing on: " << device << "\n";
    std::cout << "512 x 512 product: " << product_time(device) << " ms\n";

    // A module moves with its parameters.
    const torch::nn::Linear layer(4, 2);
    layer.to(device);
    const torch::Tensor output = layer(torch::ones({3, 4}).to(device));
    std::cout << "a layer's output is on " << output.device() << ", and back on " << output.cpu().device() << "\n";

    if (device.is_cuda()) {
        const torch::Stream stream;
        const torch::Tensor copy = torch::ones({1024, 1024}).to("cuda", stream);
        stream.synchronize();
        std::cout << "copied through a stream: " << copy.device() << ", " << torch::cuda::memory_allocated()
                  << " bytes in use there\n";
        return;
    }
    // Asking for what is not there is an exception and says so.
    try {
        torch::ones({2}).to("cuda:0");
    } catch (const rt::Error &error) {
        std::cout << "asking for a GPU all the same:\n  " << error.what() << "\n";
    }
}

int main() {
    try {
        show();
    } catch (const std::exception &error) {
        // Without LibTorch the program comes to the first number that it needs.
        const std::string why = torch::why_unavailable();
        std::cerr << (why.empty() ? "03_device_selection: " + std::string(error.what())
                                  : "LibTorch is not available: " + why)
                  << "\n";
        return 1;
    }
}
