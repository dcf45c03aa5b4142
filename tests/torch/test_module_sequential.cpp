// What a Sequential can be made of beside modules of one tensor: the first may take several, the last give several, as torch::nn's.
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>

#include "module_callable_support.hpp"

namespace torch_test::test_module_sequential {

namespace {

namespace nn = torch::nn;

rt::Value call_module(const H &module, std::vector<rt_value> inputs) {
    return call("rt_torch_module_call", module, rt_memory(RT_VALUES, inputs.data(), inputs.size()));
}

// Both get the same numbers.
void give_same(const H &made, nn::Module &direct) {
    const auto tensors = call<Handles>("rt_torch_module_parameters", made);
    const auto parameters = direct.parameters();
    REQUIRE(tensors.size() == parameters.size());
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < tensors.size(); i++) {
        parameters[i].copy_(read(tensors[i]));
    }
}

} // namespace

TEST_CASE_FIXTURE(Torch, "a Sequential ends with an LSTM, as LibTorch's own may") {
    const H linear = call<H>("rt_torch_module_linear", 2, 2);
    const H lstm = call<H>("torch::nn::LSTM", 2, 3);
    const H sequence = sequential_of({linear.get(), lstm.get()});
    nn::Sequential direct(nn::Linear(2, 2), nn::LSTM(2, 3));
    give_same(sequence, *direct);
    const at::Tensor input = at::randn({4, 1, 2});
    const auto [output, state] = direct->forward<std::tuple<at::Tensor, std::tuple<at::Tensor, at::Tensor>>>(input);
    const H x = from_at(input);
    const H outer = sequential_of({sequence.get()});
    for (const H *module : {&sequence, &outer}) {
        const rt::Value result = call_module(*module, {rt_handle(x.get())});
        check_same(result[0].as<H>(), output);
        check_same(result[1][0].as<H>(), std::get<0>(state));
        check_same(result[1][1].as<H>(), std::get<1>(state));
        expect_error(RT_E_ARGUMENT, "and so a Sequential that begins or ends with it", [&] { run_module(*module, x); });
    }
}

TEST_CASE_FIXTURE(Torch, "a Sequential begins with a module of two inputs, as LibTorch's own may") {
    const H bilinear = call<H>("torch::nn::Bilinear", 2, 3, 2);
    const H linear = call<H>("rt_torch_module_linear", 2, 1);
    const H sequence = sequential_of({bilinear.get(), linear.get()});
    nn::Sequential direct(nn::Bilinear(2, 3, 2), nn::Linear(2, 1));
    give_same(sequence, *direct);
    const at::Tensor a = at::randn({4, 2});
    const at::Tensor b = at::randn({4, 3});
    const H x = from_at(a);
    const H y = from_at(b);
    check_same(call_module(sequence, {rt_handle(x.get()), rt_handle(y.get())}).as<H>(), direct->forward(a, b));
    expect_error(RT_E_ARGUMENT, "at least one and at most 2",
                 [&] { call_module(sequence, {rt_handle(x.get()), rt_handle(y.get()), rt_handle(x.get())}); });
}

TEST_CASE_FIXTURE(Torch, "a module of several results can only be the last") {
    const H lstm = call<H>("torch::nn::LSTM", 2, 3);
    const H linear = call<H>("rt_torch_module_linear", 3, 1);
    const H sequence = sequential_of({lstm.get(), linear.get()});
    const H x = from_at(at::randn({4, 1, 2}));
    expect_error(RT_E_ARGUMENT, "gives more than one tensor: in a Sequential it can only be the last",
                 [&] { call_module(sequence, {rt_handle(x.get())}); });
    expect_error(RT_E_ARGUMENT, "rt_torch_module_call", [&] { run_module(sequence, x); });

    const H two = make_callable_module([](std::int64_t, const Handles &inputs) { return list(inputs[0], inputs[0]); });
    const H relu = call<H>("rt_torch_module_relu");
    const H ends = sequential_of({relu.get(), two.get()});
    CHECK(run_all(ends, list(tensor({-1})))[1].get() != 0);
    const H continues = sequential_of({two.get(), relu.get()});
    expect_error(RT_E_ARGUMENT, "modules[0], a Module, gives more than one tensor",
                 [&] { run_all(continues, list(tensor({1}))); });
}

TEST_CASE_FIXTURE(Torch, "a Sequential of one tensor gives the same through both functions") {
    const H linear = call<H>("rt_torch_module_linear", 2, 2);
    const H tanh = call<H>("rt_torch_module_tanh");
    const H sequence = sequential_of({linear.get(), tanh.get()});
    const H x = tensor({1, 2}, {1, 2});
    check_same(call_module(sequence, {rt_handle(x.get())}).as<H>(), read(run_module(sequence, x)));
}

} // namespace torch_test::test_module_sequential
