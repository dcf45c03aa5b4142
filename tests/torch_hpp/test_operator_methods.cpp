// The methods that are operators of LibTorch's, against values worked out by hand. That the names and signatures are LibTorch's own is
// what the generator's check says; here is that arguments of each type and results of each form get through.
#include <cmath>

#include "support.hpp"

namespace {

torch::Tensor matrix() { return torch::tensor({{1.0, 5.0, 3.0}, {4.0, 2.0, 6.0}}); }

} // namespace

TEST_CASE("functions of each element, and in place") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({-1.5, 0.25, 2.0});
    CHECK(holds(x.sin(), {std::sin(-1.5), std::sin(0.25), std::sin(2)}));
    CHECK(holds(x.floor(), {-2, 0, 2}));
    CHECK(holds(x.round(), {-2, 0, 2}));
    CHECK(holds(torch::tensor({1.2345}).round(2), {1.23}));
    CHECK(holds(x.sign(), {-1, 1, 1}));
    CHECK(holds(x.reciprocal(), {-1 / 1.5, 4, 0.5}));
    CHECK(holds(torch::log1p(torch::tensor({0.0, std::exp(1.0) - 1})), {0, 1}));
    CHECK(holds(x.isfinite(), {1, 1, 1}));
    const torch::Tensor y = x.clone();
    CHECK(y.abs_().neg_().handle() == y.handle());
    CHECK(holds(y, {-1.5, -0.25, -2}));
    CHECK(holds(y.exp_().log_(), {-1.5, -0.25, -2}));
    CHECK(holds(torch::tensor({std::nan(""), 1.0}).nan_to_num(7.0), {7, 1}));
}

TEST_CASE("bounds that may be left out, as numbers and as tensors") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({-1.0, 0.5, 2.0});
    CHECK(holds(x.clamp(0, 1), {0, 0.5, 1}));
    CHECK(holds(x.clamp(0.0), {0, 0.5, 2}));
    CHECK(holds(x.clamp(std::nullopt, 1), {-1, 0.5, 1}));
    CHECK(holds(torch::clamp(x, torch::tensor({0.0, 1.0, 0.0}), torch::ones({3})), {0, 1, 1}));
    CHECK(holds(x.clamp_min(0), {0, 0.5, 2}));
    CHECK(holds(torch::tensor({1, 5}).clamp(2, 3), {2, 3}));
    CHECK(torch::tensor({1, 5}).clamp(2, 3).dtype() == torch::int64);
}

TEST_CASE("arithmetic of two, with numbers, keywords and texts") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({7.0, -7.0}), b = torch::tensor({2.0, 2.0});
    CHECK(holds(a.add(b, 10), {27, 13}));
    CHECK(holds(a.sub(b, 0.5), {6, -8}));
    CHECK(holds(a.div(b, "floor"), {3, -4}));
    CHECK(holds(torch::div(a, 2, "trunc"), {3, -3}));
    CHECK(holds(a.div(b, std::nullopt), {3.5, -3.5}));
    CHECK(holds(a.floor_divide(2), {3, -4}));
    CHECK(holds(a.fmod(4), {3, -3}));
    CHECK(holds(a % 4, {3, 1}));
    CHECK(holds(a.remainder(b), {1, 1}));
    CHECK(holds(b.pow(torch::tensor({3.0, -1.0})), {8, 0.5}));
    CHECK(holds(torch::maximum(a, b), {7, 2}));
    CHECK(holds(torch::max(a, b), {7, 2}));
    CHECK(holds(a.lerp(b, 0.5), {4.5, -2.5}));
    CHECK(holds(torch::atan2(torch::tensor({1.0}), torch::tensor({1.0})), {std::atan(1)}));
    CHECK(holds(torch::addcmul(a, b, b, 0.5), {9, -5}));
    CHECK(holds(torch::tensor({6, 4}) & 3, {2, 0}));
    CHECK(holds(torch::tensor({6, 4}) | torch::tensor({1, 2}), {7, 6}));
    CHECK(holds(torch::tensor({true, false}) ^ true, {0, 1}));
    CHECK(holds(~torch::tensor({0, -1}), {-1, 0}));
    CHECK(holds((a > 0).logical_or(b > 0), {1, 1}));
    CHECK_THROWS_AS(a.div(b, "up"), torch::Error);
}

TEST_CASE("reductions along one dimension, several and all") {
    const NoLeak no_leak;
    const torch::Tensor x = matrix();
    CHECK(holds(x.sum({0, 1}), {21}));
    CHECK(x.sum({0, 1}, true).shape() == Sizes{1, 1});
    CHECK(x.sum(Sizes{1}, false, torch::kFloat64).dtype() == torch::float64);
    CHECK(holds(torch::sum(x, {0, 1}), {21}));
    CHECK(torch::tensor({true, true}).sum(torch::kInt).dtype() == torch::int32);
    CHECK(holds(torch::mean(x, {1}, true), {3, 4}));
    CHECK(holds(x.prod(), {720}));
    CHECK(holds(x.prod(0), {4, 10, 18}));
    CHECK(holds(x.amax({0, 1}), {6}));
    CHECK(holds(x.amin(1), {1, 2}));
    CHECK((x > 0).all().item<bool>());
    CHECK(holds((x > 4).any(1), {1, 1}));
    CHECK(holds(x.std(1), {2, 2}));
    CHECK(holds(x.var(0, false), {2.25, 2.25, 2.25}));
    CHECK(holds(torch::var(x, {1}, true, true), {4, 4}));
    CHECK(holds(x.norm(1), {21}));
    CHECK(holds(x.norm(2, {1}), {std::sqrt(35), std::sqrt(56)}));
    CHECK(holds(x.logsumexp(1).exp(),
                {std::exp(1) + std::exp(5) + std::exp(3), std::exp(4) + std::exp(2) + std::exp(6)}, 1e-2));
    CHECK(holds(x.count_nonzero(), {6}));
    CHECK(holds(x.gt(3).count_nonzero(0), {1, 1, 1}));
    CHECK(holds(x.cumsum(1), {1, 6, 9, 4, 6, 12}));
    CHECK(holds(torch::cumprod(x, 0), {1, 5, 3, 4, 10, 18}));
    CHECK(holds(x.flatten().quantile(0.5), {3.5}));
    CHECK(holds(x.diff(), {4, -2, -2, 4}));
    CHECK(holds(torch::tensor({0, 2, 2}).bincount(), {1, 0, 2}));
    const auto [least, greatest] = x.aminmax();
    CHECK(least.item() == 1);
    CHECK(greatest.item() == 6);
}

TEST_CASE("sorting gives values and indices, with their names") {
    const NoLeak no_leak;
    const torch::Tensor x = matrix();
    const auto [values, indices] = x.sort(1, true);
    CHECK(holds(values, {5, 3, 1, 6, 4, 2}));
    CHECK(holds(indices, {1, 2, 0, 2, 0, 1}));
    CHECK(holds(torch::sort(x).values, {1, 3, 5, 2, 4, 6}));
    CHECK(holds(x.argsort(), {0, 2, 1, 1, 0, 2}));
    CHECK(holds(x.argsort(0, true), {1, 0, 1, 0, 1, 0}));
    CHECK(holds(x.topk(2).values, {5, 3, 6, 4}));
    CHECK(holds(torch::topk(x, 1, 0, false).indices, {0, 1, 0}));
    CHECK(holds(x.kthvalue(2).values, {3, 4}));
    CHECK(x.median().item() == 3);
    CHECK(holds(x.median(1).values, {3, 4}));
    CHECK(holds(x.cummax(1).indices, {0, 1, 1, 0, 0, 2}));
    CHECK(holds(torch::nonzero(x > 4), {0, 1, 1, 2}));
}

TEST_CASE("shapes, and lists of tensors") {
    const NoLeak no_leak;
    const torch::Tensor x = matrix();
    CHECK(x.expand({2, -1, -1}).shape() == Sizes{2, 2, 3});
    CHECK(x.repeat({2, 1}).shape() == Sizes{4, 3});
    CHECK(holds(x.flip({0, 1}), {6, 2, 4, 3, 5, 1}));
    CHECK(holds(torch::flip(x, {1}), {3, 5, 1, 6, 2, 4}));
    CHECK(holds(x.roll(1, 1), {3, 1, 5, 6, 4, 2}));
    CHECK(holds(x.roll({1, 1}, {0, 1}), {6, 4, 2, 3, 1, 5}));
    CHECK(holds(x.rot90(), {3, 6, 5, 2, 1, 4}));
    CHECK(x.unsqueeze(0).movedim(0, 2).shape() == Sizes{2, 3, 1});
    CHECK(x.swapaxes(0, 1).shape() == Sizes{3, 2});
    CHECK(x.unflatten(1, {1, 3}).shape() == Sizes{2, 1, 3});
    CHECK(holds(x.triu(), {1, 5, 3, 0, 2, 6}));
    CHECK(holds(torch::tril(x, -1), {0, 0, 0, 4, 0, 0}));
    CHECK(holds(x.diagonal(), {1, 2}));
    CHECK(holds(torch::diag(torch::tensor({1.0, 2.0})), {1, 0, 0, 2}));
    CHECK(holds(torch::tensor({1, 2}).repeat_interleave(2), {1, 1, 2, 2}));
    CHECK(holds(x.mT(), {1, 4, 5, 2, 3, 6}));
    const std::vector<torch::Tensor> rows = x.unbind();
    REQUIRE(rows.size() == 2);
    CHECK(holds(rows[1], {4, 2, 6}));
    const std::vector<torch::Tensor> pieces = x.split({1, 2}, 1);
    REQUIRE(pieces.size() == 2);
    CHECK(holds(pieces[1], {5, 3, 2, 6}));
    CHECK(x.split(2, 1).size() == 2);
    CHECK(torch::tensor_split(x, 3, 1).size() == 3);
    CHECK(torch::split(x, {1, 1}).size() == 2);
    rows[0].fill_(9); // a view
    CHECK(holds(x, {9, 9, 9, 4, 2, 6}));
}

TEST_CASE("masks and index tensors, and writing by them") {
    const NoLeak no_leak;
    const torch::Tensor x = matrix();
    CHECK(holds(torch::where(x > 3, x, 0), {0, 5, 0, 4, 0, 6}));
    CHECK(holds(torch::where(x > 3, x, -x), {-1, 5, -3, 4, -2, 6}));
    CHECK(holds(x.where(x > 3, torch::zeros({1})), {0, 5, 0, 4, 0, 6}));
    CHECK(holds(x.masked_fill(x > 3, -1), {1, -1, 3, -1, 2, -1}));
    CHECK(holds(x.masked_select(x > 3), {5, 4, 6}));
    CHECK(holds(x.take(torch::tensor({0, 5})), {1, 6}));
    const torch::Tensor index = torch::tensor({{0, 1, 0}});
    CHECK(holds(torch::zeros({2, 3}).scatter_(0, index, 1), {1, 0, 1, 0, 1, 0}));
    CHECK(holds(torch::zeros({2, 3}).scatter(0, index, x), {1, 0, 3, 0, 5, 0}));
    CHECK(holds(torch::zeros({2}).scatter_add_(0, torch::tensor({0, 0, 1}), x[0]), {6, 3}));
    CHECK(holds(torch::zeros({2}).scatter_reduce(0, torch::tensor({0, 0, 1}), x[0], "amax"), {5, 3}));
    CHECK(holds(x.index_add(1, torch::tensor({0, 0}), torch::ones({2, 2}), 2), {5, 5, 3, 8, 2, 6}));
    CHECK(holds(x.index_fill(1, torch::tensor({2}), 0), {1, 5, 0, 4, 2, 0}));
    CHECK(holds(x.masked_fill_(x > 3, 0), {1, 0, 3, 0, 2, 0}));
    CHECK(holds(torch::zeros({2, 2}).fill_diagonal_(3), {3, 0, 0, 3}));
}

TEST_CASE("linear algebra") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({{2.0, 1.0}, {1.0, 3.0}}), v = torch::tensor({1.0, 2.0});
    CHECK(holds(a.mv(v), {4, 7}));
    CHECK(holds(torch::outer(v, v), {1, 2, 2, 4}));
    CHECK(holds(torch::addmm(a, a, a, 2, 0.5), {6.5, 4.5, 4.5, 11}));
    CHECK(holds(a.unsqueeze(0).bmm(a.unsqueeze(0)), {5, 5, 5, 10}));
    CHECK(holds(a.cholesky(), {std::sqrt(2), 0, 1 / std::sqrt(2), std::sqrt(2.5)}));
    CHECK(holds(a.matrix_power(2), {5, 5, 5, 10}));
    CHECK(holds(a.trace(), {5}));
    const auto [sign, logabsdet] = torch::slogdet(a);
    CHECK(sign.item() == 1);
    CHECK(logabsdet.item() == doctest::Approx(std::log(5)));
}

TEST_CASE("random numbers of a generator's, and of the CPU's own") {
    const NoLeak no_leak;
    const torch::Generator first(5), second(5);
    CHECK(torch::equal(torch::zeros({8}).normal_(1, 2, first), torch::zeros({8}).normal_(1, 2, second)));
    const torch::Tensor x = torch::zeros({100}).uniform_(2, 3);
    CHECK(x.amin().item() >= 2);
    CHECK(x.amax().item() <= 3);
    CHECK(torch::zeros({4}).bernoulli(1.0).sum().item() == 4);
    CHECK(torch::multinomial(torch::tensor({0.0, 1.0}), 3, true).sum().item() == 3);
}

TEST_CASE("new tensors like one") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::zeros({1}, torch::kFloat64);
    CHECK(x.new_ones({2}).dtype() == torch::float64);
    CHECK(holds(x.new_full({2}, 3, torch::kInt), {3, 3}));
    CHECK(x.new_zeros({2, 0}, torch::kBool).dtype() == torch::boolean);
    CHECK(torch::ones({1}).type_as(x).dtype() == torch::float64);
}

TEST_CASE("gradients go through") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({{1.0, 4.0}, {9.0, 16.0}}).requires_grad_();
    (x.sqrt().cumsum(1).clamp(std::nullopt, 6) * torch::tensor({1.0, 10.0})).sum().backward();
    // d sqrt(x) = 1 / (2 sqrt(x)); the last sum, 7, is cut off.
    CHECK(holds(x.grad(), {11.0 / 2, 10.0 / 4, 1.0 / 6, 0}));
}

TEST_CASE("failures are LibTorch's, with the operator's name") {
    const NoLeak no_leak;
    const torch::Tensor x = matrix();
    const rt::Error error = error_of([&] { x.mv(x); });
    CHECK(contains(error.what(), "aten::mv"));
    CHECK(error.code() == RT_E_CALLEE);
    CHECK(error_of([&] { x.atan2(torch::Tensor()); }).code() == RT_E_HANDLE);
    CHECK(error_of([] { torch::Tensor().sin(); }).code() == RT_E_HANDLE);
    CHECK(error_of([&] { x.fmod(std::uint64_t{1} << 63); }).code() == RT_E_ARGUMENT);
    CHECK(error_of([&] { x.cumsum(0, torch::DType("float7")); }).code() == RT_E_ARGUMENT);
    CHECK_THROWS_AS(x.cumsum(9), torch::IndexError);
    CHECK(holds(x, {1, 5, 3, 4, 2, 6}));
}
