// autograd::Function, checkpoints and generators.
#include <memory>
#include <thread>

#include "support.hpp"

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {

torch::autograd::Function cube() {
    return {[](AutogradContext &context, const variable_list &inputs) {
                context.save_for_backward(inputs);
                return inputs[0].pow(3);
            },
            [](AutogradContext &context, const variable_list &grads) {
                const torch::Tensor x = context.get_saved_variables()[0];
                return 3 * x * x * grads[0];
            }};
}

} // namespace

TEST_CASE("a Function of two lambdas is differentiated once and twice") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({1.0, -2.0}).requires_grad_();
    const torch::autograd::Function f = cube();
    CHECK(holds(f(x), {1, -8}));
    const torch::Tensor first = torch::autograd::grad({f(x).sum()}, {x}, {}, {}, true)[0];
    CHECK(holds(first, {3, 12}));
    first.sum().backward();
    CHECK(holds(x.grad(), {6, -12}));
}

TEST_CASE("a Function of several inputs and outputs gives an undefined Tensor for no gradient") {
    const NoLeak no_leak;
    const torch::Tensor a = torch::tensor({2.0}).requires_grad_();
    const torch::Tensor b = torch::tensor({3.0}).requires_grad_();
    std::vector<bool> needs;
    const torch::autograd::Function f(
        [](AutogradContext &context, const variable_list &inputs) {
            context.set_materialize_grads(false);
            return variable_list{inputs[0] * 10, inputs[1] * 10};
        },
        [&needs](AutogradContext &context, const variable_list &grads) {
            needs = {context.needs_input_grad(0), context.needs_input_grad(1)};
            CHECK_FALSE(grads[1].defined());
            return variable_list{grads[0] * 10, torch::Tensor()};
        });
    const variable_list outputs = f.apply({a, b});
    outputs[0].backward();
    CHECK(needs == std::vector<bool>{true, true});
    CHECK(holds(a.grad(), {10}));
    CHECK_FALSE(b.grad().defined());
}

TEST_CASE("what the lambdas of a Function throw comes out, and they live as long as the record") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::tensor({1.0}).requires_grad_();
    std::weak_ptr<int> watch;
    {
        auto owned = std::make_shared<int>(1);
        watch = owned;
        const torch::Tensor y =
            torch::autograd::Function([](AutogradContext &, const variable_list &inputs) { return inputs[0] * 1; },
                                      [owned](AutogradContext &, const variable_list &) -> torch::Tensor {
                                          throw std::runtime_error("no derivative is known");
                                      })(x);
        owned.reset();
        std::jthread([&] { CHECK(contains(error_of([&] { y.backward(); }).what(), "no derivative is known")); }).join();
        CHECK_FALSE(watch.expired());
    }
    CHECK(watch.expired());
    CHECK(contains(error_of([&] {
                       torch::autograd::Function(
                           [](AutogradContext &, const variable_list &) -> torch::Tensor {
                               throw std::runtime_error("not forward");
                           },
                           [](AutogradContext &, const variable_list &g) { return g; })(x);
                   }).what(),
                   "not forward"));
}

TEST_CASE("a checkpoint computes a module's output again, with the same dropout") {
    const NoLeak no_leak;
    torch::manual_seed(3);
    const torch::nn::Linear layer(4, 4);
    const torch::Tensor x = torch::ones({2, 4}).requires_grad_();
    int calls = 0;
    const auto body = [&](const variable_list &inputs) {
        calls++;
        return torch::nn::Dropout(0.5)(layer(inputs[0]));
    };
    torch::manual_seed(7);
    body({x}).sum().backward();
    const auto want_x = x.grad().to_vector<double>();
    const auto want_weight = layer.parameter("weight").grad().to_vector<double>();
    x.zero_grad();
    layer.parameter("weight").zero_grad();
    torch::manual_seed(7);
    const torch::Tensor y = torch::utils::checkpoint(body, {x})[0];
    torch::rand({5});
    y.sum().backward();
    CHECK(calls == 3);
    CHECK(x.grad().to_vector<double>() == want_x);
    CHECK(layer.parameter("weight").grad().to_vector<double>() == want_weight);
}

TEST_CASE("a Generator is given to operators, and goes back to a state") {
    const NoLeak no_leak;
    const torch::Generator generator(5);
    CHECK(generator.initial_seed() == 5);
    const auto draw = [&] {
        return torch::Tensor(rt::call<rt::Handle>("aten::randperm.generator", 20, rt::arg("generator") = generator))
            .to_vector<int>();
    };
    const torch::Tensor state = generator.get_state();
    const auto numbers = draw();
    CHECK(draw() != numbers);
    generator.set_state(state);
    CHECK(draw() == numbers);
    generator.manual_seed(5);
    CHECK(draw() == numbers);
    const std::int64_t seed = generator.seed();
    CHECK(generator.current_seed() == seed);

    const torch::Tensor before = torch::get_rng_state();
    const auto first = torch::rand({3}).to_vector<float>();
    torch::set_rng_state(before);
    CHECK(torch::rand({3}).to_vector<float>() == first);
}
