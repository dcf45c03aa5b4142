// objects.hpp - what the stub's handles hold: the classes of the torch plugin, without numbers.
#pragma once

#include <atomic>
#include <unordered_set>

#include "../torch/owned.hpp"

#include "grad_scaler.hpp"
#include "module.hpp"
#include "optim.hpp"
#include "scheduler.hpp"
#include "tensor.hpp"

namespace rt::stub {

// What functions with several results give.
struct TorchTuple {
    std::vector<TorchTensor> tensors;
};

// There is never one of these three: no device has a stream, and no file can be read.
struct TorchStream {};
struct TorchEvent {};
struct TorchScriptModule {};

// A value of LibTorch's, of which nothing is known.
struct TorchValue {};

// A generator of random numbers, without the numbers.
struct TorchGenerator {
    mutable std::atomic<std::int64_t> seed;

    explicit TorchGenerator(std::int64_t value) : seed(value) {}
    TorchGenerator(TorchGenerator &&other) noexcept : seed(other.seed.load()) {}
};

// Of one call of a function of the user's. Handles of it outlive the call.
struct ContextState {
    std::mutex mutex; // guards what follows
    libtorch::ContextStage stage = libtorch::ContextStage::forward;
    std::vector<bool> needs_gradients;                          // of the inputs
    std::unordered_set<const TensorState *> non_differentiable; // outputs
};
struct TorchAutogradContext {
    std::shared_ptr<ContextState> state;
};

} // namespace rt::stub

RT_DECLARE_CLASS(rt::stub::TorchTensor, "TorchTensor")
RT_DECLARE_CLASS(rt::stub::TorchTuple, "TorchTuple")
RT_DECLARE_CLASS(rt::stub::TorchStream, "TorchStream")
RT_DECLARE_CLASS(rt::stub::TorchEvent, "TorchEvent")
RT_DECLARE_CLASS(rt::stub::TorchModule, "TorchModule")
RT_DECLARE_CLASS(rt::stub::TorchOptimizer, "TorchOptimizer")
RT_DECLARE_CLASS(rt::stub::TorchScheduler, "TorchScheduler")
RT_DECLARE_CLASS(rt::stub::TorchGradScaler, "TorchGradScaler")
RT_DECLARE_CLASS(rt::stub::TorchScriptModule, "TorchScriptModule")
RT_DECLARE_CLASS(rt::stub::TorchValue, "TorchValue")
RT_DECLARE_CLASS(rt::stub::TorchGenerator, "TorchGenerator")
RT_DECLARE_CLASS(rt::stub::TorchAutogradContext, "TorchAutogradContext")
