// optim.hpp - what a TorchOptimizer handle holds.
#pragma once

#include "tensor.hpp"

#include <torch/optim/optimizer.h>

#include <memory>
#include <mutex>

namespace rt::libtorch {

// An optimiser of torch::optim. The tensors it changes are the caller's: it shares them.
struct TorchOptimizer {
    std::unique_ptr<::torch::optim::Optimizer> optimizer;
    // LibTorch's optimisers fill their state in at the first step, and two threads that did so at once would crash.
    std::unique_ptr<std::mutex> in_use = std::make_unique<std::mutex>();
};

} // namespace rt::libtorch

RT_DECLARE_CLASS(rt::libtorch::TorchOptimizer, "TorchOptimizer")
