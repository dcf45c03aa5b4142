// module_comparison.hpp - a module made through the registry against one that torch::nn makes directly: the same names of parameters
// and buffers, and with the same parameters the same results and gradients.
#pragma once

#include <torch/nn/modules/adaptive.h>

#include <memory>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "support.hpp"

namespace torch_test {

using Inputs = std::vector<at::Tensor>;

// The classes that were made so, by name.
inline std::set<std::string> &made_classes() {
    static std::set<std::string> all;
    return all;
}

template <class... A> H make_module(const char *name, const A &...arguments) {
    made_classes().insert(name);
    return call<H>(std::string("torch::nn::") + name, arguments...);
}

// ---- Directly ----------------------------------------------------------------------------------------------------------

inline void flatten(const at::Tensor &tensor, Inputs &into) {
    if (tensor.defined()) {
        into.push_back(tensor);
    }
}
template <class A, class B> void flatten(const std::tuple<A, B> &pair, Inputs &into) {
    flatten(std::get<0>(pair), into);
    flatten(std::get<1>(pair), into);
}
inline void flatten(const ::torch::nn::ASMoutput &result, Inputs &into) {
    into.push_back(result.output);
    into.push_back(at::scalar_tensor(result.loss, at::kDouble));
}

template <class Impl> Inputs run_directly(Impl &module, const Inputs &x) {
    Inputs results;
    const auto take = [&](const auto &...inputs) {
        if constexpr (requires { module.forward(inputs...); }) {
            flatten(module.forward(inputs...), results);
        } else {
            FAIL("its forward takes another number of tensors than ", sizeof...(inputs));
        }
    };
    switch (x.size()) {
    case 1:
        take(x[0]);
        break;
    case 2:
        take(x[0], x[1]);
        break;
    case 3:
        take(x[0], x[1], x[2]);
        break;
    default:
        take(x[0], x[1], x[2], x[3]);
    }
    return results;
}

// ---- Through the registry ----------------------------------------------------------------------------------------------

inline void flatten(const rt::Value &value, std::vector<H> &into) {
    if (value.raw().type == RT_VALUES) {
        for (std::size_t i = 0; i < value.size(); i++) {
            flatten(value[i], into);
        }
    } else if (value.raw().type == RT_HANDLE_ARRAY) {
        for (H &handle : value.as<std::vector<H>>()) {
            into.push_back(std::move(handle));
        }
    } else if (value.raw().type == RT_DOUBLE) {
        into.push_back(to_dtype(scalar(value.as<double>()), "float64"));
    } else if (value.raw().payload.integer != 0) {
        into.push_back(value.as<H>());
    }
}

inline std::vector<H> run(const H &module, std::span<const H> inputs) {
    std::vector<rt_value> values;
    for (const H &input : inputs) {
        values.push_back(rt_handle(input.get()));
    }
    std::vector<H> results;
    flatten(call("rt_torch_module_call", module, rt_memory(RT_VALUES, values.data(), values.size())), results);
    return results;
}

using Names = std::vector<std::string>;

struct Named {
    Names names;
    std::vector<H> tensors;
};
inline Named named(const char *function, const H &module) {
    const rt::Value result = call(function, module);
    return {result[0].as<Names>(), result[1].as<std::vector<H>>()};
}

// ---- The comparison ----------------------------------------------------------------------------------------------------

// The direct module gets copies of the other one's tensors, by name; none may be left over.
inline void give_same(const Named &from, const ::torch::OrderedDict<std::string, at::Tensor> &to) {
    const at::NoGradGuard no_grad;
    Names names;
    for (const auto &item : to) {
        if (item.value().defined()) {
            names.push_back(item.key());
        }
    }
    REQUIRE(from.names == names);
    for (std::size_t i = 0; i < names.size(); i++) {
        to.find(names[i])->set_data(read(from.tensors[i]));
    }
}

// Runs both forward, and backward from the sum of the results' products with numbers that differ. Of the inputs, the first
// `differentiable` ones of floating-point numbers get gradients.
template <class Impl>
void check_module(const H &made, Impl &direct, const Inputs &inputs, std::size_t differentiable = 4) {
    CAPTURE(call<std::string>("rt_torch_module_to_text", made));
    const Named parameters = named("rt_torch_module_named_parameters", made);
    give_same(parameters, direct.named_parameters());
    give_same(named("rt_torch_module_named_buffers", made), direct.named_buffers());

    Inputs leaves;
    std::vector<H> handles;
    for (const at::Tensor &input : inputs) {
        const bool takes_gradient = input.is_floating_point() && leaves.size() < differentiable;
        leaves.push_back(input.clone().requires_grad_(takes_gradient));
        handles.push_back(from_at(input));
        if (takes_gradient) {
            call("rt_torch_autograd_set_requires_grad", handles.back(), true);
        }
    }
    at::manual_seed(5);
    const Inputs want = run_directly(direct, leaves);
    at::manual_seed(5);
    const std::vector<H> got = run(made, handles);
    REQUIRE(got.size() == want.size());
    for (std::size_t i = 0; i < got.size(); i++) {
        CAPTURE(i);
        check_same(got[i], want[i]);
    }

    if (!want[0].requires_grad()) {
        return;
    }
    const at::Tensor weights = at::arange(1, static_cast<double>(want[0].numel()) + 1, at::kFloat)
                                   .div(static_cast<double>(want[0].numel()))
                                   .reshape(want[0].sizes());
    (want[0] * weights).sum().backward();
    backward(call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_torchtensor_mul", got[0], from_at(weights))));
    const auto check_gradient = [](const H &mine, const at::Tensor &theirs) {
        const H gradient = grad(mine);
        REQUIRE((gradient.get() != 0) == theirs.grad().defined());
        if (gradient.get() != 0) {
            check_same(gradient, theirs.grad().to_dense(), 1e-4);
        }
    };
    for (std::size_t i = 0; i < leaves.size(); i++) {
        CAPTURE(i);
        check_gradient(handles[i], leaves[i]);
    }
    for (std::size_t i = 0; i < parameters.names.size(); i++) {
        CAPTURE(parameters.names[i]);
        check_gradient(parameters.tensors[i], direct.named_parameters()[parameters.names[i]]);
    }
}

} // namespace torch_test
