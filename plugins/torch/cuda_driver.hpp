// cuda_driver.hpp - what NVIDIA's driver says of its devices. LibTorch tells it to programs built with CUDA only.
#pragma once

#include <cstdint>
#include <string>

namespace rt::libtorch {

struct CudaProperties {
    std::string name;
    std::int64_t total_memory; // bytes
    std::int32_t major;        // of its compute capability
    std::int32_t minor;
    std::int32_t multi_processor_count;
};

// Of the device of that index, which is LibTorch's: both leave out what CUDA_VISIBLE_DEVICES does. Opens `library`, which stays open,
// and calls its C API; throws RT_E_UNAVAILABLE where it does not load, lacks a function, or a call fails.
CudaProperties cuda_properties(std::int32_t index, const char *library = "libcuda.so.1");

} // namespace rt::libtorch
