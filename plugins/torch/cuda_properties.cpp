// cuda_properties.cpp - what a CUDA device is.
#include "device_support.hpp"

#include "cuda_driver.hpp"

#undef RT_GROUP
#define RT_GROUP "device"

namespace rt::libtorch {

namespace {

CudaProperties properties(std::int32_t device_id) { return cuda_properties(cuda_device(device_id).index()); }

std::vector<std::int64_t> capability(std::int32_t device_id) {
    const CudaProperties found = properties(device_id);
    return {found.major, found.minor};
}

} // namespace

RT_FUNCTION(
    +[](std::int32_t device_id) { return properties(device_id).name; },
    "rt_torch_cuda_device_name(device_id: i32) -> text", "The name of a CUDA device's model, -1 for the current one.")
RT_FUNCTION(
    +[](std::int32_t device_id) { return properties(device_id).total_memory; },
    "rt_torch_cuda_device_total_memory(device_id: i32) -> i64",
    "All bytes of memory that a CUDA device has, used or not, -1 for the current one.")
RT_FUNCTION(capability, "rt_torch_cuda_device_capability(device_id: i32) -> [i64]",
            "Major and minor number of a CUDA device's compute capability, -1 for the current one.")
RT_FUNCTION(
    +[](std::int32_t device_id) -> std::int64_t { return properties(device_id).multi_processor_count; },
    "rt_torch_cuda_device_multi_processor_count(device_id: i32) -> i64",
    "How many multiprocessors a CUDA device has, -1 for the current one.")

} // namespace rt::libtorch
