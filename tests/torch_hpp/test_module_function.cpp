// Modules of the program's own in a Sequential: functions, and classes with parameters; hooks.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support.hpp"

namespace nn = torch::nn;
using Tensors = std::vector<torch::Tensor>;

namespace {

struct Scale : nn::Module {
    torch::Tensor by = register_parameter("by", torch::tensor({2.0, 3.0}));
    torch::Tensor shift = register_buffer("shift", torch::tensor({10.0, 20.0}));

    torch::Tensor forward(const torch::Tensor &x) const override { return x * by + shift; }
};

struct ScaledNet : nn::Module {
    ScaledNet() : Module("Net") {}
    nn::Linear hidden = register_module("hidden", nn::Linear(2, 2));
    Scale scale = register_module("scale", Scale());

    torch::Tensor forward(const torch::Tensor &x) const override { return scale(hidden(x)); }
};

std::vector<std::string> names_of(const nn::NamedTensors &tensors) {
    std::vector<std::string> names;
    for (const auto &[name, tensor] : tensors) {
        names.push_back(name);
    }
    return names;
}

} // namespace

TEST_CASE("a class has parameters and buffers of its own") {
    const NoLeak no_leak;
    const ScaledNet net;
    CHECK(names_of(net.named_parameters()) == std::vector<std::string>{"hidden.weight", "hidden.bias", "scale.by"});
    CHECK(names_of(net.named_buffers()) == std::vector<std::string>{"scale.shift"});
    CHECK(names_of(net.state_dict()) ==
          std::vector<std::string>{"hidden.weight", "hidden.bias", "scale.by", "scale.shift"});
    CHECK(net.str() == "Net(\n"
                       "  (hidden): torch::nn::Linear(in_features=2, out_features=2, bias=true)\n"
                       "  (scale): Module\n"
                       ")");
    CHECK(net.scale.by.requires_grad());
    CHECK(holds(net.child("scale").buffer("shift"), {10, 20}));
    net.load_state_dict({{"scale.by", torch::tensor({1.0, 1.0})}}, false);
    CHECK(holds(net.scale(torch::tensor({1.0, 2.0})), {11, 22}));
    net.to(torch::float64);
    CHECK(net.hidden.parameter("weight").dtype() == torch::float64);
    CHECK(net.scale.by.dtype() == torch::float64);
    net.to("cpu", torch::float32);
    CHECK(net(torch::ones({1, 2})).dtype() == torch::float32);
    torch::optim::SGD sgd(net.parameters(), {.lr = 0.1});
    net(torch::ones({1, 2})).sum().backward();
    sgd.step();
    net.zero_grad();
    CHECK_FALSE(net.scale.by.grad().defined());
    net.requires_grad_(false);
    CHECK_FALSE(net.scale.by.requires_grad());
}

TEST_CASE("a class is a part of a Sequential, which shares its parameters and its mode") {
    const NoLeak no_leak;
    const ScaledNet net;
    const nn::Sequential model(nn::ReLU(), net, Scale());
    const torch::Tensor x = torch::tensor({{1.0, 2.0}});
    CHECK(torch::allclose(model(x), Scale()(net(x))));
    CHECK(names_of(model.named_parameters()) ==
          std::vector<std::string>{"1.hidden.weight", "1.hidden.bias", "1.scale.by", "2.by"});
    model(x).sum().backward();
    CHECK(net.scale.by.grad().defined());
    model.eval();
    CHECK_FALSE(net.hidden.is_training());
    CHECK(contains(model.str(), "(1): Net("));
    CHECK(contains(error_of([&] { nn::clone(model); }).what(), "copyable=false"));
    // Its nn::Module part alone has no forward to call.
    // NOLINTNEXTLINE(cppcoreguidelines-slicing, performance-unnecessary-copy-initialization): what the error is about
    const nn::Module part = net;
    CHECK(contains(error_of([&] { nn::Sequential wrong(part); }).what(), "has no forward"));
}

TEST_CASE("a class without parts knows its mode, also inside a Sequential") {
    struct Mode : nn::Module {
        torch::Tensor forward(const torch::Tensor &x) const override { return is_training() ? x * 2 : x * 3; }
    };
    const NoLeak no_leak;
    const Mode mode;
    const torch::Tensor x = torch::ones({1});
    CHECK(holds(mode(x), {2}));
    const nn::Sequential model(mode);
    model.eval();
    CHECK(holds(model(x), {3}));
    mode.eval();
    CHECK(holds(mode(x), {3}));
    CHECK(holds(nn::Sequential(mode)(x), {3}));
    CHECK(mode.parameters().empty());
    CHECK(error_of([&] { mode.parameter("by"); }).code() == RT_E_ARGUMENT);
}

TEST_CASE("a class that has no forward says so, wherever it is") {
    struct Empty : nn::Module {};
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({1});
    const Empty empty;
    const nn::Sequential holds_it(empty, nn::ReLU());
    const nn::Sequential nothing;
    const nn::Sequential holds_nothing(nn::ReLU(), nothing);
    CHECK(contains(error_of([&] { empty(x); }).what(), "has no forward"));
    CHECK(contains(error_of([&] { holds_it(x); }).what(), "has no forward"));
    CHECK(contains(error_of([&] { holds_nothing(x); }).what(), "has no forward"));
}

TEST_CASE("a part that is refused leaves a class as it was") {
    struct Parts : nn::Module {
        using Module::register_buffer;
        using Module::register_module;
        using Module::register_parameter;
    };
    const NoLeak no_leak;
    Parts module;
    module.register_parameter("frozen", torch::ones({2}), false);
    CHECK_FALSE(module.parameter("frozen").requires_grad());
    CHECK(contains(error_of([&] { module.register_parameter("a.b", torch::ones({1})); }).what(), "no dot"));
    CHECK(contains(error_of([&] { module.register_buffer("frozen", torch::ones({1})); }).what(), "twice"));
    CHECK(contains(error_of([&] { module.register_module("", nn::ReLU()); }).what(), "empty"));
    CHECK(error_of([&] { module.register_buffer("undefined", torch::Tensor()); }).code() == RT_E_HANDLE);
    CHECK(names_of(module.state_dict()) == std::vector<std::string>{"frozen"});
}

TEST_CASE("Functional is a module of a function") {
    const NoLeak no_leak;
    const nn::Functional twice([](const torch::Tensor &x) { return x * 2; });
    CHECK(holds(twice(torch::tensor({1.0, 2.0})), {2, 4}));
    CHECK(twice.str() == "Functional");
    const nn::Functional scale(
        [](const nn::Module &self, const Tensors &x) { return x[0] * self.parameter("by") + self.buffer("shift"); },
        {.parameters = {{"by", torch::tensor({3.0})}}, .buffers = {{"shift", torch::tensor({1.0})}}, .name = "Scale"});
    const nn::Sequential model(twice, scale, nn::ReLU());
    CHECK(holds(model(torch::tensor({1.0, -1.0})), {7, 0}));
    CHECK(names_of(model.named_parameters()) == std::vector<std::string>{"1.by"});
    const nn::Module copy = nn::clone(model);
    {
        const torch::NoGrad no_grad;
        scale.parameter("by").fill_(0);
    }
    CHECK(holds(model(torch::tensor({1.0})), {1}));
    CHECK(holds(copy(torch::tensor({1.0})), {7}));

    const nn::Functional net([](const nn::Module &self, const Tensors &x) { return self.child("in")(x[0]).relu(); },
                             {.modules = {{"in", nn::Linear(2, 1)}}});
    CHECK(net.parameters().size() == 2);
    CHECK(net(torch::ones({4, 2})).shape() == Sizes{4, 1});
}

TEST_CASE("Functional takes and gives several tensors, and its errors come through") {
    const NoLeak no_leak;
    const nn::Functional both([](const nn::Module &, const Tensors &x) {
        return x[1].defined() ? Tensors{x[0] + x[1], x[0] - x[1]} : Tensors{x[0]};
    });
    const Tensors results = nn::run(both, torch::tensor({3.0}), torch::tensor({1.0}));
    REQUIRE(results.size() == 2);
    CHECK(holds(results[0], {4}));
    CHECK(holds(results[1], {2}));
    CHECK(nn::run(both, torch::tensor({3.0}), nullptr).size() == 1);
    const nn::Functional one([](const torch::Tensor &x) { return x; });
    CHECK(contains(error_of([&] { nn::run(one, torch::ones({1}), torch::ones({1})); }).what(),
                   "takes one tensor, and not 2"));
    const nn::Functional failing(
        [](const torch::Tensor &) -> torch::Tensor { throw rt::Error(RT_E_UNAVAILABLE, "no table"); });
    const nn::Sequential model(failing, nn::ReLU());
    const rt::Error error = error_of([&] { model(torch::ones({1})); });
    CHECK(error.code() == RT_E_UNAVAILABLE);
    CHECK(contains(error.what(), "no table"));
}

TEST_CASE("the function of a Functional lives as long as its module") {
    const NoLeak no_leak;
    auto token = std::make_shared<int>(2);
    const std::weak_ptr<int> alive = token;
    {
        const nn::Sequential model(
            nn::Functional([token = std::move(token)](const torch::Tensor &x) { return x * *token; }));
        CHECK(holds(model(torch::ones({1})), {2}));
    }
    CHECK(alive.expired());
}

TEST_CASE("hooks see and replace inputs, outputs and gradients, until they are removed") {
    const NoLeak no_leak;
    const nn::ReLU relu;
    const nn::RemovableHandle before =
        relu.register_forward_pre_hook([](const nn::Module &, const Tensors &inputs) { return inputs[0] * -1; });
    std::size_t seen = 0;
    const nn::RemovableHandle after =
        relu.register_forward_hook([&](const nn::Module &module, const Tensors &inputs, const Tensors &outputs) {
            seen += inputs.size() + outputs.size();
            CHECK(contains(module.str(), "ReLU"));
        });
    const nn::RemovableHandle backward = relu.register_full_backward_hook(
        [](const nn::Module &, const Tensors &grad_inputs, const Tensors &grad_outputs) {
            CHECK(holds(grad_outputs[0], {1, 1}));
            return Tensors{grad_inputs[0] * 5};
        });
    const nn::Sequential model(relu);
    const torch::Tensor x = torch::tensor({-1.0, 2.0}).requires_grad_();
    const torch::Tensor y = model(x);
    CHECK(holds(y, {1, 0}));
    CHECK(seen == 2);
    y.sum().backward();
    CHECK(holds(x.grad(), {-5, 0}));
    before.remove();
    after.remove();
    backward.remove();
    CHECK(holds(model(x), {0, 2}));
    CHECK(seen == 2);
    CHECK(contains(error_of([&] { after.remove(); }).what(), "no hook 2"));
    CHECK(contains(error_of([] { Scale().register_forward_hook([](auto &&...) {}); }).what(), "has no hooks"));
}
