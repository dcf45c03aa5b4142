// module_move.hpp - a module's tensors go to another device.
#pragma once

#include <c10/core/Device.h>
#include <torch/nn/module.h>

namespace rt::libtorch {

// Moves parameters and buffers, all or none; what refers to them refers to them there.
void move_to(::torch::nn::Module &module, c10::Device device);

} // namespace rt::libtorch
