// SPDX-License-Identifier: Apache-2.0
// module_function.hpp - nn::Functional: a module of a function of the program's own, for a Sequential and as a part of other modules.
//
//     const nn::Functional twice([](const Tensor &x) { return x * 2; });
//     const nn::Functional scale([](const nn::Module &self, const std::vector<Tensor> &x) { return x[0] * self.parameter("by"); },
//                                {.parameters = {{"by", torch::ones({1})}}});
//     nn::Sequential model(nn::Linear(2, 8), twice, scale);
//
// nn::run runs one on several tensors, and gives all that the function gives.
#ifndef RTFFI_TORCH_MODULE_FUNCTION_HPP
#define RTFFI_TORCH_MODULE_FUNCTION_HPP

#include <concepts>
#include <span>
#include <type_traits>

#include "module.hpp"

namespace rt::torch::nn {

// What a Functional has beside its function. Parameters are leaves, and are trained unless that is said; a name has no dot, and is
// there once. `copyable`: nn::clone shares the function, and a copy's function gets the copy as its first argument; false
// refuses copies, for a function that takes tensors from elsewhere.
struct FunctionalOptions {
    NamedTensors parameters = {};
    NamedTensors buffers = {};
    std::vector<std::pair<std::string, Module>> modules = {}; // that LibTorch runs: see nn::runnable for others
    std::string name = "Functional";
    bool copyable = true;
};

class Functional : public Module {
  public:
    // `function` is called with a Tensor, or with this module and a std::vector<Tensor>, some of which may be undefined; it gives a
    // Tensor or a std::vector of them. What it throws comes out of the call. It runs on whatever thread runs the module,
    // and lives as long as the module. It is given the module so that it need not keep one, which would keep both alive for good.
    template <class Function>
        requires(!std::derived_from<std::remove_cvref_t<Function>, Module>)
    explicit Functional(Function function, const FunctionalOptions &options = {})
        : Module(made(std::move(function), options)) {}

  private:
    template <class Function> static Handle made(Function function, const FunctionalOptions &options) {
        const Handle forward = make_callable(
            detail::forward_type,
            [function = std::move(function)](std::span<const rt_value> arguments) {
                const std::vector<Tensor> inputs = torch::detail::shared(arguments[1]);
                if constexpr (std::is_invocable_v<const Function &, const Tensor &>) {
                    if (inputs.size() != 1) {
                        throw Error(RT_E_ARGUMENT,
                                    "this nn::Functional takes one tensor, and not " + std::to_string(inputs.size()));
                    }
                    return torch::detail::given(function(inputs[0]));
                } else {
                    const Module self(Handle::share(arguments[0].payload.integer));
                    return torch::detail::given(function(self, inputs));
                }
            },
            RT_FUNCTION_ANY_THREAD);
        detail::ModuleParts parts{options.parameters, options.buffers, {}, {}, options.name, options.copyable};
        for (const auto &[name, module] : options.modules) {
            parts.module_names.push_back(name);
            parts.modules.push_back(module.handle());
        }
        return detail::create_module(forward, parts);
    }
};

} // namespace rt::torch::nn

#endif
