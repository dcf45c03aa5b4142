// Whoever knows torch from Python or C++ guesses the names: functions, methods and classes as they are written there.
#include <cmath>
#include <tuple>

#include "support.hpp"

TEST_CASE("methods are free functions, too") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({{1.0, 5.0, 3.0}, {4.0, 2.0, 6.0}});
    CHECK(torch::squeeze(a.unsqueeze(0)).shape() == Sizes{2, 3});
    CHECK(torch::squeeze(a.unsqueeze(0), 1).shape() == Sizes{1, 2, 3});
    CHECK(torch::unsqueeze(a, -1).shape() == Sizes{2, 3, 1});
    CHECK(torch::flatten(a).shape() == Sizes{6});
    CHECK(torch::flatten(a.unsqueeze(0), 1).shape() == Sizes{1, 6});
    CHECK(holds(torch::permute(a, {1, 0}), {1, 4, 5, 2, 3, 6}));
    CHECK(holds(torch::t(a), {1, 4, 5, 2, 3, 6}));
    CHECK(holds(torch::chunk(a, 2)[1], {4, 2, 6}));
    CHECK(holds(torch::chunk(a, 3, 1)[2], {3, 6}));
    CHECK(holds(torch::gather(a, 1, torch::tensor({{2}, {0}})), {3, 4}));
    CHECK(holds(torch::index_select(a, 1, torch::tensor({1})), {5, 2}));
    CHECK(holds(torch::select(a, 0, 1), {4, 2, 6}));
    CHECK(holds(torch::narrow(a, 1, 1, 1), {5, 2}));
    CHECK(torch::numel(a) == 6);
    CHECK(torch::clone(a).handle() != a.handle());
    CHECK_FALSE(torch::detach(a).requires_grad());
    CHECK(holds(torch::neg(a), {-1, -5, -3, -4, -2, -6}));
    CHECK(holds(torch::square(a), {1, 25, 9, 16, 4, 36}));
    CHECK(torch::norm(torch::tensor({3.0, 4.0})) == doctest::Approx(5));
    CHECK(torch::det(torch::tensor({{1.0, 2.0}, {3.0, 4.0}})) == doctest::Approx(-2));
    CHECK(torch::std(a) == doctest::Approx(std::sqrt(3.5)));
    CHECK(torch::var(a) == doctest::Approx(3.5));
    CHECK(holds(torch::leaky_relu(torch::tensor({-1.0, 2.0})), {-0.01, 2}));
    CHECK(holds(torch::leaky_relu(torch::tensor({-1.0, 2.0}), 0.5), {-0.5, 2}));
    CHECK(holds(torch::gelu(torch::tensor({0.0, 1.0})), {0, 0.841345}));
}

TEST_CASE("reductions as free functions, of everything and along a dimension") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({{1.0, 5.0, 3.0}, {4.0, 2.0, 6.0}});
    CHECK(holds(torch::sum(a, 1), {9, 12}));
    CHECK(torch::sum(a, 1, true).shape() == Sizes{2, 1});
    CHECK(holds(torch::mean(a, 0), {2.5, 3.5, 4.5}));
    CHECK(torch::argmax(a).item<int>() == 5);
    CHECK(torch::argmin(a).item<int>() == 0);
    CHECK(holds(std::get<0>(torch::max(a, 1)), {5, 6}));
    CHECK(holds(torch::min(a, 1).indices, {0, 1}));
}

TEST_CASE("comparisons are functions and methods, with tensors and numbers") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({1.0, 2.0, 3.0}), b = torch::tensor({3.0, 2.0, 1.0});
    CHECK(holds(torch::eq(a, b), {0, 1, 0}));
    CHECK(holds(torch::ne(a, b), {1, 0, 1}));
    CHECK(holds(torch::lt(a, b), {1, 0, 0}));
    CHECK(holds(torch::le(a, b), {1, 1, 0}));
    CHECK(holds(torch::gt(a, b), {0, 0, 1}));
    CHECK(holds(torch::ge(a, b), {0, 1, 1}));
    CHECK(holds(torch::eq(a, 1), {1, 0, 0}));
    CHECK(holds(a.eq(1), {1, 0, 0}));
    CHECK(holds(a.ne(2), {1, 0, 1}));
    CHECK(holds(a.lt(2), {1, 0, 0}));
    CHECK(holds(a.le(1.5), {1, 0, 0}));
    CHECK(holds(a.gt(2), {0, 0, 1}));
    CHECK(holds(a.ge(2), {0, 1, 1}));
    CHECK(a.equal(a.clone()));
    CHECK_FALSE(a.equal(b));
    CHECK(a.allclose(a + 1e-7));
    CHECK_FALSE(a.allclose(b));
    CHECK(a.allclose(b, 0, 2));
}

TEST_CASE("methods of arithmetic and of networks") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({-1.0, 4.0});
    CHECK(holds(a.add(2), {1, 6}));
    CHECK(holds(a.sub(2), {-3, 2}));
    CHECK(holds(a.mul(0.5), {-0.5, 2}));
    CHECK(holds(a.div(2), {-0.5, 2}));
    CHECK(holds(torch::add(a, 2), {1, 6}));
    CHECK(holds(torch::div(a, 2), {-0.5, 2}));
    CHECK(holds(a.leaky_relu(), {-0.01, 4}));
    CHECK(holds(a.leaky_relu(0.25), {-0.25, 4}));
    CHECK(holds(a.gelu(), {-0.158655, 3.999873}));
}

TEST_CASE("structured results are tuples whose parts have names") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({{1.0, 5.0}, {4.0, 2.0}});
    CHECK(holds(std::get<0>(a.max(1)), {5, 4}));
    CHECK(holds(std::get<1>(a.max(1)), {1, 0}));
    torch::Tensor values, indices;
    std::tie(values, indices) = a.min(0);
    CHECK(holds(values, {1, 2}));
    CHECK(holds(indices, {0, 1}));
    torch::ValuesAndIndices copy = a.max(0);
    {
        const torch::ValuesAndIndices first = copy;
        copy = a.max(1);
        CHECK(holds(first.values, {4, 5}));
    }
    CHECK(holds(copy.values, {5, 4}));
    CHECK(copy.values.handle() == std::get<0>(copy).handle());

    const torch::SVD parts = torch::tensor({{3.0, 0.0}, {0.0, 2.0}}).svd();
    CHECK(holds(parts.S, {3, 2}));
    CHECK(holds((parts.U * parts.S).matmul(parts.V.t()), {3, 0, 0, 2}));
    const auto [eigenvalues, eigenvectors] = torch::tensor({{2.0, 0.0}, {0.0, 2.0}}).eig();
    CHECK(eigenvalues.is_complex());
    CHECK(eigenvectors.shape() == Sizes{2, 2});
}

TEST_CASE("layers and losses are torch's functions, too") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({{1.0, 2.0}}), w = torch::tensor({{3.0, 4.0}});
    CHECK(holds(torch::linear(x, w, torch::tensor({0.5})), {11.5}));
    CHECK(torch::mse_loss(x, w).item() == 4);
    CHECK(torch::binary_cross_entropy(torch::tensor({0.8}), torch::tensor({1.0})).item() ==
          doctest::Approx(-std::log(0.8)));
    CHECK(torch::nll_loss(torch::tensor({{-1.0, -2.0}}), torch::tensor({1})).item() == 2);
    const torch::Tensor picture = torch::arange(0.0, 9.0).reshape({1, 1, 3, 3});
    CHECK(holds(torch::conv2d(picture, torch::ones({1, 1, 2, 2})), {8, 12, 20, 24}));
    CHECK(holds(torch::conv2d(picture, torch::ones({1, 1, 2, 2}), {}, 2, 1), {0, 3, 9, 24}));
    CHECK(holds(torch::max_pool2d(picture, 2, 1), {4, 5, 7, 8}));
    CHECK(holds(torch::avg_pool2d(picture, 2, 1), {2, 3, 5, 6}));
}

TEST_CASE("no_grad and cuda::Stream") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({1}).requires_grad_();
    {
        const torch::no_grad without_gradients;
        CHECK_FALSE((x * 2).requires_grad());
    }
    static_assert(std::is_same_v<torch::cuda::Stream, torch::Stream>);
}
