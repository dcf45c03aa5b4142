// Shapes, parts, reductions and linear algebra.
#include <cmath>

#include "support.hpp"

TEST_CASE("reductions of everything and along a dimension") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({{1.0, 5.0, 3.0}, {4.0, 2.0, 6.0}});
    CHECK(a.sum().item() == 21);
    CHECK(a.sum().dim() == 0);
    CHECK(holds(a.sum(0), {5, 7, 9}));
    CHECK(a.sum(1, true).shape() == Sizes{2, 1});
    CHECK(a.mean().item() == 3.5);
    CHECK(holds(a.mean(1), {3, 4}));
    CHECK(a.max().item() == 6);
    CHECK(a.min().item() == 1);
    const auto [values, indices] = a.max(1);
    CHECK(holds(values, {5, 6}));
    CHECK(holds(indices, {1, 2}));
    CHECK(holds(a.min(0).values, {1, 2, 3}));
    CHECK(holds(a.min(0, true).indices, {0, 1, 0}));
    CHECK(a.argmax().item<int>() == 5);
    CHECK(holds(a.argmax(1), {1, 2}));
    CHECK(a.argmin().item<int>() == 0);
    CHECK(holds(a.argmin(0), {0, 1, 0}));
    CHECK(a.std() == doctest::Approx(std::sqrt(3.5)));
    CHECK(a.var() == doctest::Approx(3.5));
    CHECK(torch::sum(a).item() == 21);
    CHECK(torch::mean(a).item() == 3.5);
    CHECK(torch::max(a).item() == 6);
    CHECK(torch::min(a).item() == 1);
    CHECK(holds(torch::argmax(a, 0), {1, 0, 1}));
    CHECK(holds(torch::argmin(a, 1), {0, 1}));
}

TEST_CASE("the maximum of all elements has a gradient") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({{1.0, 5.0}, {4.0, 2.0}}).requires_grad_();
    a.max().backward();
    CHECK(holds(a.grad(), {0, 1, 0, 0}));
}

TEST_CASE("linear algebra") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({{1.0, 2.0}, {3.0, 4.0}});
    CHECK(holds(a.matmul(a), {7, 10, 15, 22}));
    CHECK(holds(a.mm(a), {7, 10, 15, 22}));
    CHECK(holds(torch::matmul(a, torch::tensor({1.0, 1.0})), {3, 7}));
    CHECK(holds(torch::mm(a, torch::eye(2)), {1, 2, 3, 4}));
    CHECK(torch::dot(torch::tensor({1.0, 2.0}), torch::tensor({3.0, 4.0})).item() == 11);
    CHECK(holds(a.t(), {1, 3, 2, 4}));
    CHECK(holds(a.transpose(0, 1), {1, 3, 2, 4}));
    CHECK(holds(torch::transpose(a, -1, 0), {1, 3, 2, 4}));
    CHECK(a.norm() == doctest::Approx(std::sqrt(30)));
    CHECK(a.det() == doctest::Approx(-2));
    CHECK(holds(a.inverse(), {-2, 1, 1.5, -0.5}));
    CHECK(holds(torch::inverse(a).matmul(a), {1, 0, 0, 1}));

    const auto [U, S, V] = torch::svd(torch::tensor({{3.0, 0.0}, {0.0, 2.0}}));
    CHECK(holds(S, {3, 2}));
    CHECK(holds((U * S).matmul(V.t()), {3, 0, 0, 2}));
    const auto [values, vectors] = torch::eig(torch::tensor({{2.0, 0.0}, {0.0, 2.0}}));
    CHECK(values.is_complex());
    CHECK(vectors.shape() == Sizes{2, 2});
}

TEST_CASE("shapes") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::arange(0, 24).reshape({2, 3, 4});
    CHECK(a.dim() == 3);
    CHECK(a.ndim() == 3);
    CHECK(a.numel() == 24);
    CHECK(a.size(0) == 2);
    CHECK(a.size(-1) == 4);
    CHECK(a.view({6, -1}).shape() == Sizes{6, 4});
    CHECK(torch::reshape(a, {24}).shape() == Sizes{24});
    CHECK(a.permute({2, 0, 1}).shape() == Sizes{4, 2, 3});
    CHECK(a.permute({2, 0, 1}).contiguous().view(24).shape() == Sizes{24});
    CHECK(a.unsqueeze(1).shape() == Sizes{2, 1, 3, 4});
    CHECK(a.unsqueeze(0).squeeze().shape() == Sizes{2, 3, 4});
    CHECK(a.unsqueeze(0).squeeze(0).shape() == Sizes{2, 3, 4});
    CHECK(a.unsqueeze(0).squeeze(1).shape() == Sizes{1, 2, 3, 4});
    CHECK(a.flatten().shape() == Sizes{24});
    CHECK(a.flatten(1).shape() == Sizes{2, 12});
    CHECK(a.flatten(0, 1).shape() == Sizes{6, 4});
    CHECK(torch::zeros({}).flatten(0).shape() == Sizes{1});
    CHECK(error_of([&] { a.size(3); }).code() == RT_E_ARGUMENT);
    CHECK(error_of([&] { a.flatten(2, 1); }).code() == RT_E_ARGUMENT);
    CHECK(error_of([&] { a.reshape({5, 5}); }).code() == RT_E_CALLEE);
    CHECK(contains(error_of([&] { a.transpose(0, 2).view({24}); }).what(), "view size is not compatible"));
}

TEST_CASE("parts of a tensor") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::arange(0, 12).reshape({3, 4});
    CHECK(holds(a[1], {4, 5, 6, 7}));
    CHECK(holds(a[-1], {8, 9, 10, 11}));
    CHECK(a[2][3].item<int>() == 11);
    CHECK(holds(a.select(1, 0), {0, 4, 8}));
    CHECK(holds(a.slice(0, 1), {4, 5, 6, 7, 8, 9, 10, 11}));
    CHECK(holds(a.slice(1, -2), {2, 3, 6, 7, 10, 11}));
    CHECK(holds(a.slice(1, 0, 4, 2), {0, 2, 4, 6, 8, 10}));
    CHECK(holds(a.narrow(1, 1, 2), {1, 2, 5, 6, 9, 10}));
    CHECK(holds(a.index_select(1, torch::tensor({3, 0})), {3, 0, 7, 4, 11, 8}));
    CHECK(holds(a.gather(1, torch::tensor({{0}, {1}, {2}})), {0, 5, 10}));
    CHECK(error_of([&] { a[3]; }).code() == RT_E_ARGUMENT);
    CHECK(error_of([&] { a.narrow(1, 3, 2); }).code() == RT_E_ARGUMENT);
    CHECK(contains(error_of([&] { a.index_select(0, torch::tensor({9})); }).what(), "index 9"));
}

TEST_CASE("joining and splitting") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({1.0, 2.0}), b = torch::tensor({3.0, 4.0});
    CHECK(holds(torch::cat({a, b}), {1, 2, 3, 4}));
    CHECK(torch::stack({a, b}, 1).shape() == Sizes{2, 2});
    CHECK(holds(torch::stack({a, b}, 1), {1, 3, 2, 4}));
    const std::vector<torch::Tensor> pieces = torch::arange(5).chunk(2);
    REQUIRE(pieces.size() == 2);
    CHECK(holds(pieces[0], {0, 1, 2}));
    CHECK(holds(torch::cat(pieces), {0, 1, 2, 3, 4}));
    CHECK(holds(torch::stack(std::vector{a, b}), {1, 2, 3, 4}));
    CHECK(contains(error_of([&] { torch::cat({a, torch::ones({2, 2})}); }).what(), "same number of dimensions"));
}
