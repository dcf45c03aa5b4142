// SPDX-License-Identifier: Apache-2.0
// cuda.hpp - torch.cuda: devices, what they are and which is current, their streams, memory and random numbers.
//
//     namespace cuda = torch::cuda;
//     if (cuda::is_available()) std::cout << cuda::get_device_name() << ", " << cuda::memory_allocated() << " bytes taken\n";
//
// In each function device -1 is the current one, and a device that is not there is an error. The current device, streams, events,
// `synchronize`, and the statistics of memory are CUDA's, or where there is no CUDA device, those of a device that a program registered with
// LibTorch as PrivateUse1; what says so in its name (get_device_..., memory_allocated) is CUDA's alone.
#ifndef RTFFI_TORCH_CUDA_HPP
#define RTFFI_TORCH_CUDA_HPP

#include <map>
#include <utility>

#include "generator.hpp"
#include "stream.hpp"

namespace rt::torch::cuda {

using torch::Event;
using torch::Stream;
using CUDAStreamGuard = StreamGuard;
using torch::StreamGuard;

// Whether LibTorch can use a CUDA device here and now.
inline bool is_available() { return api::cuda_available(); }
inline std::int64_t device_count() { return api::cuda_device_count(); }

// This thread's.
inline std::int32_t current_device() { return api::accelerator_current_device(); }
inline void set_device(std::int32_t device) { api::accelerator_set_current_device(device); }

// Waits until a device has done all its work.
inline void synchronize(std::int32_t device = -1) { api::accelerator_synchronize(device); }

// The stream that this thread's work goes to, and the one that is every thread's until it takes another.
inline Stream current_stream(std::int32_t device = -1) { return Stream(Handle(api::stream_current(device))); }
inline Stream default_stream(std::int32_t device = -1) { return Stream(Handle(api::stream_default(device))); }
// This thread's work goes to the stream from now on; StreamGuard does it for a while.
inline void set_stream(const Stream &stream) { api::stream_set_current(stream.handle()); }

// What a CUDA device is.
struct DeviceProperties {
    std::string name;
    std::int32_t major; // of its compute capability
    std::int32_t minor;
    std::int64_t total_memory; // bytes
    std::int64_t multi_processor_count;
};

inline std::string get_device_name(std::int32_t device = -1) { return api::cuda_device_name(device); }
// Major and minor number.
inline std::pair<std::int32_t, std::int32_t> get_device_capability(std::int32_t device = -1) {
    const auto borrowed = api::cuda_device_capability(device);
    return {static_cast<std::int32_t>(borrowed[0]), static_cast<std::int32_t>(borrowed[1])};
}
inline DeviceProperties get_device_properties(std::int32_t device = -1) {
    const auto [major, minor] = get_device_capability(device);
    return {get_device_name(device), major, minor, api::cuda_device_total_memory(device),
            api::cuda_device_multi_processor_count(device)};
}

// Bytes that tensors take, now and at most so far.
inline std::int64_t memory_allocated(std::int32_t device = -1) { return api::cuda_memory_allocated(device); }
inline std::int64_t max_memory_allocated(std::int32_t device = -1) { return api::cuda_max_memory_allocated(device); }
// Bytes that LibTorch holds for tensors, taken or not. These, and what follows, need LibTorch 2.9.
inline std::int64_t memory_reserved(std::int32_t device = -1) {
    return api::accelerator_memory_stat(device, "reserved_bytes.all.current");
}
inline std::int64_t max_memory_reserved(std::int32_t device = -1) {
    return api::accelerator_memory_stat(device, "reserved_bytes.all.peak");
}
// All statistics by their names, such as "allocated_bytes.all.peak".
inline std::map<std::string, std::int64_t> memory_stats(std::int32_t device = -1) {
    api::load();
    const Value both = call("rt_torch_accelerator_memory_stats", device);
    const auto names = both[0].as<std::vector<std::string>>();
    const auto numbers = both[1].as<std::vector<std::int64_t>>();
    std::map<std::string, std::int64_t> stats;
    for (std::size_t i = 0; i < names.size(); i++) {
        stats.emplace(names[i], numbers[i]);
    }
    return stats;
}
inline void reset_peak_memory_stats(std::int32_t device = -1) { api::accelerator_reset_peak_memory_stats(device); }
inline void reset_accumulated_memory_stats(std::int32_t device = -1) {
    api::accelerator_reset_accumulated_memory_stats(device);
}
// Bytes of the device that are free, and all of them.
inline std::pair<std::int64_t, std::int64_t> mem_get_info(std::int32_t device = -1) {
    const auto borrowed = api::accelerator_memory_info(device);
    return {borrowed[0], borrowed[1]};
}
// Gives memory that no tensor uses back to the device; does nothing where there is none.
inline void empty_cache() { api::accelerator_empty_cache(); }

// The device's generator of random numbers: its seed, and where it is in its sequence (a tensor of uint8, a copy).
inline void manual_seed(std::int64_t seed) { default_generator(kCUDA).manual_seed(seed); }
inline Tensor get_rng_state(const Device &device = kCUDA) { return torch::get_rng_state(device); }
inline void set_rng_state(const Tensor &state, const Device &device = kCUDA) { torch::set_rng_state(state, device); }

} // namespace rt::torch::cuda

#endif
