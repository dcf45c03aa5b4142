// optim.hpp - what a TorchOptimizer handle holds.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "tensor.hpp"

namespace rt::stub {

struct TorchOptimizer {
    std::vector<TorchTensor> parameters;
    std::shared_ptr<std::atomic<double>> learning_rate;
};

} // namespace rt::stub
