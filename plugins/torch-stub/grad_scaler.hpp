// grad_scaler.hpp - what a TorchGradScaler handle holds.
#pragma once

#include <memory>
#include <mutex>

#include "../torch/grad_arguments.hpp"

namespace rt::stub {

struct GradScaler {
    GradScaler(const libtorch::ScalerState &state, bool on) : now(state), enabled(on) {}

    libtorch::ScalerState now;
    const bool enabled;
    libtorch::ScalerStages stages;
    std::mutex mutex;
};

// Copies are the same scaler.
struct TorchGradScaler {
    std::shared_ptr<GradScaler> scaler;
};

} // namespace rt::stub
