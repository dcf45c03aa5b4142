// Copies, moves, errors, leaks, threads; devices and files that are not there.
//
// NOLINTBEGIN(bugprone-use-after-move, performance-unnecessary-copy-initialization): copies and moved-from tensors are what is tested
#include <thread>

#include "support.hpp"

TEST_CASE("copies share the tensor, clone does not") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({2}).requires_grad_();
    const torch::Tensor shared = x;
    shared.sum().backward();
    CHECK(x.grad().defined());
    CHECK(shared.handle() == x.handle());
    const torch::Tensor separate = x.clone();
    CHECK(separate.handle() != x.handle());
    torch::Tensor assigned;
    CHECK_FALSE(assigned.defined());
    assigned = x;
    CHECK(assigned.handle() == x.handle());
    const torch::TorchTensorWrapper other_name = x;
    CHECK(other_name.handle() == x.handle());
}

TEST_CASE("a moved-from or undefined tensor is an error to use, and no crash") {
    const NoLeak no_leak;
    torch::Tensor a = torch::ones({2});
    const torch::Tensor b = std::move(a);
    CHECK(b.defined());
    CHECK_FALSE(a.defined());
    const rt::Error error = error_of([&] { a + b; });
    CHECK(error.code() == RT_E_HANDLE);
    CHECK(contains(error.what(), "rt_torch_torchtensor_add"));
    CHECK(error_of([&] { b + a; }).code() == RT_E_HANDLE);
    CHECK(error_of([] { torch::Tensor().shape(); }).code() == RT_E_HANDLE);
    CHECK(error_of([] { torch::Tensor().backward(); }).code() == RT_E_HANDLE);
    CHECK(error_of([] { torch::Tensor().dtype(); }).code() == RT_E_HANDLE);
    a = torch::zeros({1});
    CHECK(a.numel() == 1);
    torch::Tensor c = torch::ones({3});
    a = std::move(c);
    CHECK(a.numel() == 3);
    CHECK_FALSE(c.defined());
}

TEST_CASE("an error has LibTorch's words, the function's name, and a code") {
    const NoLeak no_leak;
    const rt::Error error = error_of([] { torch::ones({2, 3}).matmul(torch::ones({2, 3})); });
    CHECK(error.code() == RT_E_CALLEE);
    CHECK(contains(error.what(), "cannot be multiplied"));
    CHECK(std::string_view(error.function()) == "rt_torch_torchtensor_matmul");
}

TEST_CASE("a handle of another class is refused") {
    const NoLeak no_leak;
    const torch::nn::ReLU module;
    const torch::Tensor wrong(rt::Handle::share(module.handle()));
    const rt::Error error = error_of([&] { wrong.relu(); });
    CHECK(error.code() == RT_E_HANDLE);
    CHECK(contains(error.what(), "TorchModule"));
    CHECK(contains(error.what(), "TorchTensor"));
}

TEST_CASE("a tensor works with the registry's raw and dynamic calls") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({2, 3});
    CHECK(rt::call<double>("rt_torch_torchtensor_sum", x) == 6);
    CHECK(rt::call<std::vector<std::int64_t>>("rt_torch_torchtensor_shape", x) == Sizes{2, 3});
    const torch::Tensor both(rt::call<rt::Handle>("rt_torch_torchtensor_cat", std::vector{x, x}, rt::arg("dim") = 0));
    CHECK(both.shape() == Sizes{4, 3});
    CHECK(torch::api::numel(both.handle()) == 12);
}

TEST_CASE("tensors may be used and freed on other threads") {
    const NoLeak no_leak;
    std::vector<torch::Tensor> made(8);
    {
        std::vector<std::jthread> threads;
        for (torch::Tensor &slot : made) {
            threads.emplace_back([&slot] {
                torch::Tensor sum = torch::zeros({4});
                for (int i = 0; i < 200; i++) {
                    sum += torch::ones({4}) * 0.5;
                }
                slot = std::move(sum);
            });
        }
    }
    for (const torch::Tensor &tensor : made) {
        CHECK(holds(tensor, {100, 100, 100, 100}));
    }
}

TEST_CASE("without a CUDA device everything about it says so") {
    const NoLeak no_leak;
    if (torch::cuda::is_available()) {
        return;
    }
    CHECK(torch::cuda::device_count() == 0);
    CHECK(contains(error_of([] { torch::ones({1}).to("cuda:0"); }).what(), "CUDA"));
    CHECK(contains(error_of([] { torch::ones({1}).cuda(); }).what(), "CUDA"));
    CHECK(contains(error_of([] { torch::cuda::Stream stream; }).what(), "streams need a device"));
    CHECK(error_of([] { torch::nn::Linear(1, 1).to("cuda"); }).code() == RT_E_UNAVAILABLE);
    CHECK_NOTHROW(torch::ones({1}).cpu());
}

TEST_CASE("a model file that is not there is an error") {
    const NoLeak no_leak;
    const rt::Error error = error_of([] { torch::jit::load("/nonexistent/model.pt"); });
    CHECK(std::string_view(error.function()) == "rt_torch_jit_load");
    CHECK(contains(error.what(), "/nonexistent/model.pt"));
}

// NOLINTEND(bugprone-use-after-move, performance-unnecessary-copy-initialization)
