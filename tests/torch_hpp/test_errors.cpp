// Each sort of LibTorch's exceptions as a class of torch.hpp's, by calls that fail in LibTorch itself.
#include "support.hpp"

namespace {

// What `body` throws as a Kind.
template <class Kind, class Body> Kind failure_of(Body body) {
    try {
        body();
    } catch (const Kind &error) {
        return error;
    } catch (const torch::Error &error) {
        FAIL("another class was thrown, for the cause '" << std::string(error.cause())
                                                         << "': " << std::string(error.what()));
    }
    FAIL("nothing was thrown");
    throw Kind(rt::Error(RT_OK, ""));
}

} // namespace

TEST_CASE("what is out of range is an IndexError") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({2, 3});
    const auto error = failure_of<torch::IndexError>([&] { x.softmax(5); });
    CHECK(contains(error.what(), "Dimension out of range (expected to be in range of [-2, 1], but got 5)"));
    CHECK(error.code() == RT_E_ARGUMENT);
    CHECK(std::string(error.cause()) == "index");
    CHECK(std::string(error.function()) == "rt_torch_torchtensor_softmax");
    failure_of<torch::IndexError>([&] { x.cumsum(7); });                           // by an operator
    failure_of<torch::IndexError>([&] { x.index_select(0, torch::tensor({9})); }); // by a check of the plugin's
    failure_of<torch::IndexError>([&] { x.size(2); });                             // by torch.hpp itself
}

TEST_CASE("linear algebra without a solution is a LinAlgError") {
    const NoLeak no_leak;
    const auto error = failure_of<torch::LinAlgError>([] { torch::zeros({2, 2}).inverse(); });
    CHECK(contains(error.what(), "singular"));
    CHECK(error.code() == RT_E_CALLEE);
    failure_of<torch::LinAlgError>([] { (-torch::eye(2)).cholesky(); });
}

TEST_CASE("an operator that the device has no kernel for is a NotImplementedError") {
    const NoLeak no_leak;
    const torch::Tensor picture = torch::ones({1, 1, 2, 2});
    const auto error = failure_of<torch::NotImplementedError>(
        [&] { rt::call("aten::cudnn_grid_sampler", picture, torch::zeros({1, 2, 2, 2})); });
    CHECK(contains(error.what(), "Could not run 'aten::cudnn_grid_sampler'"));
}

TEST_CASE("a value that is not taken is a ValueError") {
    const NoLeak no_leak;
    const auto error = failure_of<torch::ValueError>(
        [] { rt::call("aten::nll_loss_nd", torch::ones({2, 3}), torch::tensor({0, 1, 2})); });
    CHECK(contains(error.what(), "Expected input batch_size (2) to match target batch_size (3)"));
}

TEST_CASE("a type that is not taken is a TypeError") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({2});
    const auto error = failure_of<torch::TypeError>([&] { rt::call("rt_torch_torchtensor_relu", 1.5); });
    CHECK(error.code() == RT_E_TYPE);
    failure_of<torch::TypeError>([&] { rt::call("aten::sin.default", "x"); });
    // LibTorch's own: none of its operators for a CPU throws one, so that a callable does.
    x.requires_grad_();
    x.register_hook([](const torch::Tensor &) { throw rt::Error(RT_E_CALLEE, "of another dtype", "type"); });
    const auto through = failure_of<torch::TypeError>([&] { x.sum().backward(); });
    CHECK(contains(through.what(), "of another dtype"));
}

TEST_CASE("memory that the CPU does not have is an OutOfMemoryError") {
    const NoLeak no_leak;
    const torch::Tensor column = torch::zeros({1 << 23, 1});
    const auto error = failure_of<torch::OutOfMemoryError>([&] { column.matmul(column.t()); });
    CHECK(contains(error.what(), "you tried to allocate 281474976710656 bytes"));
    CHECK(error.code() == RT_E_MEMORY);
    failure_of<torch::OutOfMemoryError>([] { torch::zeros({std::int64_t{1} << 62}); });
}

TEST_CASE("all other failures are plain errors, and each is a torch::Error and a std::exception") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({2, 3});
    CHECK_THROWS_AS(x.matmul(x), torch::Error);
    CHECK_THROWS_AS(x.softmax(5), torch::Error);
    CHECK_THROWS_AS(x.softmax(5), std::exception);
    const rt::Error error = error_of([&] { x.matmul(x); });
    CHECK(std::string(error.cause()) == "libtorch");
}

TEST_CASE("a callable's error keeps its class on its way through LibTorch") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({1}).requires_grad_();
    x.register_hook([](const torch::Tensor &) { torch::ones({1}).softmax(5); });
    const torch::Tensor loss = x.sum();
    failure_of<torch::IndexError>([&] { loss.backward(); });
}
