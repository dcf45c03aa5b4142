// module_forward.hpp - the forward callable of a module of the user's: what it is given, and what it gives. The stub uses it, too. In
// this plugin include it after tensor.hpp.
#pragma once

#include <span>

#include "hooks.hpp"
#include "module_arguments.hpp"

namespace rt::libtorch {

// The inputs of a call, which are tensors, or none.
template <class Tensor> MaybeTensors<Tensor> tensors_in(std::span<const rt_value> inputs) {
    MaybeTensors<Tensor> tensors;
    for (std::size_t i = 0; i < inputs.size(); i++) {
        const bool is_handle = inputs[i].type == RT_HANDLE;
        if (inputs[i].type == RT_NONE || (is_handle && inputs[i].payload.integer == 0)) {
            tensors.emplace_back();
            continue;
        }
        const Pin<Tensor> tensor(is_handle ? inputs[i].payload.integer : 0);
        if (!tensor) {
            refuse_no_tensor(i, is_handle);
        }
        tensors.emplace_back(*tensor);
    }
    return tensors;
}

// Calls it. `KeepModes` lives while it runs.
template <class KeepModes, class Tensor, class Module>
std::vector<Tensor> call_forward(const Callable &forward, const Module &module, const MaybeTensors<Tensor> &inputs) {
    const OwnedHandle self(new_handle(Module(module)));
    const GivenTensors<Tensor> given(inputs);
    const rt_value arguments[] = {{RT_HANDLE, 0, 0, {self.get()}}, given.value()};
    const KeepModes keep_modes;
    const TensorsGiven<Tensor> result(forward.call(arguments), "forward callable");
    return outputs_in(result.tensors(), "forward callable");
}

} // namespace rt::libtorch
