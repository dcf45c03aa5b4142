// objects.hpp - what the stub's handles hold: the classes of the torch plugin, without numbers.
#pragma once

#include <atomic>

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

// There is never one of these two: no device has a stream, and no file can be read.
struct TorchStream {};
struct TorchScriptModule {};

// A value of LibTorch's, of which nothing is known.
struct TorchValue {};

// A generator of random numbers, without the numbers.
struct TorchGenerator {
    mutable std::atomic<std::int64_t> seed;

    explicit TorchGenerator(std::int64_t value) : seed(value) {}
    TorchGenerator(TorchGenerator &&other) noexcept : seed(other.seed.load()) {}
};

} // namespace rt::stub

RT_DECLARE_CLASS(rt::stub::TorchTensor, "TorchTensor")
RT_DECLARE_CLASS(rt::stub::TorchTuple, "TorchTuple")
RT_DECLARE_CLASS(rt::stub::TorchStream, "TorchStream")
RT_DECLARE_CLASS(rt::stub::TorchModule, "TorchModule")
RT_DECLARE_CLASS(rt::stub::TorchOptimizer, "TorchOptimizer")
RT_DECLARE_CLASS(rt::stub::TorchScheduler, "TorchScheduler")
RT_DECLARE_CLASS(rt::stub::TorchGradScaler, "TorchGradScaler")
RT_DECLARE_CLASS(rt::stub::TorchScriptModule, "TorchScriptModule")
RT_DECLARE_CLASS(rt::stub::TorchValue, "TorchValue")
RT_DECLARE_CLASS(rt::stub::TorchGenerator, "TorchGenerator")
