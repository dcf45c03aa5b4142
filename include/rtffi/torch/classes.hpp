// SPDX-License-Identifier: Apache-2.0
// classes.hpp - every module class of LibTorch's by its name, and modules that take or give several tensors:
//
//     const nn::Module lstm = nn::make("LSTM", 2, 8, rt::arg("num_layers") = 2);
//     const std::vector<Tensor> results = nn::run(lstm, series); // the output, and the two parts of the state
//
// `rtffi info torch::nn::LSTM` shows the options, which are LibTorch's.
#ifndef RTFFI_TORCH_CLASSES_HPP
#define RTFFI_TORCH_CLASSES_HPP

#include "module.hpp"

namespace rt::torch::nn {

// A module of torch::nn's class of that name. What LibTorch demands comes first, other options by keyword, as rt::arg("bias") = false;
// a wrong option is answered with the right ones. nullptr stands for an option's default.
template <class... A> Module make(const std::string &class_name, const A &...options) {
    return Module(call<Handle>("torch::nn::" + class_name, options...));
}

// A copy of one of LibTorch's own modules, with parameters and buffers of its own.
inline Module clone(const Module &module) { return Module(Handle(api::module_clone(module.handle()))); }

namespace detail {

// The tensors in a result, in order, those in tuples within tuples, too. What is left undefined is an undefined Tensor.
inline void collect(const Value &value, std::vector<Tensor> &into) {
    if (value.raw().type == RT_VALUES) {
        for (std::size_t i = 0; i < value.size(); i++) {
            collect(value[i], into);
        }
    } else if (value.raw().type == RT_HANDLE_ARRAY) {
        for (Handle &handle : value.as<std::vector<Handle>>()) {
            into.emplace_back(std::move(handle));
        }
    } else {
        into.emplace_back(value.as<Handle>());
    }
}

} // namespace detail

// Runs one of LibTorch's own modules on all that its forward function takes, in order: tensors, bools, a list of two handles for an
// LSTM's state; nullptr for a tensor that is left out. Gives all tensors of the result.
template <class... A> std::vector<Tensor> run(const Module &module, const A &...inputs) {
    const std::array<rt_value, sizeof...(A)> values{rt::detail::to_value(inputs)...};
    const Value result = call("rt_torch_module_call", module, rt_memory(RT_VALUES, values.data(), values.size()));
    std::vector<Tensor> tensors;
    detail::collect(result, tensors);
    return tensors;
}

} // namespace rt::torch::nn

#endif
