// accelerator.cpp - the devices that compute beside the CPU, whatever their kind: how many, which is current, waiting for one.
#include "device_support.hpp"

#include <c10/core/DeviceType.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "version.hpp"

#undef RT_GROUP
#define RT_GROUP "device"

namespace rt::libtorch {

using c10::impl::VirtualGuardImpl;

namespace {

std::string type() {
    const std::optional<c10::DeviceType> kind = accelerator();
    return kind ? c10::DeviceTypeName(*kind, /*lower_case=*/true) : "";
}

std::int64_t device_count() {
    const std::optional<c10::DeviceType> kind = accelerator();
    return kind ? VirtualGuardImpl(*kind).deviceCount() : 0;
}

std::int32_t current_device() { return accelerator_device(-1, "this needs").index(); }

void set_current_device(std::int32_t device_id) {
    const c10::Device device = accelerator_device(device_id, "this needs");
    VirtualGuardImpl(device.type()).setDevice(device);
}

void synchronize(std::int32_t device_id) {
    const c10::Device device = accelerator_device(device_id, "this needs");
    if (!synchronize_device(VirtualGuardImpl(device.type()), device)) {
        throw Error(RT_E_UNAVAILABLE, "this LibTorch (" TORCH_VERSION ") cannot wait for all of " + device.str() +
                                          ": wait for its streams, or use LibTorch 2.x");
    }
}

} // namespace

RT_FUNCTION(
    type, "rt_torch_accelerator_type() -> text",
    "The kind of device that streams, events and statistics of memory belong to: cuda, else the name of one that a "
    "program registered with LibTorch as PrivateUse1; empty where there is neither.")
RT_FUNCTION(device_count, "rt_torch_accelerator_device_count() -> i64", "How many devices of that kind there are.")
RT_FUNCTION(current_device, "rt_torch_accelerator_current_device() -> i32", "The index of this thread's current one.")
RT_FUNCTION(set_current_device, "rt_torch_accelerator_set_current_device(device_id: i32)",
            "Makes it this thread's current one; -1 changes nothing.")
RT_FUNCTION_FLAGS(synchronize, "rt_torch_accelerator_synchronize(device_id: i32)",
                  "Waits until a device has computed everything on all its streams, -1 for the current one.",
                  RT_FUNCTION_BLOCKS)

} // namespace rt::libtorch
