// Layers, losses, Sequential, and modules written in C++.
#include <cmath>
#include <sstream>

#include "support.hpp"

namespace nn = torch::nn;
namespace F = torch::nn::functional;

TEST_CASE("Linear computes x W^T + b") {
    const NoLeak no_leak;
    const nn::Linear layer(3, 2);
    const torch::Tensor x = torch::tensor({{1.0, 2.0, 3.0}});
    const torch::Tensor weight = layer.parameter("weight"), bias = layer.parameter("bias");
    CHECK(weight.shape() == Sizes{2, 3});
    CHECK(torch::allclose(layer(x), x.matmul(weight.t()) + bias));
    CHECK(torch::allclose(layer(x), F::linear(x, weight, bias)));
    CHECK(torch::allclose(nn::Linear(3, 2, {.bias = false}).forward(torch::zeros({1, 3})), torch::zeros({1, 2})));
    CHECK(layer.parameters().size() == 2);
    const rt::Error error = error_of([&] { layer.parameter("weights"); });
    CHECK(contains(error.what(), "weight"));
    CHECK(contains(error.what(), "bias"));
}

TEST_CASE("Conv2d adds up the picture under its kernel") {
    const NoLeak no_leak;
    const nn::Conv2d layer(1, 2, 3, {.stride = 2, .padding = 1, .bias = false});
    const torch::Tensor picture = torch::randn({1, 1, 5, 5});
    CHECK(layer(picture).shape() == Sizes{1, 2, 3, 3});
    CHECK(layer.parameters().size() == 1);
    CHECK(torch::allclose(layer(picture),
                          F::conv2d(picture, layer.parameter("weight"), {}, {.stride = 2, .padding = 1}), 1e-4, 1e-5));
    CHECK(holds(F::conv2d(torch::ones({1, 1, 3, 3}), torch::ones({1, 1, 2, 2}), torch::tensor({0.5})),
                {4.5, 4.5, 4.5, 4.5}));
    CHECK(torch::allclose(layer(picture), F::conv2d(picture, layer.parameter("weight"), {}, 2, 1), 1e-4, 1e-5));
    CHECK(nn::Conv2d(1, 2, 3, 2, 1)(picture).shape() == Sizes{1, 2, 3, 3});
    CHECK(nn::Conv2d(1, 2, 3, {2, 1}, {1, 0})(picture).shape() == Sizes{1, 2, 3, 3});
    CHECK(
        nn::Conv2d(4, 4, {1, 3}, {.padding = {0, 1}, .dilation = 1, .groups = 2})(torch::ones({1, 4, 2, 5})).shape() ==
        Sizes{1, 4, 2, 5});
}

TEST_CASE("pooling") {
    const NoLeak no_leak;
    const torch::Tensor picture = torch::arange(0.0, 16.0).reshape({1, 1, 4, 4});
    CHECK(holds(nn::MaxPool2d(2)(picture), {5, 7, 13, 15}));
    CHECK(nn::MaxPool2d(3, {.stride = 1, .padding = 1})(picture).shape() == Sizes{1, 1, 4, 4});
    CHECK(holds(F::max_pool2d(picture, 2), {5, 7, 13, 15}));
    CHECK(holds(F::avg_pool2d(picture, 2), {2.5, 4.5, 10.5, 12.5}));
    // The third argument is the stride, as in torch, and the fourth the padding.
    CHECK(holds(F::max_pool2d(picture, 2, 1), {5, 6, 7, 9, 10, 11, 13, 14, 15}));
    CHECK(holds(F::avg_pool2d(picture, 2, 1), {2.5, 3.5, 4.5, 6.5, 7.5, 8.5, 10.5, 11.5, 12.5}));
    CHECK(holds(F::max_pool2d(picture, 3, 1, 1), {5, 6, 7, 7, 9, 10, 11, 11, 13, 14, 15, 15, 13, 14, 15, 15}));
    CHECK(holds(F::max_pool2d(picture, 2, {1, 2}), {5, 7, 9, 11, 13, 15}));
    CHECK(holds(F::max_pool2d(picture, 2, {}, 1), {0, 2, 3, 8, 10, 11, 12, 14, 15}));
    CHECK(holds(nn::MaxPool2d(2, 1)(picture), {5, 6, 7, 9, 10, 11, 13, 14, 15}));
    CHECK(holds(nn::MaxPool2d(2, {1, 2})(picture), {5, 7, 9, 11, 13, 15}));
    CHECK(holds(nn::MaxPool2d(2, 2)(picture), {5, 7, 13, 15}));
}

TEST_CASE("BatchNorm2d takes its statistics in training, and uses them in evaluation") {
    const NoLeak no_leak;
    const nn::BatchNorm2d layer(1, {.eps = 0, .momentum = 1});
    const torch::Tensor x = torch::tensor({1.0, 3.0}).reshape({2, 1, 1, 1});
    CHECK(layer.is_training());
    CHECK(holds(layer(x), {-1, 1}));
    layer.eval();
    CHECK_FALSE(layer.is_training());
    // Running mean 2 and, with correction 1, variance 2.
    CHECK(holds(layer(x), {-1 / std::sqrt(2), 1 / std::sqrt(2)}));
    bool found = false;
    for (const auto &[name, tensor] : layer.named_buffers()) {
        found = found || (name == "running_mean" && holds(tensor, {2}));
    }
    CHECK(found);
    CHECK(holds(F::batch_norm(x, {}, {}, {.training = true, .eps = 0}), {-1, 1}));
    CHECK(holds(F::layer_norm(torch::tensor({{1.0, 3.0}}), 2, {}, {}, 0), {-1, 1}));
}

TEST_CASE("Dropout drops in training only") {
    const NoLeak no_leak;
    torch::manual_seed(1);
    const nn::Dropout layer(0.5);
    const torch::Tensor ones = torch::ones({1000});
    const double kept = (layer(ones) > 0).to(torch::float32).mean().item();
    CHECK(kept > 0.4);
    CHECK(kept < 0.6);
    CHECK(layer(ones).max().item() == 2);
    layer.eval();
    CHECK(torch::equal(layer(ones), ones));
    CHECK(torch::equal(F::dropout(ones, 0.5, false), ones));
}

TEST_CASE("activations and Flatten") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({-1.0, 0.0, 2.0});
    CHECK(holds(nn::ReLU()(x), {0, 0, 2}));
    CHECK(holds(nn::Sigmoid()(torch::zeros({1})), {0.5}));
    CHECK(holds(nn::Tanh()(x), {std::tanh(-1), 0, std::tanh(2)}));
    CHECK(nn::Flatten()(torch::zeros({2, 3, 4})).shape() == Sizes{2, 12});
    CHECK(nn::Flatten(0)(torch::zeros({2, 3, 4})).shape() == Sizes{24});
}

TEST_CASE("embedding picks rows") {
    const NoLeak no_leak;
    const torch::Tensor table = torch::tensor({{1.0, 2.0}, {3.0, 4.0}});
    CHECK(holds(F::embedding(torch::tensor({1, 0, 1}), table), {3, 4, 1, 2, 3, 4}));
}

TEST_CASE("losses are means, and can be differentiated") {
    const NoLeak no_leak;
    const torch::Tensor input = torch::tensor({1.0, 3.0}).requires_grad_();
    const torch::Tensor loss = nn::MSELoss()(input, torch::tensor({0.0, 1.0}));
    CHECK(loss.item() == 2.5);
    loss.backward();
    CHECK(holds(input.grad(), {1, 2}));

    const torch::Tensor logits = torch::tensor({{0.0, std::log(3.0)}});
    CHECK(nn::CrossEntropyLoss()(logits, torch::tensor({1})).item() == doctest::Approx(-std::log(0.75)));
    CHECK(nn::NLLLoss()(logits.log_softmax(1), torch::tensor({0})).item() == doctest::Approx(-std::log(0.25)));
    CHECK(nn::BCELoss()(torch::tensor({0.8}), torch::tensor({1.0})).item() == doctest::Approx(-std::log(0.8)));
}

TEST_CASE("Sequential shares its modules") {
    const NoLeak no_leak;
    const nn::Linear first(2, 3);
    nn::Sequential model(first, nn::Tanh(), nn::Linear(3, 1));
    CHECK(model.size() == 3);
    CHECK(model.parameters().size() == 4);
    const auto named = model.named_parameters();
    REQUIRE(named.size() == 4);
    CHECK(named[0].first == "0.weight");
    CHECK(torch::equal(named[0].second, first.parameter("weight")));
    CHECK(torch::equal(model.parameter("2.bias"), model[2].parameter("bias")));

    model.push_back(nn::Sigmoid());
    CHECK(model.size() == 4);
    const torch::Tensor x = torch::ones({5, 2});
    CHECK(torch::allclose(model(x), model[2](first(x).tanh()).sigmoid()));
    CHECK(error_of([&] { model[4]; }).code() == RT_E_ARGUMENT);
    CHECK(nn::Sequential().parameters().empty());

    std::ostringstream out;
    out << model;
    CHECK(contains(out.str(), "Linear"));
    CHECK(contains(out.str(), "Tanh"));
    model.to("cpu");
    model.eval();
    CHECK_FALSE(model[0].is_training());
}

namespace {

struct Net : nn::Module {
    nn::Linear hidden = register_module("hidden", nn::Linear(2, 4));
    nn::Dropout dropout = register_module("dropout", nn::Dropout(0.5));
    nn::Sequential output = register_module("output", nn::Sequential(nn::Linear(4, 1), nn::Sigmoid()));

    torch::Tensor forward(const torch::Tensor &x) const override { return output(dropout(hidden(x).relu())); }
};

} // namespace

TEST_CASE("a module written in C++ collects the parts it registers") {
    const NoLeak no_leak;
    const Net net;
    CHECK(net(torch::ones({3, 2})).shape() == Sizes{3, 1});
    CHECK(net.parameters().size() == 4);
    std::vector<std::string> names;
    for (const auto &[name, tensor] : net.named_parameters()) {
        names.push_back(name);
    }
    CHECK(names == std::vector<std::string>{"hidden.weight", "hidden.bias", "output.0.weight", "output.0.bias"});
    CHECK(torch::equal(net.parameter("hidden.bias"), net.hidden.parameter("bias")));
    CHECK(contains(error_of([&] { net.parameter("hidden.bios"); }).what(), "hidden.bias"));

    CHECK(net.is_training());
    net.eval();
    CHECK_FALSE(net.is_training());
    CHECK_FALSE(net.dropout.is_training());
    CHECK(torch::equal(net(torch::ones({3, 2})), net(torch::ones({3, 2}))));
    net.train();

    net(torch::ones({3, 2})).sum().backward();
    CHECK(net.hidden.parameter("weight").grad().defined());
    net.zero_grad();
    const torch::Tensor grad = net.hidden.parameter("weight").grad();
    CHECK((!grad.defined() || grad.abs().sum().item() == 0));
    CHECK(contains(net.str(), "(hidden): "));
    net.to("cpu");

    const Net copy = net; // NOLINT(performance-unnecessary-copy-initialization): copies share their parts
    CHECK(torch::equal(copy.parameters()[0], net.parameters()[0]));
}

TEST_CASE("a module is used like a holder of LibTorch's, and its methods can be chained") {
    const NoLeak no_leak;
    nn::Sequential model(nn::Linear(2, 3), nn::Dropout(0.5));
    const torch::Tensor evaluated = model->eval().forward(torch::ones({1, 2}));
    CHECK(torch::equal(evaluated, model->forward(torch::ones({1, 2}))));
    CHECK(model->parameters().size() == 2);
    CHECK_FALSE(model.to("cpu").is_training());
    CHECK(model->train().is_training());
    CHECK(Net().to("cpu").eval()(torch::ones({3, 2})).shape() == Sizes{3, 1});
    const nn::Module moved = nn::Linear(2, 3).to("cpu");
    CHECK(moved(torch::ones({1, 2})).shape() == Sizes{1, 3});
    const nn::Module parameters_only = Net().to("cpu"); // NOLINT(cppcoreguidelines-slicing): what the error is about
    CHECK(parameters_only.parameters().size() == 4);
    const rt::Error error = error_of([&] { parameters_only(torch::ones({3, 2})); });
    CHECK(error.code() == RT_E_ARGUMENT);
    CHECK(contains(error.what(), "has no forward"));
}

TEST_CASE("wrong layers are errors") {
    const NoLeak no_leak;
    CHECK(contains(error_of([] { nn::Linear(-1, 2); }).what(), "in_features"));
    CHECK(contains(error_of([] { nn::Linear(2, 3)(torch::ones({1, 5})); }).what(), "rt_torch_module_forward"));
    CHECK(contains(error_of([] { nn::Dropout(1.5); }).what(), "p is 1.5"));
    CHECK(contains(error_of([] { nn::CrossEntropyLoss()(torch::ones({2, 3}), torch::tensor({0, 7})); }).what(), "7"));
}

TEST_CASE("make gives any class of torch::nn by its name") {
    const NoLeak no_leak;
    const nn::Module layer = nn::make("Linear", 3, 2, rt::arg("bias") = false);
    CHECK(layer.parameters().size() == 1);
    const torch::Tensor x = torch::ones({1, 3});
    CHECK(torch::allclose(layer(x), x.matmul(layer.parameter("weight").t())));
    CHECK(nn::make("MaxPool1d", 2)(torch::tensor({1.0, 4.0, 3.0, 2.0}).reshape({1, 4})).to_vector<int>() ==
          std::vector<int>{4, 3});
    const rt::Error error = error_of([] { nn::make("Linear", 3, 2, rt::arg("bais") = false); });
    CHECK(contains(error.what(), "bias"));
    CHECK(error_of([] { nn::make("Lineal", 3, 2); }).code() == RT_E_NOT_FOUND);
}

TEST_CASE("run gives all tensors of a result") {
    const NoLeak no_leak;
    const nn::Module lstm = nn::make("LSTM", 2, 3, rt::arg("batch_first") = true);
    const torch::Tensor x = torch::randn({1, 4, 2});
    const std::vector<torch::Tensor> results = nn::run(lstm, x);
    REQUIRE(results.size() == 3);
    CHECK(results[0].shape() == Sizes{1, 4, 3});
    CHECK(torch::allclose(results[0].select(1, -1), results[1].select(0, 0))); // the last output is the state
    // From that state on, as if it had seen all at once.
    const std::vector<torch::Tensor> first = nn::run(lstm, x.slice(1, 0, 2));
    const std::vector<torch::Tensor> rest =
        nn::run(lstm, x.slice(1, 2, 4), std::vector<torch::Tensor>{first[1], first[2]});
    CHECK(torch::allclose(rest[0], results[0].slice(1, 2, 4)));
    // What is left out is nullptr.
    const nn::Module attention = nn::make("MultiheadAttention", 2, 1);
    const torch::Tensor sequence = torch::randn({3, 1, 2});
    const std::vector<torch::Tensor> attended = nn::run(attention, sequence, sequence, sequence, nullptr, true);
    REQUIRE(attended.size() == 2);
    CHECK(torch::allclose(attended[1].sum(2), torch::ones({1, 3})));
    CHECK(error_of([&] { nn::run(lstm, 3); }).code() == RT_E_TYPE);
}

TEST_CASE("a state goes from one module to another, also of a class of the program's") {
    struct Net : nn::Module {
        nn::Linear first = register_module("first", nn::Linear(2, 3));
        nn::Linear second = register_module("second", nn::Linear(3, 1));
        torch::Tensor forward(const torch::Tensor &x) const override { return second(first(x)); }
    };
    const NoLeak no_leak;
    const Net one, other;
    const torch::Tensor x = torch::randn({4, 2});
    nn::NamedTensors state = one.state_dict();
    REQUIRE(state.size() == 4);
    CHECK(state[2].first == "second.weight");
    CHECK_FALSE(torch::allclose(one(x), other(x)));
    other.load_state_dict(state);
    CHECK(torch::allclose(one(x), other(x)));
    CHECK(contains(error_of([&] { other.load_state_dict({{"third.weight", x}}); }).what(), "third.weight"));
    CHECK(contains(error_of([&] { other.load_state_dict({{"first.bias", x}}); }).what(), "and \"first.bias\" is [3]"));
    state.pop_back();
    CHECK(contains(error_of([&] { other.load_state_dict(state); }).what(), "second.bias"));
    CHECK(torch::allclose(one(x), other(x)));

    const nn::Linear layer(2, 2);
    const nn::Module copy = nn::clone(layer);
    CHECK(torch::allclose(copy(x), layer(x)));
    layer.requires_grad_(false);
    CHECK_FALSE(layer.parameter("weight").requires_grad());
    CHECK(copy.parameter("weight").requires_grad());
    copy.load_state_dict({{"bias", torch::zeros({2})}, {"nothing", x}}, false);
    CHECK(torch::allclose(copy.parameter("bias"), torch::zeros({2})));
    CHECK(contains(error_of([&] { copy.load_state_dict({{"bais", torch::zeros({2})}}); }).what(), "bias"));
}
