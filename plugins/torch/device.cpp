// device.cpp - where tensors are, and moving them.
#include "device_support.hpp"

#include <ATen/ATen.h>

#undef RT_GROUP
#define RT_GROUP "device"

namespace rt::libtorch {

using at::Tensor;

namespace {

Tensor to_cuda(const Tensor &tensor, std::int32_t device_id) { return tensor.to(cuda_device(device_id)); }

Tensor to_device(const Tensor &tensor, std::string_view device, bool non_blocking) {
    return tensor.to(device_named(device), tensor.scalar_type(), non_blocking);
}

std::int32_t device_index(const Tensor &tensor) { return tensor.is_cpu() ? -1 : tensor.device().index(); }

} // namespace

RT_FUNCTION(to_cuda, "rt_torch_torchtensor_cuda(handle: TorchTensor, device_id: i32) -> TorchTensor",
            "The tensor on a CUDA device, -1 for the current one; itself where it is there already.")
RT_FUNCTION(
    +[](const Tensor &tensor) { return tensor.cpu(); }, "rt_torch_torchtensor_cpu(handle: TorchTensor) -> TorchTensor",
    "The tensor in the CPU's memory; itself where it is there already. Waits for the device.")
RT_FUNCTION(
    +[](const Tensor &tensor) { return tensor.is_cuda(); }, "rt_torch_torchtensor_is_cuda(handle: TorchTensor) -> bool",
    "Whether the tensor is on a CUDA device.")
RT_FUNCTION(
    to_device,
    "rt_torch_torchtensor_to_device(handle: TorchTensor, device: text, non_blocking: bool = false) -> TorchTensor",
    "The tensor on cpu, cuda or cuda:1; itself where it is there already. Non-blocking: a copy from or to pinned memory is put on "
    "the current stream and not waited for; the copy on the CPU is good to read when the stream was waited for.")
RT_FUNCTION(device_index, "rt_torch_torchtensor_device(handle: TorchTensor) -> i32",
            "The index of the device the tensor is on; -1 for the CPU.")
RT_FUNCTION(
    +[](const Tensor &tensor) { return tensor.clone(); },
    "rt_torch_torchtensor_clone(handle: TorchTensor) -> TorchTensor",
    "A copy with memory of its own; gradients flow through it.")
RT_FUNCTION(
    +[]() -> std::int64_t { return cuda_device_count(); }, "rt_torch_cuda_device_count() -> i64",
    "How many CUDA devices there are.")

#undef RT_GROUP
#define RT_GROUP "info"

RT_FUNCTION(
    +[] { return cuda_device_count() > 0; }, "rt_torch_cuda_available() -> bool",
    "Whether there is a CUDA device that LibTorch can use.")

} // namespace rt::libtorch
