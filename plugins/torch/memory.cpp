// memory.cpp - freeing tensors, and the memory of devices.
#include "device_support.hpp"

#include "arguments.hpp"
#include "memory_stats.hpp"
#include "near_names.hpp"
#include "owned.hpp"
#include "version.hpp"

#include <algorithm>

#undef RT_GROUP
#define RT_GROUP "memory"

namespace rt::libtorch {

namespace {

void free_tensor(Owned<at::Tensor> tensor) { tensor.free(); }

// The allocator that keeps the device's statistics.
DeviceAllocator &allocator_of(c10::Device device) {
    if (!has_device_memory) {
        throw Error(RT_E_UNAVAILABLE, "this LibTorch (" TORCH_VERSION
                                      ") tells a device's memory to programs built with CUDA only: use 2.9 or newer");
    }
    DeviceAllocator *allocator = device_allocator(device.type());
    if (allocator == nullptr) {
        throw Error(RT_E_UNAVAILABLE,
                    "the allocator of " + device.str() + " keeps no statistics: it is no c10::DeviceAllocator");
    }
    return *allocator;
}

auto allocated_on_cuda(std::int32_t device_id) {
    const c10::Device device = cuda_device(device_id);
    return allocator_of(device).getDeviceStats(device.index()).allocated_bytes[0]; // of all pools
}

c10::Device device_with_memory(std::int32_t device_id) {
    return accelerator_device(device_id, "statistics of memory need");
}

auto memory_stats(std::int32_t device_id) {
    const c10::Device device = device_with_memory(device_id);
    return named_stats(allocator_of(device).getDeviceStats(device.index()));
}

std::int64_t memory_stat(std::int32_t device_id, std::string_view name) {
    const auto [names, values] = memory_stats(device_id);
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
        refuse(str("there is no statistic \"", printable(name), "\": there are ", listed(names, name)));
    }
    return values[static_cast<std::size_t>(found - names.begin())];
}

std::vector<std::int64_t> memory_info(std::int32_t device_id) {
    const c10::Device device = device_with_memory(device_id);
    const auto info = device_memory_info(allocator_of(device), device.index());
    if (!info) {
        throw Error(RT_E_UNAVAILABLE,
                    "this LibTorch (" TORCH_VERSION ") does not tell how much memory is free: use a newer one");
    }
    return {static_cast<std::int64_t>(info->first), static_cast<std::int64_t>(info->second)};
}

void reset_peak(std::int32_t device_id) {
    const c10::Device device = device_with_memory(device_id);
    allocator_of(device).resetPeakStats(device.index());
}

void reset_accumulated(std::int32_t device_id) {
    const c10::Device device = device_with_memory(device_id);
    allocator_of(device).resetAccumulatedStats(device.index());
}

// As torch.cuda.empty_cache(): where there is no device there is no cache, and it is empty.
void empty_cache(std::optional<c10::DeviceType> kind) {
    if (kind && has_device_memory) {
        if (DeviceAllocator *allocator = device_allocator(*kind)) {
            allocator->emptyCache();
        }
    }
}

void empty_cuda_cache() { empty_cache(cuda_device_count() != 0 ? std::optional(c10::DeviceType::CUDA) : std::nullopt); }

} // namespace

RT_FUNCTION(free_tensor, "rt_torch_torchtensor_free(handle: TorchTensor?)",
            "Frees a handle to a tensor; 0 does nothing. The tensor goes with its last owner.")
RT_FUNCTION(
    +[](std::int32_t device_id) { return allocated_on_cuda(device_id).current; },
    "rt_torch_cuda_memory_allocated(device_id: i32) -> i64",
    "The bytes that tensors hold on a CUDA device, -1 for the current one.")
RT_FUNCTION(
    +[](std::int32_t device_id) { return allocated_on_cuda(device_id).peak; },
    "rt_torch_cuda_max_memory_allocated(device_id: i32) -> i64",
    "The most bytes that tensors have held on a CUDA device at one time, -1 for the current one.")
RT_FUNCTION(empty_cuda_cache, "rt_torch_cuda_empty_cache()",
            "Gives the memory that LibTorch holds on CUDA devices without using it back to them; does nothing where "
            "there is none.")
RT_FUNCTION(
    memory_stats, "rt_torch_accelerator_memory_stats(device_id: i32) -> ([text], [i64])",
    "All statistics of the allocator of a device, -1 for the current one: their names as in torch.cuda.memory_stats, "
    "such as reserved_bytes.all.peak, and the numbers. Needs LibTorch 2.9.")
RT_FUNCTION(memory_stat, "rt_torch_accelerator_memory_stat(device_id: i32, name: text) -> i64",
            "One of them by its name; the error for a wrong name lists the right ones.")
RT_FUNCTION(memory_info, "rt_torch_accelerator_memory_info(device_id: i32) -> [i64]",
            "The bytes of a device's memory that are free, and all of them; -1 for the current one.")
RT_FUNCTION(reset_peak, "rt_torch_accelerator_reset_peak_memory_stats(device_id: i32)",
            "From now on the statistics named peak count anew.")
RT_FUNCTION(reset_accumulated, "rt_torch_accelerator_reset_accumulated_memory_stats(device_id: i32)",
            "From now on the statistics named allocated and freed, and the counts of events, count anew.")
RT_FUNCTION(
    +[] { empty_cache(accelerator()); }, "rt_torch_accelerator_empty_cache()",
    "Gives the memory that LibTorch holds on devices without using it back to them; does nothing where there is none.")

} // namespace rt::libtorch
