// module_hooks.cpp - adds hooks to modules, and removes them.
#include "module.hpp"

#undef RT_GROUP
#define RT_GROUP "module"

namespace rt::libtorch {

namespace {

template <HookKind kind> std::int64_t add(const TorchModule &module, const Callable &hook) {
    return module.hooks->add(kind, hook);
}

void remove_hook(const TorchModule &module, std::int64_t number) { module.hooks->remove(number); }

} // namespace

RT_FUNCTION_FLAGS(
    add<HookKind::forward_pre>,
    "rt_torch_module_register_forward_pre_hook(module: TorchModule, hook: fn(module: TorchModule, inputs: "
    "[TorchTensor?]) -> [TorchTensor?]) -> i64",
    "Calls hook before each run of the module by a host, or in a Sequential of rt_torch_module_sequential; not where a "
    "module of LibTorch's own, such as a Transformer, runs it inside. Tensors that hook gives take the inputs' places; none, or "
    "nothing at all, leaves them. Its failure is that of the run. The handles that it gets are freed when it returns, "
    "those it gives are taken over. Hooks run in the order in which they were added, on the thread that runs the module. "
    "Gives the number with which rt_torch_module_remove_hook removes it.",
    RT_FUNCTION_CALLS_BACK)
RT_FUNCTION_FLAGS(
    add<HookKind::forward>,
    "rt_torch_module_register_forward_hook(module: TorchModule, hook: fn(module: TorchModule, inputs: "
    "[TorchTensor?], outputs: [TorchTensor?]) -> [TorchTensor?]) -> i64",
    "Calls hook after each such run, as rt_torch_module_register_forward_pre_hook says, with the inputs that the module got "
    "and all tensors of its result; tensors that hook gives take the outputs' places.",
    RT_FUNCTION_CALLS_BACK)
RT_FUNCTION_FLAGS(
    add<HookKind::full_backward>,
    "rt_torch_module_register_full_backward_hook(module: TorchModule, hook: fn(module: TorchModule, grad_inputs: "
    "[TorchTensor?], grad_outputs: [TorchTensor?]) -> [TorchTensor?]) -> i64",
    "Calls hook when a backward pass has the gradients of the inputs and outputs of such a run, none for those that require none; "
    "tensors that hook gives take the places of the inputs' gradients. It is called on whatever thread the pass runs on, and "
    "kept until the record of the run goes. The inputs that the module gets, and its outputs, are views that must not be "
    "changed in place.",
    RT_FUNCTION_CALLS_BACK)
RT_FUNCTION(remove_hook, "rt_torch_module_remove_hook(module: TorchModule, number: i64)",
            "Removes the hook of that number, of whatever kind. A run that is under way may still call it.")

} // namespace rt::libtorch
