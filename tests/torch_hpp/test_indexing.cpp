// Parts of a tensor by a list of indices, against what Python's torch is documented to give, worked out by hand.
#include "support.hpp"

using torch::indexing::Ellipsis;
using torch::indexing::None;
using torch::indexing::Slice;
using torch::indexing::TensorIndex;

namespace {

// 0 to 23, of shape [2, 3, 4]: the element at i, j, k is 12 i + 4 j + k.
torch::Tensor twenty_four() { return torch::arange(0.0, 24.0).reshape({2, 3, 4}); }

} // namespace

TEST_CASE("integers take dimensions away, slices keep them") {
    const NoLeak no_leak;
    const torch::Tensor x = twenty_four();
    CHECK(holds(x.index({1, 2, 3}), {23}));
    CHECK(x.index({1, 2, 3}).dim() == 0);
    CHECK(holds(x.index({-1, -1}), {20, 21, 22, 23}));
    CHECK(holds(x.index({0, Slice(), 1}), {1, 5, 9}));
    CHECK(holds(x.index({0, Slice(1, None), Slice(None, None, 2)}), {4, 6, 8, 10}));
    CHECK(holds(x.index({0, Slice(None, -1), Slice(1, 3)}), {1, 2, 5, 6}));
    CHECK(x.index({Slice(5, 9)}).shape() == Sizes{0, 3, 4});
    CHECK(x.index({Slice(1)}).shape() == Sizes{1, 3, 4});
    CHECK(holds(x.index({std::int64_t{1}, 2U, short{0}}), {20}));
}

TEST_CASE("an ellipsis stands for the dimensions that are left, None for a new one") {
    const NoLeak no_leak;
    const torch::Tensor x = twenty_four();
    CHECK(holds(x.index({Ellipsis, 0}), {0, 4, 8, 12, 16, 20}));
    CHECK(holds(x.index({1, "...", 3}), {15, 19, 23}));
    CHECK(x.index({"..."}).shape() == Sizes{2, 3, 4});
    CHECK(x.index({None}).shape() == Sizes{1, 2, 3, 4});
    CHECK(x.index({Slice(), None, 0, None, "..."}).shape() == Sizes{2, 1, 1, 4});
    CHECK(x.index({"1:", "::2", "-1:"}).shape() == Sizes{1, 2, 1});
    CHECK(x.index({true}).shape() == Sizes{1, 2, 3, 4});
    CHECK(x.index({false}).shape() == Sizes{0, 2, 3, 4});
}

TEST_CASE("index tensors choose elements in any order and more than once, and masks those that are true") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::arange(0.0, 12.0).reshape({3, 4});
    CHECK(holds(x.index({torch::tensor({2, 0, 2})}), {8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11}));
    CHECK(holds(x.index({Slice(), torch::tensor({-1, 0})}), {3, 0, 7, 4, 11, 8}));
    CHECK(holds(x.index({torch::tensor({0, 1, 2}), torch::tensor({3, 2, 1})}), {3, 6, 9}));
    CHECK(x.index({torch::tensor({{0}, {2}}), torch::tensor({1, 3})}).shape() == Sizes{2, 2});
    CHECK(holds(x.index({torch::tensor({{0}, {2}}), torch::tensor({1, 3})}), {1, 3, 9, 11}));
    CHECK(holds(x.index({x > 8}), {9, 10, 11}));
    CHECK(holds(x.index({(x > 2) & (x % 2 == 0)}), {4, 6, 8, 10}));
    CHECK(holds(x.index({~(x < 11)}), {11}));
    CHECK(holds(x.index({torch::tensor({true, false, true}), 1}), {1, 9}));
    CHECK(holds(x.index(std::vector<TensorIndex>{"...", x[0] > 1}), {2, 3, 6, 7, 10, 11}));
    CHECK(x.index({torch::tensor({2})}).shape() == Sizes{1, 4});
    CHECK(x.index({torch::tensor(2)}).shape() == Sizes{4});
}

TEST_CASE("brackets take an integer or a tensor of one") {
    const NoLeak no_leak;
    const torch::Tensor x = twenty_four();
    CHECK(holds(x[1][2][3], {23}));
    CHECK(holds(x[torch::tensor(1)][-1], {20, 21, 22, 23}));
    CHECK_THROWS_AS(x[torch::tensor({1, 0})], torch::IndexError);
    CHECK_THROWS_AS(x[2], torch::IndexError);
}

TEST_CASE("what is a view shares the memory, what is a copy does not") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::zeros({2, 3});
    x.index({Slice(), 1}).fill_(5);
    x.index({0, "..."}).add_(1);
    CHECK(holds(x, {1, 6, 1, 0, 5, 0}));
    x.index({torch::tensor({0})}).fill_(9);
    x.index({x > 4}).fill_(9);
    CHECK(holds(x, {1, 6, 1, 0, 5, 0}));
}

TEST_CASE("index_put_ writes tensors and numbers to views, index tensors and masks") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::zeros({2, 3});
    CHECK(x.index_put_({Slice(), 0}, 1).handle() == x.handle());
    x.index_put_({1, Slice(1, None)}, torch::tensor({2.0, 3.0}));
    CHECK(holds(x, {1, 0, 0, 1, 2, 3}));
    x.index_put_({x == 0}, -1.5);
    CHECK(holds(x, {1, -1.5, -1.5, 1, 2, 3}));
    x.index_put_({torch::tensor({1, 0}), torch::tensor({2, 2})}, torch::tensor({30.0, 20.0}));
    CHECK(holds(x, {1, -1.5, 20, 1, 2, 30}));
    x.index_put_({"..."}, torch::tensor({7.0, 8.0, 9.0}));
    CHECK(holds(x, {7, 8, 9, 7, 8, 9}));
    x.index_put_(std::vector<TensorIndex>{0, 0}, true);
    CHECK(holds(x, {1, 8, 9, 7, 8, 9}));
}

TEST_CASE("gradients go through indices, and to what is written") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({2, 3}).requires_grad_();
    (x.index({0, Slice(None, None, 2)}) * 2).sum().backward();
    CHECK(holds(x.grad(), {2, 0, 2, 0, 0, 0}));
    x.zero_grad();
    (x.index({torch::tensor({1, 1}), torch::tensor({0, 0})}) * 3).sum().backward(); // the same element twice
    CHECK(holds(x.grad(), {0, 0, 0, 6, 0, 0}));
    x.zero_grad();
    const torch::Tensor value = torch::tensor({5.0, 7.0}).requires_grad_();
    const torch::Tensor y = x * 2;
    y.index_put_({1, Slice(1, None)}, value);
    (y * y).sum().backward();
    CHECK(holds(x.grad(), {8, 8, 8, 8, 0, 0})); // d (2 x)^2 = 8 x, and nothing where it was overwritten
    CHECK(holds(value.grad(), {10, 14}));
}

TEST_CASE("wrong indices are errors that say what was meant") {
    const NoLeak no_leak;
    const torch::Tensor x = twenty_four();
    CHECK_THROWS_AS(x.index({2}), torch::IndexError);
    CHECK_THROWS_AS(x.index({0, 0, 0, 0}), torch::IndexError);
    CHECK_THROWS_AS(x.index({"...", "..."}), torch::IndexError);
    CHECK_THROWS_AS(x.index(std::vector<TensorIndex>{}), torch::IndexError);
    CHECK_THROWS_AS(x.index({torch::tensor({5})}), torch::IndexError);
    CHECK_THROWS_AS(x.index({torch::tensor({0.5})}), torch::IndexError);
    CHECK_THROWS_AS(x.index({Slice(0, 2, 0)}), torch::ValueError);
    CHECK_THROWS_AS(x.index({Slice(None, None, -1)}), torch::ValueError);
    CHECK(contains(error_of([&] { x.index({0, "1;2"}); }).what(), "indices[1] is \"1;2\""));
    CHECK(contains(error_of([&] { x.index({""}); }).what(), "a slice as Python writes it"));
    CHECK(error_of([&] { x.index({torch::Tensor()}); }).code() == RT_E_HANDLE);
    CHECK(error_of([&] { x.index_put_({0}, torch::Tensor()); }).code() == RT_E_HANDLE);
    CHECK(error_of([&] { x.index_put_({0}, torch::ones({5})); }).code() == RT_E_CALLEE);
    CHECK(error_of([&] { torch::Tensor().index({0}); }).code() == RT_E_HANDLE);
    CHECK(holds(x.index({0, 0}), {0, 1, 2, 3})); // as it was
}
