// scheduler.hpp - what a TorchScheduler handle holds.
#pragma once

#include "optim.hpp"

#include "schedules.hpp"

namespace rt::libtorch {

// The optimiser lives as long as its schedulers.
struct TorchScheduler {
    TorchOptimizer optimizer;
    std::unique_ptr<Schedule> schedule;
};

} // namespace rt::libtorch

RT_DECLARE_CLASS(rt::libtorch::TorchScheduler, "TorchScheduler")
