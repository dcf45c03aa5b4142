// pinned_memory.cpp - memory of the host that a device copies from and to by itself.
#include "device_support.hpp"

#include <ATen/ATen.h>

#include "version.hpp"

#undef RT_GROUP
#define RT_GROUP "memory"

namespace rt::libtorch {

using at::Tensor;

namespace {

Tensor pin_memory(const Tensor &tensor) {
    return tensor.pin_memory(pinning_for(accelerator_device(-1, "pinned memory needs")));
}

bool is_pinned(const Tensor &tensor) {
    return accelerator() && tensor.is_pinned(pinning_for(accelerator_device(-1, "pinned memory needs")));
}

} // namespace

RT_FUNCTION(
    pin_memory, "rt_torch_torchtensor_pin_memory(handle: TorchTensor) -> TorchTensor",
    "A copy of a dense tensor on the CPU in pinned memory, which devices copy from and to beside other work; itself "
    "where it is there already.")
RT_FUNCTION(is_pinned, "rt_torch_torchtensor_is_pinned(handle: TorchTensor) -> bool",
            "Whether the tensor is in pinned memory.")

} // namespace rt::libtorch
