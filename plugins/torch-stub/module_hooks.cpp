// module_hooks.cpp - hooks of modules, and the modules inside. Full backward hooks are kept but never called, since they would be given
// gradients without numbers.
#include "functions.hpp"

#include "../torch/module_arguments.hpp"

namespace rt::stub {

using libtorch::HookKind;

std::int64_t rt_torch_module_register_forward_pre_hook(const TorchModule &module, const Callable &hook) {
    return module.layer->hooks.add(HookKind::forward_pre, hook);
}

std::int64_t rt_torch_module_register_forward_hook(const TorchModule &module, const Callable &hook) {
    return module.layer->hooks.add(HookKind::forward, hook);
}

std::int64_t rt_torch_module_register_full_backward_hook(const TorchModule &module, const Callable &hook) {
    return module.layer->hooks.add(HookKind::full_backward, hook);
}

void rt_torch_module_remove_hook(const TorchModule &module, std::int64_t number) { module.layer->hooks.remove(number); }

std::tuple<std::vector<std::string>, std::vector<TorchModule>>
rt_torch_module_named_children(const TorchModule &module) {
    std::tuple<std::vector<std::string>, std::vector<TorchModule>> all;
    for (const auto &[name, child] : module.layer->children) {
        std::get<0>(all).push_back(name);
        std::get<1>(all).push_back(child);
    }
    return all;
}

TorchModule rt_torch_module_child(const TorchModule &module, std::string_view name) {
    const auto [names, modules] = rt_torch_module_named_children(module);
    return modules[libtorch::child_named(names, name)];
}

} // namespace rt::stub
