// SPDX-License-Identifier: Apache-2.0
// module_hooks.hpp - hooks of modules: functions that see what goes into a module, what comes out, and the gradients.
//
//     nn::RemovableHandle hook = layer.register_forward_hook(
//         [](const nn::Module &, const std::vector<Tensor> &inputs, const std::vector<Tensor> &outputs) { ... });
//     hook.remove();
//
// They run for calls from C++ and in a Sequential; not for a class of nn::Module's, whose forward is C++, and not where a module of
// LibTorch's own, such as a Transformer, runs another inside. In the order in which they were registered, on the thread that runs
// the module; full backward hooks on whatever thread the backward pass runs on.
#ifndef RTFFI_TORCH_MODULE_HOOKS_HPP
#define RTFFI_TORCH_MODULE_HOOKS_HPP

#include <span>
#include <type_traits>

#include "module.hpp"

namespace rt::torch::nn {

// What registering a hook gives. The hook stays when this goes.
class RemovableHandle {
  public:
    RemovableHandle(const Module &module, std::int64_t number) : module_(module), number_(number) {}
    // Once only.
    void remove() const { api::module_remove_hook(module_.handle(), number_); }

  private:
    Module module_;
    std::int64_t number_;
};

namespace detail {

// A callable that gives `hook` the module and one list of tensors, or two. It may return nothing, a Tensor, or a list of them, in which
// an undefined one leaves what was there.
template <std::size_t Lists, class Hook> Handle hook_callable(const char *signature, Hook hook) {
    return make_callable(
        signature,
        [hook = std::move(hook)](std::span<const rt_value> arguments) mutable -> std::vector<Handle> {
            const auto call_hook = [&] {
                const Module module(Handle::share(arguments[0].payload.integer));
                if constexpr (Lists == 1) {
                    return hook(module, torch::detail::shared(arguments[1]));
                } else {
                    return hook(module, torch::detail::shared(arguments[1]), torch::detail::shared(arguments[2]));
                }
            };
            if constexpr (std::is_void_v<decltype(call_hook())>) {
                call_hook();
                return {};
            } else {
                return torch::detail::given(call_hook());
            }
        },
        RT_FUNCTION_ANY_THREAD);
}

inline std::int64_t hooked(const Module &module) {
    if (!module.has_forward()) {
        throw Error(RT_E_ARGUMENT, "a class of nn::Module has no hooks: C++ calls its forward, LibTorch does not");
    }
    return module.handle();
}

} // namespace detail

// `hook(module, inputs)`, before each run. What it gives takes the inputs' places.
template <class Hook> RemovableHandle Module::register_forward_pre_hook(Hook hook) const {
    const Handle callable =
        detail::hook_callable<1>("fn(module: TorchModule, inputs: [TorchTensor?]) -> [TorchTensor?]", std::move(hook));
    return {*this, api::module_register_forward_pre_hook(detail::hooked(*this), callable.get())};
}

// `hook(module, inputs, outputs)`, after each run. What it gives takes the outputs' places.
template <class Hook> RemovableHandle Module::register_forward_hook(Hook hook) const {
    const Handle callable = detail::hook_callable<2>(
        "fn(module: TorchModule, inputs: [TorchTensor?], outputs: [TorchTensor?]) -> [TorchTensor?]", std::move(hook));
    return {*this, api::module_register_forward_hook(detail::hooked(*this), callable.get())};
}

// `hook(module, grad_inputs, grad_outputs)`, when a backward pass has them. What it gives takes the places of the inputs' gradients;
// undefined are those of inputs that require none.
template <class Hook> RemovableHandle Module::register_full_backward_hook(Hook hook) const {
    const Handle callable = detail::hook_callable<2>(
        "fn(module: TorchModule, grad_inputs: [TorchTensor?], grad_outputs: [TorchTensor?]) -> [TorchTensor?]",
        std::move(hook));
    return {*this, api::module_register_full_backward_hook(detail::hooked(*this), callable.get())};
}

} // namespace rt::torch::nn

#endif
