// Making tensors, and moving numbers in and out.
#include <array>
#include <cmath>
#include <cstdint>

#include "support.hpp"

TEST_CASE("torch is there, with a version") {
    CHECK(torch::available());
    CHECK(torch::why_unavailable().empty());
    CHECK_FALSE(torch::version().empty());
    const std::int64_t threads = torch::get_num_threads();
    CHECK(threads >= 1);
    torch::set_num_threads(1);
    CHECK(torch::get_num_threads() == 1);
    torch::set_num_threads(threads);
}

TEST_CASE("creation by sizes") {
    const NoLeak no_leak;
    CHECK(holds(torch::zeros({2, 2}), {0, 0, 0, 0}));
    CHECK(holds(torch::ones(3), {1, 1, 1}));
    CHECK(holds(torch::full({2}, 2.5), {2.5, 2.5}));
    CHECK(torch::full({2}, 2.5).dtype() == torch::float32);
    CHECK(torch::full({2}, 2).dtype() == torch::int64);
    CHECK(torch::full({2}, true).dtype() == torch::boolean);
    CHECK(holds(torch::eye(2), {1, 0, 0, 1}));
    CHECK(torch::empty({4, 5}).shape() == Sizes{4, 5});
    CHECK(torch::zeros({}).dim() == 0);
    CHECK(torch::zeros({}).numel() == 1);
    CHECK(torch::zeros({0, 3}).numel() == 0);
    const Sizes sizes{1, 2, 3};
    CHECK(torch::zeros(sizes).shape() == sizes);
    CHECK(torch::zeros(std::array<std::int64_t, 2>{3, 1}).sizes() == Sizes{3, 1});
    CHECK(torch::zeros({2}).dtype() == torch::float32);
    CHECK(torch::zeros({2}).device() == torch::Device("cpu"));
    CHECK_FALSE(torch::zeros({2}).is_cuda());
}

TEST_CASE("ranges: floating numbers give float32, whole ones int64") {
    const NoLeak no_leak;
    CHECK(holds(torch::arange(0, 10, 3), {0, 3, 6, 9}));
    CHECK(torch::arange(5).dtype() == torch::int64);
    CHECK(holds(torch::arange(3, 0, -1), {3, 2, 1}));
    CHECK(holds(torch::arange(0, 1, 0.25), {0, 0.25, 0.5, 0.75}));
    CHECK(torch::arange(2.0).dtype() == torch::float32);
    CHECK(torch::arange(std::int64_t{1} << 40, (std::int64_t{1} << 40) + 2).to_vector<std::int64_t>() ==
          std::vector{std::int64_t{1} << 40, (std::int64_t{1} << 40) + 1});
    CHECK(holds(torch::linspace(0, 1, 3), {0, 0.5, 1}));
    CHECK(error_of([] { torch::arange(0, 5, 0); }).code() == RT_E_ARGUMENT);
    CHECK(error_of([] { torch::arange(5, 0); }).code() == RT_E_ARGUMENT);
}

TEST_CASE("creation with a dtype is as precise as the dtype") {
    const NoLeak no_leak;
    CHECK(torch::zeros({2, 3}, torch::kFloat64).dtype() == torch::float64);
    CHECK(torch::ones({2}, torch::kInt8).dtype() == torch::int8);
    CHECK(torch::empty({2}, torch::kHalf).dtype() == torch::float16);
    CHECK(torch::eye(2, torch::kLong).dtype() == torch::int64);
    CHECK(torch::rand({2}, torch::kDouble).dtype() == torch::float64);
    CHECK(torch::randn({2}, torch::kDouble).dtype() == torch::float64);
    CHECK(torch::full({2}, 0.1, torch::kFloat64).to_vector<double>() == std::vector{0.1, 0.1});
    CHECK(torch::full({1}, 1e300, torch::kFloat64).item() == 1e300);
    CHECK(torch::full({2}, 3, torch::kLong).dtype() == torch::int64);
    const std::int64_t large = (std::int64_t{1} << 53) + 1; // no double holds it
    CHECK(torch::full({1}, large).to_vector<std::int64_t>()[0] == large);
    CHECK(contains(error_of([] { torch::full({1}, 300, torch::kInt8); }).what(), "overflow"));
    CHECK(torch::tensor({0.1}, torch::kFloat64).item() == 0.1);
    CHECK(torch::tensor({1.0, 2.0}, torch::kLong).dtype() == torch::int64);
    CHECK(torch::tensor({{1, 2}, {3, 4}}, torch::kFloat64).dtype() == torch::float64);
    CHECK(torch::tensor(7, torch::kInt32).dtype() == torch::int32);
    CHECK(torch::arange(3, torch::kFloat32).dtype() == torch::float32);
    CHECK(torch::arange(0, 3, torch::kInt16).dtype() == torch::int16);
    CHECK(torch::arange(0, 1, 0.1, torch::kFloat64).to_vector<double>()[9] == 0.1 * 9);
    CHECK(torch::linspace(0, 1, 11, torch::kFloat64).to_vector<double>()[1] == 0.1);
    CHECK(torch::linspace(0, 1, 11, torch::kFloat64).to_vector<double>()[10] == 1);
    CHECK(torch::linspace(2, 3, 1, torch::kFloat64).item() == 2);
}

TEST_CASE("options say dtype, device and whether gradients are wanted") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({2}, torch::dtype(torch::kFloat64).device("cpu").requires_grad(true));
    CHECK(x.dtype() == torch::float64);
    CHECK(x.requires_grad());
    CHECK(x.is_leaf());
    CHECK(torch::zeros({2}, torch::kCPU).dtype() == torch::float32);
    CHECK(torch::full({2}, 1.5, torch::requires_grad()).requires_grad());
    CHECK(torch::tensor({1.0}, torch::TensorOptions().requires_grad(true)).requires_grad());
    CHECK(contains(error_of([] { torch::zeros({1}, torch::device("cuda:99")); }).what(), "device"));
}

TEST_CASE("random numbers follow the seed") {
    const NoLeak no_leak;
    torch::manual_seed(7);
    const torch::Tensor first = torch::randn({3, 3}), uniform = torch::rand({100});
    torch::manual_seed(7);
    CHECK(torch::equal(first, torch::randn({3, 3})));
    CHECK_FALSE(torch::equal(first, torch::randn({3, 3})));
    CHECK(uniform.min().item() >= 0);
    CHECK(uniform.max().item() < 1);
}

TEST_CASE("tensor(): numbers written down") {
    const NoLeak no_leak;
    const torch::Tensor row = torch::tensor({1.5, 2.5});
    CHECK(row.dtype() == torch::float32);
    CHECK(holds(row, {1.5, 2.5}));
    const torch::Tensor matrix = torch::tensor({{1, 2, 3}, {4, 5, 6}});
    CHECK(matrix.dtype() == torch::int64);
    CHECK(matrix.shape() == Sizes{2, 3});
    CHECK(holds(matrix, {1, 2, 3, 4, 5, 6}));
    CHECK(torch::tensor(3.5).dim() == 0);
    CHECK(torch::tensor(3.5).item() == 3.5);
    CHECK(torch::tensor(7).item<int>() == 7);
    CHECK(torch::tensor({true, false}).dtype() == torch::boolean);
    CHECK(torch::tensor(std::vector<float>{1, 2}).dtype() == torch::float32);
    CHECK(contains(error_of([] { torch::tensor({{1, 2}, {3}}); }).what(), "different lengths"));
}

TEST_CASE("memory in and out, for each C++ type") {
    const NoLeak no_leak;
    const auto round_trip = [](auto zero, const torch::DType &dtype) {
        using T = decltype(zero);
        const std::vector<T> values{T(1), T(2), T(3), T(4), T(5), T(6)};
        const torch::Tensor tensor = torch::from_span<T>(values, {2, 3});
        CHECK(tensor.dtype() == dtype);
        CHECK(tensor.to_vector<T>() == values);
        // A transposed tensor is read in its own order.
        CHECK(tensor.t().to_vector<T>() == std::vector<T>{T(1), T(4), T(2), T(5), T(3), T(6)});
    };
    round_trip(float(), torch::float32);
    round_trip(double(), torch::float64);
    round_trip(std::int64_t(), torch::int64);
    round_trip(std::int32_t(), torch::int32);
    round_trip(std::int16_t(), torch::int16);
    round_trip(std::int8_t(), torch::int8);
    round_trip(std::uint8_t(), torch::uint8);
    CHECK((torch::tensor({1.0, -1.0}) > 0).to_vector<bool>() == std::vector<bool>{true, false});
    CHECK(torch::tensor({1.9, -2.0}).to_vector<int>() == std::vector<int>{1, -2});
    CHECK(torch::zeros({0}).to_vector<float>().empty());

    const float blob[] = {1, 2, 3, 4};
    CHECK(holds(torch::from_blob(blob, {2, 2}), {1, 2, 3, 4}));
    std::array<float, 4> memory{};
    torch::from_blob(blob, 4).copy_to(std::span<float>(memory));
    CHECK(memory == std::array<float, 4>{1, 2, 3, 4});
}

TEST_CASE("memory of the wrong size or type is refused") {
    const NoLeak no_leak;
    const std::vector<float> values(5);
    CHECK(error_of([&] { torch::from_span<float>(values, {2, 3}); }).code() == RT_E_ARGUMENT);
    CHECK(error_of([&] { torch::from_blob(values.data(), {-1}); }).code() == RT_E_ARGUMENT);
    CHECK(error_of([&] { torch::from_blob(values.data(), {INT64_MAX, 16}); }).code() == RT_E_ARGUMENT);
    CHECK(contains(error_of([&] { torch::from_blob(values.data(), {5}, torch::DType("float33")); }).what(), "float33"));
    std::vector<float> memory(3);
    CHECK(contains(error_of([&] { torch::zeros({2}).copy_to(std::span<float>(memory)); }).what(), "2 elements"));
    CHECK(contains(error_of([&] { torch::zeros({3}).to(torch::kDouble).copy_to(std::span<float>(memory)); }).what(),
                   "float64"));
    CHECK(std::string_view(error_of([] { torch::zeros({2}).item(); }).function()) == "rt_torch_torchtensor_item");
}

TEST_CASE("dtypes and devices have torch's names") {
    const NoLeak no_leak;
    const torch::Tensor whole = torch::tensor({1.7, -1.7}).to(torch::kInt64);
    CHECK(whole.dtype() == torch::int64);
    CHECK(holds(whole, {1, -1}));
    CHECK(torch::ones({2}).to(torch::kDouble).dtype() == torch::float64);
    CHECK(torch::ones({2}).to(torch::bfloat16).dtype() == torch::bfloat16);
    CHECK(torch::bfloat16.is_floating_point());
    CHECK_FALSE(torch::boolean.is_floating_point());
    CHECK(torch::complex64.is_complex());
    CHECK(torch::complex128.itemsize() == 16);
    CHECK(torch::complex64.itemsize() == 8);
    CHECK(torch::float16.itemsize() == 2);
    CHECK(torch::boolean.itemsize() == 1);
    CHECK(contains(error_of([] { torch::ones({2}).to(torch::DType("float33")); }).what(), "float33"));

    CHECK(torch::Device("cuda:3").index() == 3);
    CHECK(torch::Device("cuda").str() == "cuda");
    CHECK(torch::Device(torch::kCUDA, 1).str() == "cuda:1");
    CHECK(torch::Device(torch::kCPU) == torch::Device(std::string("cpu")));
    for (const char *wrong : {"gpu", "cuda:", "cuda:x", "cuda:-1", "float32", ""}) {
        CHECK(contains(error_of([&] { torch::Device device(wrong); }).what(), "unknown device"));
    }
    CHECK(torch::ones({2}).to("cpu").device().is_cpu());
}

TEST_CASE("like another tensor") {
    const NoLeak no_leak;
    const torch::Tensor model = torch::tensor({{1, 2}, {3, 4}});
    CHECK(torch::equal(torch::zeros_like(model), model - model));
    CHECK(torch::ones_like(model).dtype() == torch::int64);
    const torch::Tensor wide = torch::zeros({2, 3}, torch::kFloat64);
    for (const torch::Tensor &like : {torch::empty_like(wide), torch::rand_like(wide), torch::randn_like(wide),
                                      torch::full_like(wide, 0.1), torch::zeros_like(wide), torch::ones_like(wide)}) {
        CHECK(like.shape() == Sizes{2, 3});
        CHECK(like.dtype() == torch::float64);
    }
    CHECK(torch::full_like(wide, 0.1).to_vector<double>()[0] == 0.1);
}
