// device_support.hpp - devices other than the CPU, by c10's interfaces that do not depend on the kind of device.
#pragma once

#include "tensor.hpp"

#include <c10/core/Device.h>

#include <optional>
#include <string_view>

namespace rt::libtorch {

// How many CUDA devices there are; 0 where LibTorch was built without CUDA or finds no driver.
std::int32_t cuda_device_count();

// The CUDA device of that index, -1 for the current one. Throws where there is none.
c10::Device cuda_device(std::int32_t device_id);

// The device itself, with an index where it has one of several. Throws for one that is not there, and for a kind of
// device that this plugin does not know.
c10::Device usable_device(c10::Device device);

// The device of a name such as cpu, cuda or cuda:1. Throws as usable_device does, and for a text that is none of a device.
c10::Device device_named(std::string_view name);

// The kind of device that streams, events and statistics of memory belong to: CUDA's, else that of a registered PrivateUse1 device.
std::optional<c10::DeviceType> accelerator();

// Its device of that index, -1 for the current one. Throws where there is none; `what` begins the message, as in "streams need".
c10::Device accelerator_device(std::int32_t device_id, const char *what);

} // namespace rt::libtorch
