// States by names, copies and frozen modules.
#include <torch/nn/modules/batchnorm.h>

#include <algorithm>

#include "module_comparison.hpp"
#include "wrong_inputs.hpp"

namespace torch_test::test_module_state {

namespace {

H conv_and_norm() {
    const H conv = make_module("Conv2d", 1, 2, 3);
    const H norm = make_module("BatchNorm2d", 2);
    const std::int64_t both[] = {conv.get(), norm.get()};
    return call<H>("rt_torch_module_sequential", std::span<const std::int64_t>(both));
}

void load(const H &module, const Names &names, const std::vector<H> &tensors, bool strict = true) {
    std::vector<rt_value> texts;
    for (const std::string &name : names) {
        texts.push_back(rt_memory(RT_TEXT, name.data(), name.size()));
    }
    call("rt_torch_module_load_state", module, rt_memory(RT_VALUES, texts.data(), texts.size()), tensors, strict);
}

void check_state(const H &got, const H &want, bool same) {
    const Named a = named("rt_torch_module_state", got);
    const Named b = named("rt_torch_module_state", want);
    REQUIRE(a.names == b.names);
    bool all = true;
    for (std::size_t i = 0; i < a.names.size(); i++) {
        all = all && read(a.tensors[i]).equal(read(b.tensors[i]));
    }
    CHECK(all == same);
}

} // namespace

TEST_CASE_FIXTURE(Torch, "a module's state is its parameters and buffers in the order of Python's state_dict") {
    const Named state = named("rt_torch_module_state", conv_and_norm());
    CHECK(state.names == Names{"0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var",
                               "1.num_batches_tracked"});
    CHECK(shape_of(state.tensors[0]) == Dims{2, 1, 3, 3});
    CHECK(dtype_of(state.tensors[6]) == "int64");
}

TEST_CASE_FIXTURE(Torch, "a state that is loaded makes another module give the same") {
    const H first = conv_and_norm();
    const H second = conv_and_norm();
    const H input = from_at(at::randn({2, 1, 5, 5}));
    call<H>("rt_torch_module_forward", first, input); // which moves its running mean
    check_state(first, second, false);
    const Named state = named("rt_torch_module_state", first);
    load(second, state.names, state.tensors);
    check_state(first, second, true);
    for (const H *module : {&first, &second}) {
        call("rt_torch_module_eval", *module);
    }
    check_same(call<H>("rt_torch_module_forward", second, input),
               read(call<H>("rt_torch_module_forward", first, input)));
    // The tensors were copied: what one learns, the other does not.
    const std::vector<H> weights = call<std::vector<H>>("rt_torch_module_parameters", first);
    call("rt_torch_module_set_requires_grad", first, false);
    call("rt_torch_torchtensor_zero_", weights[0]);
    check_state(first, second, false);
}

TEST_CASE_FIXTURE(Torch, "of a state that does not fit, nothing is loaded") {
    const H module = make_module("Linear", 2, 3);
    const H twin = call<H>("rt_torch_module_clone", module);
    const auto with = [](const Dims &weight, const Dims &bias) {
        std::vector<H> tensors;
        tensors.push_back(from_at(at::ones(weight)));
        tensors.push_back(from_at(at::ones(bias)));
        return tensors;
    };
    const auto refused = [&](const char *text, const Names &names, const std::vector<H> &tensors) {
        expect_error(RT_E_ARGUMENT, text, [&] { load(module, names, tensors); });
        check_state(module, twin, true);
    };
    refused("tensors[1] is [2], and \"bias\" is [3]", {"weight", "bias"}, with({3, 2}, {2}));
    refused("\"wieght\", which this module does not have: it has weight, bias", {"wieght", "bias"}, with({3, 2}, {3}));
    refused("is given twice", {"bias", "bias"}, with({3}, {3}));
    refused("names has 1 names, and tensors 2 tensors", {"weight"}, with({3, 2}, {3}));
    std::vector<H> one;
    one.push_back(from_at(at::ones({3, 2})));
    refused("\"bias\" of this module is not among the names", {"weight"}, one);
    const rt_value number = rt_i64(3);
    expect_error(RT_E_TYPE, "names[0] is no text",
                 [&] { call("rt_torch_module_load_state", module, rt_memory(RT_VALUES, &number, 1), one, true); });
    // What need not be all of it, leaves the rest as it was.
    one.push_back(from_at(at::ones({7})));
    load(module, {"weight", "unknown"}, one, false);
    check_values(call<H>("rt_torch_module_parameter", module, "weight"), {1, 1, 1, 1, 1, 1});
    check_same(call<H>("rt_torch_module_parameter", module, "bias"),
               read(call<H>("rt_torch_module_parameter", twin, "bias")));
}

TEST_CASE_FIXTURE(Torch, "a copy has the same numbers and modes, and tensors of its own") {
    const H inner = conv_and_norm();
    const std::int64_t twice[] = {inner.get(), inner.get()};
    const H module = call<H>("rt_torch_module_sequential", std::span<const std::int64_t>(twice, 1));
    call("rt_torch_module_eval", inner);
    call("rt_torch_module_set_requires_grad", inner, false);
    const H copy = call<H>("rt_torch_module_clone", module);
    check_state(copy, module, true);
    const auto parameters = call<std::vector<H>>("rt_torch_module_parameters", copy);
    CHECK(std::none_of(parameters.begin(), parameters.end(),
                       [](const H &tensor) { return call<bool>("rt_torch_autograd_requires_grad", tensor); }));
    const H input = from_at(at::randn({2, 1, 5, 5}));
    check_same(call<H>("rt_torch_module_forward", copy, input),
               read(call<H>("rt_torch_module_forward", module, input)));
    check_state(copy, module, true); // evaluation moves no running mean
    call("rt_torch_torchtensor_zero_", parameters[0]);
    check_state(copy, module, false);
}

TEST_CASE_FIXTURE(Torch, "a frozen module gets no gradients") {
    const H module = make_module("Linear", 2, 1);
    const H input = parameter({1, 2}, {1, 2});
    call("rt_torch_module_set_requires_grad", module, false);
    backward(call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_module_forward", module, input)));
    const H weight = call<H>("rt_torch_module_parameter", module, "weight");
    CHECK(grad(weight).get() == 0);
    check_same(grad(input), read(weight));
    call("rt_torch_module_set_requires_grad", module, true);
    backward(call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_module_forward", module, input)));
    check_values(grad(weight), {1, 2});
}

} // namespace torch_test::test_module_state
