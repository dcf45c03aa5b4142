// scheduler.hpp - what a TorchScheduler handle holds.
#pragma once

#include "../torch/schedules.hpp"
#include "optim.hpp"

namespace rt::stub {

struct TorchScheduler {
    TorchOptimizer optimizer;
    std::unique_ptr<libtorch::Schedule> schedule;
};

} // namespace rt::stub
