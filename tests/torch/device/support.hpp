// support.hpp - what the tests on the device that is registered here share.
#pragma once

#include "../support.hpp"

#include <c10/core/impl/VirtualGuardImpl.h>

#include "../../../plugins/torch/version.hpp"
#include "../wrong_inputs.hpp"
#include "fake_device.hpp"

namespace torch_test {

using fake_device::asked;
using fake_device::Requests;

// The fixture: the device is as if nothing had used it, and no event of its stays alive.
class Device : public Torch {
  public:
    Device() : events_(fake_device::live_events()) { fake_device::reset(); }
    ~Device() { CHECK(fake_device::live_events() == events_); }
    Device(const Device &) = delete;
    Device &operator=(const Device &) = delete;

  private:
    std::int64_t events_;
};

// Whether this LibTorch's guards wait for events and devices, and measure between events: 1.13's do not.
template <class Guard>
inline constexpr bool waits_and_measures =
    requires(const Guard &guard, void *event) { guard.elapsedTime(event, event, c10::DeviceIndex{}); };
inline constexpr bool guards_wait = waits_and_measures<c10::impl::VirtualGuardImpl>;

inline H create_stream(int device) { return call<H>("rt_torch_stream_create", device); }
inline H create_event(bool timing = false) { return call<H>("rt_torch_event_create", timing); }

// The tensor on the device, by a copy on the current stream.
inline H to_device(const H &tensor, int device) {
    return call<H>("rt_torch_torchtensor_to_stream", tensor, device, nullptr);
}
inline std::int32_t device_of(const H &tensor) { return call<std::int32_t>("rt_torch_torchtensor_device", tensor); }

} // namespace torch_test
