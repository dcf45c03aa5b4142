// module_backward.hpp - the gradients of a module's inputs and outputs, for its full backward hooks.
#pragma once

#include "module.hpp"

#include <ATen/core/ivalue.h>
#include <c10/util/intrusive_ptr.h>

#include <mutex>
#include <optional>

namespace rt::libtorch {

// What a backward pass through one call of a module needs.
struct WatchedCall : ::torch::CustomClassHolder {
    TorchModule module;
    ModuleHooks::List hooks;
    std::size_t inputs = 0;
    bool inputs_watched = false;

    std::mutex mutex;                                     // guards what follows
    std::optional<MaybeTensors<at::Tensor>> grad_outputs; // while a pass is inside the module
};

// Of one call of a module. Where it has no full backward hooks, this does nothing.
//
// As Python's torch does (torch/utils/hooks.py, BackwardHook), the inputs and outputs go through functions that change nothing. In a backward
// pass that of the outputs sees their gradients first, and that of the inputs sees theirs when all are there, and calls the hooks.
class WatchedGradients {
  public:
    explicit WatchedGradients(const TorchModule &module);
    void watch_inputs(MaybeTensors<at::Tensor> &inputs);
    void watch_outputs(MaybeTensors<at::Tensor> &outputs) const;

  private:
    c10::intrusive_ptr<WatchedCall> call_;
};

} // namespace rt::libtorch
