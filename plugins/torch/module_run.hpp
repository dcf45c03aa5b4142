// module_run.hpp - running a module as the users of its handle do: with its hooks.
#pragma once

#include "module.hpp"

namespace rt::libtorch {

at::Tensor run_with_hooks(const TorchModule &module, const at::Tensor &input);

// On one tensor, for one.
inline at::Tensor run(const TorchModule &module, const at::Tensor &input) {
    return module.hooks->any() ? run_with_hooks(module, input) : module.forward(input);
}

// On all that its forward function takes.
c10::IValue run(const TorchModule &module, std::span<const rt_value> inputs);

// A copy with tensors of its own, and with its hooks.
TorchModule copy_of(const TorchModule &module);

} // namespace rt::libtorch
