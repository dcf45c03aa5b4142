// grad_scaler.hpp - what a TorchGradScaler handle holds.
#pragma once

#include "tensor.hpp"

#include <memory>
#include <mutex>

#include "grad_arguments.hpp"

namespace rt::libtorch {

struct GradScaler {
    GradScaler(const ScalerState &state, bool on) : now(state), enabled(on) {}

    ScalerState now;
    const bool enabled;
    ScalerStages stages;
    std::mutex mutex;
};

// Copies are the same scaler.
struct TorchGradScaler {
    std::shared_ptr<GradScaler> scaler;
};

} // namespace rt::libtorch

RT_DECLARE_CLASS(rt::libtorch::TorchGradScaler, "TorchGradScaler")
