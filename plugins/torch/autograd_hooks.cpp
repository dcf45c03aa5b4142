// autograd_hooks.cpp - callables of the host's that see gradients on their way.
#include "tensor.hpp"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <span>

#include "autograd_arguments.hpp"
#include "callables.hpp"

#undef RT_GROUP
#define RT_GROUP "autograd"

namespace rt::libtorch {

using at::Tensor;

namespace {

Tensor call_hook(const Callable &hook, const Tensor &gradient) {
    if (!gradient.defined()) {
        return {};
    }
    const OwnedHandle handle(new_handle(Tensor(gradient)));
    const rt_value argument{RT_HANDLE, 0, 0, {handle.get()}};
    const KeepGradModes keep_modes;
    rt_value result = hook.call({&argument, 1});
    return tensor_given<Tensor>(result, "gradient hook", "a TorchTensor or none").value_or(Tensor());
}

std::int64_t register_hook(const Tensor &tensor, Callable hook) {
    return tensor.register_hook([hook = std::move(hook)](const Tensor &gradient) { return call_hook(hook, gradient); });
}

void remove_hook(const Tensor &tensor, std::int64_t position) {
    check_hook_position(position);
    try {
        tensor.remove_hook(static_cast<unsigned>(position));
    } catch (const c10::Error &) {
        refuse_hook_position(position);
    }
}

} // namespace

RT_FUNCTION_FLAGS(register_hook,
                  "rt_torch_autograd_register_hook(handle: TorchTensor, hook: fn(grad: TorchTensor) -> TorchTensor?) "
                  "-> i64",
                  "Calls hook with the tensor's gradient whenever backward computes it; a tensor that hook gives takes "
                  "the gradient's place, and its failure is backward's. Gives a position for remove_hook. The handle "
                  "that hook gets is freed when it returns, the one it gives is taken over.",
                  RT_FUNCTION_CALLS_BACK)
RT_FUNCTION(remove_hook, "rt_torch_autograd_remove_hook(handle: TorchTensor, position: i64)",
            "Removes the hook that rt_torch_autograd_register_hook put at that position.")

} // namespace rt::libtorch
