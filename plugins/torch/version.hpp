// version.hpp - the one place that knows in what LibTorch 1.13 and 2.x differ.
#pragma once

#include <ATen/Context.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/Tensor.h>
#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/util/Exception.h>
#include <c10/util/Logging.h>
#include <c10/util/StringUtil.h>
#include <torch/version.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#define RT_LIBTORCH_AT_LEAST(major, minor)                                                                             \
    (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

#if RT_LIBTORCH_AT_LEAST(2, 1)
#include <variant>
#else
#include <c10/util/variant.h>
#endif
#if RT_LIBTORCH_AT_LEAST(2, 3)
#include <c10/util/Lazy.h>
#endif
#if RT_LIBTORCH_AT_LEAST(2, 9)
#include <c10/core/CachingDeviceAllocator.h>
#endif

// In caffe2/core/common.h, which Debian does not package; libtorch_cpu exports it from 1.13 to 2.x.
namespace caffe2 {
const std::map<std::string, std::string> &GetBuildOptions();
}

namespace rt::libtorch {

// LibTorch had a variant of its own. (Whether its header is there says nothing: it may be that of another LibTorch.)
#if RT_LIBTORCH_AT_LEAST(2, 1)
namespace variants = std;
#else
namespace variants = c10;
#endif

// The version that the LibTorch in the process says it is, which the headers need not be of; "" where it does not say.
inline std::string version_in_process() {
    const auto &options = caffe2::GetBuildOptions();
    const auto found = options.find("TORCH_VERSION");
    return found != options.end() ? found->second : "";
}

// A receiver of LibTorch's warnings. c10::Warning was a namespace before 2.0 and is a class since.
class WarningReceiver : public c10::WarningHandler {
  public:
    virtual void take(const std::string &message) = 0;
#if RT_LIBTORCH_AT_LEAST(2, 0)
    void process(const c10::Warning &warning) final { take(warning.msg()); }
#else
    void process(const c10::SourceLocation &, const std::string &message, bool) final { take(message); }
#endif
};

#if RT_LIBTORCH_AT_LEAST(2, 0)
namespace warning_functions = c10::WarningUtils;
#else
namespace warning_functions = c10::Warning;
#endif

// Stops LibTorch from describing the stack for each exception: 1.13 spends 3 ms on it, which a caught error is not
// worth. Process-wide.
inline void turn_off_back_traces() {
#if RT_LIBTORCH_AT_LEAST(2, 3)
    // An empty description and not none: c10::Error::what() looks into it without asking.
    c10::SetStackTraceFetcher(std::function<c10::Backtrace()>(
        []() -> c10::Backtrace { return std::make_shared<c10::PrecomputedLazyValue<std::string>>(std::string()); }));
#else
    c10::SetStackTraceFetcher([] { return std::string(); });
#endif
}

// Since 2.9 LibTorch has an interface to device allocators that does not depend on the device's kind.
#if RT_LIBTORCH_AT_LEAST(2, 9)
inline constexpr bool has_device_memory = true;

using DeviceAllocator = c10::DeviceAllocator;
using DeviceStats = c10::CachingDeviceAllocator::DeviceStats;

// Null for a kind of device whose allocator keeps no statistics.
inline DeviceAllocator *device_allocator(c10::DeviceType type) {
    at::globalContext().lazyInitDevice(type);
    return dynamic_cast<DeviceAllocator *>(c10::GetAllocator(type));
}
#else
inline constexpr bool has_device_memory = false;

// As much of the two as is used, for sources that ask has_device_memory first.
struct DeviceStats {
    struct Stat {
        std::int64_t current, peak, allocated, freed;
    };
    using StatArray = std::array<Stat, 3>;
    StatArray allocation, segment, active, inactive_split;
    StatArray allocated_bytes, reserved_bytes, active_bytes, inactive_split_bytes, requested_bytes;
    Stat oversize_allocations, oversize_segments;
    std::int64_t num_alloc_retries, num_ooms, num_sync_all_streams, num_device_alloc, num_device_free, max_split_size;
};
struct DeviceAllocator {
    static void emptyCache() {}
    static DeviceStats getDeviceStats(c10::DeviceIndex) { return {}; }
    static void resetPeakStats(c10::DeviceIndex) {}
    static void resetAccumulatedStats(c10::DeviceIndex) {}
};
inline DeviceAllocator *device_allocator(c10::DeviceType) { return nullptr; }
#endif

// The bytes of a device that are free, and all of them; none where the allocator does not tell.
template <class Allocator>
std::optional<std::pair<std::size_t, std::size_t>> device_memory_info(Allocator &allocator, c10::DeviceIndex index) {
    if constexpr (requires { allocator.getMemoryInfo(index); }) {
        return allocator.getMemoryInfo(index);
    }
    return std::nullopt;
}

// What the guards of devices learned after 1.13. `Guard` is c10::impl::VirtualGuardImpl; a template can ask what it has.

// Waits for all work of a device; false where that cannot be asked for.
template <class Guard> bool synchronize_device(const Guard &guard, c10::Device device) {
    if constexpr (requires { guard.synchronizeDevice(device.index()); }) {
        guard.synchronizeDevice(device.index());
        return true;
    } else if (device.is_cuda()) {
        at::detail::getCUDAHooks().deviceSynchronize(device.index());
        return true;
    }
    return false;
}

// Waits for an event; false where it can be asked, but not waited for.
template <class Guard> bool synchronize_event(const Guard &guard, void *event) {
    if constexpr (requires { guard.synchronizeEvent(event); }) {
        guard.synchronizeEvent(event);
        return true;
    }
    return false;
}

// The milliseconds from one event to another; none where they do not measure.
template <class Guard>
std::optional<double> elapsed_milliseconds(const Guard &guard, void *start, void *end, c10::DeviceIndex index) {
    if constexpr (requires { guard.elapsedTime(start, end, index); }) {
        return guard.elapsedTime(start, end, index);
    }
    return std::nullopt;
}

// What the functions of pinned memory are told of the device that it is for: newer ones know, and warn of who tells them.
inline c10::optional<c10::Device> pinning_for([[maybe_unused]] c10::Device device) {
#if RT_LIBTORCH_AT_LEAST(2, 9)
    return c10::nullopt;
#else
    return device;
#endif
}

// Whether devices that a program registers have generators.
inline constexpr bool has_privateuse1_generators = RT_LIBTORCH_AT_LEAST(2, 1);

// Autocast by the kind of device: before 2.4 each kind has functions of its own.
#if RT_LIBTORCH_AT_LEAST(2, 4)
inline bool autocast_enabled(c10::DeviceType type) { return at::autocast::is_autocast_enabled(type); }
inline void set_autocast_enabled(c10::DeviceType type, bool on) { at::autocast::set_autocast_enabled(type, on); }
inline at::ScalarType autocast_dtype(c10::DeviceType type) { return at::autocast::get_autocast_dtype(type); }
inline void set_autocast_dtype(c10::DeviceType type, at::ScalarType dtype) {
    at::autocast::set_autocast_dtype(type, dtype);
}
#else
inline bool autocast_enabled(c10::DeviceType type) {
    return type == c10::DeviceType::CPU ? at::autocast::is_cpu_enabled() : at::autocast::is_enabled();
}
inline void set_autocast_enabled(c10::DeviceType type, bool on) {
    type == c10::DeviceType::CPU ? at::autocast::set_cpu_enabled(on) : at::autocast::set_enabled(on);
}
inline at::ScalarType autocast_dtype(c10::DeviceType type) {
    return type == c10::DeviceType::CPU ? at::autocast::get_autocast_cpu_dtype()
                                        : at::autocast::get_autocast_gpu_dtype();
}
inline void set_autocast_dtype(c10::DeviceType type, at::ScalarType dtype) {
    type == c10::DeviceType::CPU ? at::autocast::set_autocast_cpu_dtype(dtype)
                                 : at::autocast::set_autocast_gpu_dtype(dtype);
}
#endif
// Earlier ones have no float16 arithmetic on the CPU.
inline constexpr bool autocasts_to_float16_on_cpu = RT_LIBTORCH_AT_LEAST(2, 3);

// What an optimiser's state of a parameter goes by: the tensor's address, as text in 1.13.
template <class Optimizer> auto optimizer_state_key(Optimizer &optimizer, const at::Tensor &parameter) {
    using Key = typename std::remove_reference_t<decltype(optimizer.state())>::key_type;
    if constexpr (std::is_same_v<Key, std::string>) {
        return c10::str(parameter.unsafeGetTensorImpl());
    } else {
        return static_cast<Key>(parameter.unsafeGetTensorImpl());
    }
}

} // namespace rt::libtorch
