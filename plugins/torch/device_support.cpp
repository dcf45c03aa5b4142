// device_support.cpp - devices other than the CPU, by c10's interfaces that do not depend on the kind of device.
#include "device_support.hpp"

#include <ATen/Context.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <string>

#include "device_arguments.hpp"

namespace rt::libtorch {

namespace {

using c10::impl::VirtualGuardImpl;

const char *const how_to_get_cuda =
    "LibTorch finds no CUDA device: use a CUDA build of LibTorch and NVIDIA's driver (nvidia-smi shows whether it sees "
    "the device), and check CUDA_VISIBLE_DEVICES; rt_torch_cuda_available tells beforehand";

std::int32_t device_count(c10::DeviceType type) {
    if (!c10::impl::hasDeviceGuardImpl(type)) {
        return 0;
    }
    return VirtualGuardImpl(type).deviceCount();
}

c10::Device device_of(c10::DeviceType type, std::int32_t device_id) {
    if (device_id == -1) {
        return VirtualGuardImpl(type).getDevice();
    }
    const std::int32_t count = device_count(type);
    if (device_id < 0 || device_id >= count) {
        throw Error(RT_E_ARGUMENT,
                    "there is no device " + std::to_string(device_id) + ": devices are numbered from 0 to " +
                        std::to_string(count - 1) + ", and -1 is the current one",
                    "no_device");
    }
    return {type, static_cast<c10::DeviceIndex>(device_id)};
}

} // namespace

std::int32_t cuda_device_count() { return at::hasCUDA() ? device_count(c10::DeviceType::CUDA) : 0; }

c10::Device cuda_device(std::int32_t device_id) {
    if (cuda_device_count() == 0) {
        throw Error(RT_E_UNAVAILABLE, how_to_get_cuda, "no_device");
    }
    return device_of(c10::DeviceType::CUDA, device_id);
}

c10::Device usable_device(c10::Device device) {
    if (device.is_cuda()) {
        return cuda_device(device.index());
    }
    if (device.type() == c10::DeviceType::PrivateUse1) {
        if (device_count(device.type()) == 0) {
            throw Error(RT_E_UNAVAILABLE, "no device is registered as " + device.str(), "no_device");
        }
        return device_of(device.type(), device.index());
    }
    if (!device.is_cpu() || device.index() > 0) {
        refuse_device(device.str());
    }
    return c10::DeviceType::CPU; // to LibTorch, cpu:0 is another one
}

c10::Device device_named(std::string_view name) {
    std::optional<c10::Device> device;
    try {
        device.emplace(std::string(name));
    } catch (const std::exception &) {
        device.reset();
    }
    // LibTorch cuts indices to 8 bits.
    if (!device || device->str() != name) {
        refuse_device_name(name);
    }
    return usable_device(*device);
}

std::optional<c10::DeviceType> accelerator() {
    if (cuda_device_count() != 0) {
        return c10::DeviceType::CUDA;
    }
    if (device_count(c10::DeviceType::PrivateUse1) != 0) {
        return c10::DeviceType::PrivateUse1;
    }
    return std::nullopt;
}

c10::Device accelerator_device(std::int32_t device_id, const char *what) {
    const std::optional<c10::DeviceType> type = accelerator();
    if (!type) {
        throw Error(RT_E_UNAVAILABLE,
                    std::string(what) + " a device: there is no CUDA device and no PrivateUse1 device; " +
                        how_to_get_cuda,
                    "no_device");
    }
    return device_of(*type, device_id);
}

} // namespace rt::libtorch
