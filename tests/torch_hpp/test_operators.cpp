// Arithmetic, comparisons and activations, against values computed by hand.
#include <cmath>
#include <sstream>

#include "support.hpp"

TEST_CASE("arithmetic of two tensors, with broadcasting") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({{1.0, 2.0}, {3.0, 4.0}}), row = torch::tensor({10.0, 20.0});
    CHECK(holds(a + row, {11, 22, 13, 24}));
    CHECK(holds(a - row, {-9, -18, -7, -16}));
    CHECK(holds(a * row, {10, 40, 30, 80}));
    CHECK(holds(row / a, {10, 10, 10.0 / 3, 5}));
    CHECK(holds(-a, {-1, -2, -3, -4}));
    CHECK(holds(+a, {1, 2, 3, 4}));
    CHECK(holds(torch::add(a, a), {2, 4, 6, 8}));
    CHECK(holds(torch::sub(a, a), {0, 0, 0, 0}));
    CHECK(holds(torch::mul(a, a), {1, 4, 9, 16}));
    CHECK(holds(torch::div(a, a), {1, 1, 1, 1}));
}

TEST_CASE("arithmetic with numbers on either side") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({2.0, 4.0});
    CHECK(holds(a + 1, {3, 5}));
    CHECK(holds(1 + a, {3, 5}));
    CHECK(holds(a - 0.5, {1.5, 3.5}));
    CHECK(holds(1 - a, {-1, -3}));
    CHECK(holds(a * 2.5, {5, 10}));
    CHECK(holds(2 * a, {4, 8}));
    CHECK(holds(a / 4, {0.5, 1}));
    CHECK(holds(4 / a, {2, 1}));
    CHECK((a + 1).dtype() == torch::float32);
    CHECK((a - 1.0).dtype() == torch::float32);
    CHECK((1 / a.to(torch::float64)).dtype() == torch::float64);
}

TEST_CASE("whole tensors stay whole with whole numbers, and become floating with others") {
    const NoLeak no_leak;
    const torch::Tensor n = torch::tensor({1, 2, 3});
    CHECK((n + 1).dtype() == torch::int64);
    CHECK(holds(n * 3 - 1, {2, 5, 8}));
    CHECK((10 - n).dtype() == torch::int64);
    CHECK((n + 0.5).dtype() == torch::float32);
    CHECK(holds(n + 0.5, {1.5, 2.5, 3.5}));
    CHECK(holds(n / 2, {0.5, 1, 1.5}));
    CHECK((n.to(torch::int32) * 2).dtype() == torch::int32);
    const std::int64_t large = (std::int64_t{1} << 53) + 1; // no double holds it
    CHECK((torch::tensor({std::int64_t{0}}) + large).item<double>() == static_cast<double>(large));
    CHECK((torch::tensor({std::int64_t{0}}) + large).to_vector<std::int64_t>()[0] == large);
}

TEST_CASE("a number does not raise the dtype of a tensor without dimensions either") {
    const NoLeak no_leak;
    const torch::Tensor single = torch::tensor(4.0), small = torch::tensor(4, torch::kInt8);
    CHECK((single - 0.5).dtype() == torch::float32);
    CHECK((0.5 / single).dtype() == torch::float32);
    CHECK((single / 3).dtype() == torch::float32);
    CHECK((small - 1).dtype() == torch::int8);
    CHECK((small + 1).item<int>() == 5);
    CHECK((small - 0.5).dtype() == torch::float32);
    CHECK((small - 0.5).item() == 3.5);
    CHECK((torch::tensor(true) + 1).dtype() == torch::int64);
    CHECK((torch::tensor(true) * true).dtype() == torch::boolean);
    CHECK((torch::tensor({1, 2}) + true).dtype() == torch::int64);
    CHECK((torch::tensor(0.1) == 0.1).item<bool>()); // as float32, both
}

TEST_CASE("comparisons give tensors of bool") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({1.0, 2.0, 3.0}), b = torch::tensor({3.0, 2.0, 1.0});
    CHECK((a < b).dtype() == torch::boolean);
    CHECK(holds(a < b, {1, 0, 0}));
    CHECK(holds(a <= b, {1, 1, 0}));
    CHECK(holds(a > b, {0, 0, 1}));
    CHECK(holds(a >= b, {0, 1, 1}));
    CHECK(holds((a == b), {0, 1, 0}));
    CHECK(holds((a != b), {1, 0, 1}));
    CHECK(holds(a < 2, {1, 0, 0}));
    CHECK(holds(a <= 2.5, {1, 1, 0}));
    CHECK(holds(a > 1, {0, 1, 1}));
    CHECK(holds(a >= 3, {0, 0, 1}));
    CHECK(holds((a == 2), {0, 1, 0}));
    CHECK(holds((a != 2), {1, 0, 1}));
    CHECK(torch::equal(a, a.clone()));
    CHECK_FALSE(torch::equal(a, b));
    CHECK_FALSE(torch::equal(a, torch::ones({2})));
    CHECK(torch::allclose(a, a + 1e-7));
    CHECK_FALSE(torch::allclose(a, a + 0.1));
}

TEST_CASE("functions of each element") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({-1.0, 0.0, 4.0});
    CHECK(holds(x.abs(), {1, 0, 4}));
    CHECK(holds(x.pow(2), {1, 0, 16}));
    CHECK(holds(x.square(), {1, 0, 16}));
    CHECK(holds(x.abs().sqrt(), {1, 0, 2}));
    CHECK(holds(x.exp(), {std::exp(-1), 1, std::exp(4)}, 1e-4));
    CHECK(holds((x + 2).log(), {0, std::log(2), std::log(6)}));
    CHECK(holds(x.relu(), {0, 0, 4}));
    CHECK(holds(x.sigmoid(), {1 / (1 + std::exp(1)), 0.5, 1 / (1 + std::exp(-4))}));
    CHECK(holds(x.tanh(), {std::tanh(-1), 0, std::tanh(4)}));
    CHECK(holds(torch::relu(x), {0, 0, 4}));
    CHECK(holds(torch::abs(x), {1, 0, 4}));
    CHECK(holds(torch::pow(x, 3), {-1, 0, 64}));
    CHECK(holds(torch::sqrt(torch::exp(torch::log(torch::tensor({9.0})))), {3}));
    CHECK(holds(torch::tanh(torch::sigmoid(torch::tensor({0.0}))), {std::tanh(0.5)}));
    namespace F = torch::nn::functional;
    CHECK(holds(F::leaky_relu(x, 0.1), {-0.1, 0, 4}));
    CHECK(holds(F::gelu(torch::tensor({0.0, 1.0})), {0, 0.841345}));
}

TEST_CASE("softmax along a dimension") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({{0.0, std::log(3.0)}, {0.0, 0.0}});
    CHECK(holds(x.softmax(1), {0.25, 0.75, 0.5, 0.5}));
    CHECK(holds(torch::log_softmax(x, 1).exp(), {0.25, 0.75, 0.5, 0.5}));
    CHECK(holds(torch::softmax(x, 0).sum(0), {1, 1}));
}

TEST_CASE("a tensor prints as LibTorch prints it") {
    const NoLeak no_leak;
    std::ostringstream out;
    out << torch::tensor({{1.0, 2.0}}) << "|" << torch::Tensor() << "|" << torch::float32 << "|"
        << torch::Device("cuda:1");
    CHECK(contains(out.str(), " 1  2"));
    CHECK(contains(out.str(), "CPUFloatType{1,2}"));
    CHECK(contains(out.str(), "|[ undefined tensor ]|torch.float32|cuda:1"));
}
