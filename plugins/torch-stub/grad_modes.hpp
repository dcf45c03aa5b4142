// grad_modes.hpp - how a thread records operations: the modes of autograd that were begun on it and have no end yet.
#pragma once

#include "../torch/autograd_arguments.hpp"

namespace rt::stub {

// Whether what this thread computes is recorded, and whether its tensors can ever be.
bool records();
bool in_inference_mode();

// While one lives, nothing is recorded.
class NoRecord {
  public:
    NoRecord();
    NoRecord(const NoRecord &) = delete;
    NoRecord &operator=(const NoRecord &) = delete;
    ~NoRecord();
};

// As the torch plugin's, around each call of a callable.
class KeepGradModes {
  public:
    KeepGradModes();
    KeepGradModes(const KeepGradModes &) = delete;
    KeepGradModes &operator=(const KeepGradModes &) = delete;
    ~KeepGradModes();

  private:
    const void *outer_before_;
};

} // namespace rt::stub
