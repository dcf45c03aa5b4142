// device_support.hpp - devices other than the CPU, by c10's interfaces that do not depend on the kind of device.
#pragma once

#include "tensor.hpp"

#include <c10/core/Device.h>

namespace rt::libtorch {

// How many CUDA devices there are; 0 where LibTorch was built without CUDA or finds no driver.
std::int32_t cuda_device_count();

// The CUDA device of that index, -1 for the current one. Throws where there is none.
c10::Device cuda_device(std::int32_t device_id);

// The device itself, with an index where it has one of several. Throws for one that is not there, and for a kind of
// device that this plugin does not know.
c10::Device usable_device(c10::Device device);

// The device that streams belong to: CUDA's, else a registered PrivateUse1 device. Throws where there is neither.
c10::Device stream_device(std::int32_t device_id);

} // namespace rt::libtorch
