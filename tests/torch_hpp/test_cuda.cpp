// torch::cuda where there is no device: questions are answered, and what needs one says so. tests/torch/device has what a device does.
#include "support.hpp"

namespace {

constexpr const char *no_device = "there is no CUDA device and no PrivateUse1 device";

// Fails the test unless `body` throws RT_E_UNAVAILABLE with the text, because there is no device.
template <class Body> void needs_device(const char *text, Body body) {
    const rt::Error error = error_of(body);
    CHECK(error.code() == RT_E_UNAVAILABLE);
    CHECK(std::string(error.cause()) == "no_device");
    CHECK_MESSAGE(contains(error.what(), text), error.what());
}

} // namespace

TEST_CASE("without a device, streams and events cannot be made") {
    const NoLeak no_leak;
    needs_device(no_device, [] { torch::cuda::Stream(); });
    needs_device(no_device, [] { torch::Event(true); });
    needs_device(no_device, [] { torch::cuda::current_stream(); });
    needs_device(no_device, [] { torch::cuda::default_stream(0); });
    needs_device(no_device, [] { torch::cuda::synchronize(); });
    needs_device(no_device, [] { torch::cuda::current_device(); });
    needs_device(no_device, [] { torch::cuda::set_device(0); });
}

TEST_CASE("without a device, there is none to describe, and no memory of one") {
    const NoLeak no_leak;
    CHECK_FALSE(torch::cuda::is_available());
    CHECK(torch::cuda::device_count() == 0);
    needs_device("LibTorch finds no CUDA device", [] { torch::cuda::get_device_properties(); });
    needs_device("LibTorch finds no CUDA device", [] { torch::cuda::get_device_name(0); });
    needs_device("LibTorch finds no CUDA device", [] { torch::cuda::get_device_capability(0); });
    needs_device("LibTorch finds no CUDA device", [] { torch::cuda::max_memory_allocated(); });
    needs_device(no_device, [] { torch::cuda::memory_stats(); });
    needs_device(no_device, [] { torch::cuda::memory_reserved(); });
    needs_device(no_device, [] { torch::cuda::mem_get_info(); });
    needs_device(no_device, [] { torch::cuda::reset_peak_memory_stats(); });
    needs_device("LibTorch finds no CUDA device", [] { torch::cuda::manual_seed(1); });
    torch::cuda::empty_cache();
}

TEST_CASE("without a device, nothing is pinned, and a copy to the CPU is the tensor itself") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({1.0, 2.0});
    CHECK_FALSE(x.is_pinned());
    needs_device("pinned memory needs a device", [&] { x.pin_memory(); });
    CHECK(holds(x.to("cpu", true), {1, 2}));
    needs_device("LibTorch finds no CUDA device", [&] { x.to("cuda", true); });
    const torch::Tensor copy = torch::zeros({2});
    copy.copy_(x, true);
    CHECK(holds(copy, {1, 2}));
    copy.copy_(x * 2, false);
    CHECK(holds(copy, {2, 4}));
}

TEST_CASE("generators are for a device") {
    const NoLeak no_leak;
    const torch::Generator generator(3, torch::kCPU);
    CHECK(generator.device() == torch::Device("cpu"));
    CHECK(generator.initial_seed() == 3);
    needs_device("LibTorch finds no CUDA device", [] { torch::Generator(3, "cuda"); });
    needs_device("LibTorch finds no CUDA device", [] { torch::default_generator(torch::kCUDA); });
    const torch::Tensor state = torch::get_rng_state(torch::kCPU);
    const torch::Tensor first = torch::rand({3});
    torch::set_rng_state(state, torch::kCPU);
    CHECK(torch::rand({3}).equal(first));
}
