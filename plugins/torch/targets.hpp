// targets.hpp - what losses ask of their inputs and targets, checked before LibTorch sees them.
#pragma once

#include "tensor.hpp"

#include <ATen/ATen.h>

namespace rt::libtorch {

// Throws unless a loss can be taken of `input`: a real floating dtype.
void check_loss_input(const at::Tensor &input);

// `target` in the input's dtype. Throws for complex targets.
at::Tensor number_targets(const at::Tensor &input, const at::Tensor &target);

// `target` as the int64 classes that LibTorch wants for predictions [classes] or [N, classes, ...]. Throws unless it has
// the input's shape without the classes, and whole numbers from 0 to classes - 1, or -100, which LibTorch leaves out.
// Reads the target, so it waits for a device that computes it.
// Rationale: LibTorch checks classes on the CPU only. On CUDA a class out of range is an assertion in a kernel, after
// which the process cannot use the device any more.
at::Tensor class_targets(const at::Tensor &input, const at::Tensor &target, bool or_probabilities);

} // namespace rt::libtorch
