// memory.cpp - freeing tensors, and the memory of CUDA devices.
#include "device_support.hpp"

#include "owned.hpp"
#include "version.hpp"

#undef RT_GROUP
#define RT_GROUP "memory"

namespace rt::libtorch {

namespace {

void free_tensor(Owned<at::Tensor> tensor) { tensor.free(); }

DeviceMemory cuda_memory(std::int32_t device_id) {
    const c10::Device device = cuda_device(device_id);
    if (!has_device_memory) {
        throw Error(RT_E_UNAVAILABLE, "this LibTorch (" TORCH_VERSION
                                      ") tells a device's memory to programs built with CUDA only: use 2.9 or newer");
    }
    return device_memory(device);
}

// As torch.cuda.empty_cache(): where there is no device there is no cache, and it is empty.
void empty_cache() {
    if (cuda_device_count() != 0 && has_device_memory) {
        empty_device_cache(c10::DeviceType::CUDA);
    }
}

} // namespace

RT_FUNCTION(free_tensor, "rt_torch_torchtensor_free(handle: TorchTensor?)",
            "Frees a handle to a tensor; 0 does nothing. The tensor goes with its last owner.")
RT_FUNCTION(
    +[](std::int32_t device_id) { return cuda_memory(device_id).allocated; },
    "rt_torch_cuda_memory_allocated(device_id: i32) -> i64",
    "The bytes that tensors hold on a CUDA device, -1 for the current one.")
RT_FUNCTION(
    +[](std::int32_t device_id) { return cuda_memory(device_id).most_allocated; },
    "rt_torch_cuda_max_memory_allocated(device_id: i32) -> i64",
    "The most bytes that tensors have held on a CUDA device at one time, -1 for the current one.")
RT_FUNCTION(empty_cache, "rt_torch_cuda_empty_cache()",
            "Gives the memory that LibTorch holds on CUDA devices without using it back to them; does nothing where "
            "there is none.")

} // namespace rt::libtorch
