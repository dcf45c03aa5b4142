// optim.hpp - what a TorchOptimizer handle holds.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "../torch/optim_arguments.hpp"
#include "tensor.hpp"

namespace rt::stub {

struct ParameterGroup {
    std::vector<TorchTensor> parameters;
    std::vector<double> options; // in the order of Method::options
};

struct OptimizerState {
    explicit OptimizerState(const libtorch::Method &its_method) : method(its_method) {}

    const libtorch::Method &method;
    std::vector<ParameterGroup> groups;
    std::vector<double> defaults; // options of groups to come
    std::mutex mutex;
    bool in_closure = false;
    std::vector<double> initial_rates; // each group's, when its first scheduler came
};

// Copies are the same optimiser.
struct TorchOptimizer {
    std::shared_ptr<OptimizerState> state;
};

// An optimiser for as long as this lives.
class Using {
  public:
    explicit Using(const TorchOptimizer &optimizer) : state_(*optimizer.state), lock_(state_.mutex) {}
    OptimizerState *operator->() const { return &state_; }
    ParameterGroup &group(std::int64_t number) const {
        return state_.groups[libtorch::check_group(number, state_.groups.size())];
    }
    std::unique_lock<std::mutex> &lock() { return lock_; }

  private:
    OptimizerState &state_;
    std::unique_lock<std::mutex> lock_;
};

// The same to change it: not inside a closure of its own.
class Changing : public Using {
  public:
    explicit Changing(const TorchOptimizer &optimizer) : Using(optimizer) {
        libtorch::check_not_in_closure((*this)->in_closure);
    }
};

// Throws unless all can be trained and none is among those that are.
std::vector<TorchTensor> trainable(const Objects<TorchTensor> &parameters, std::span<const void *const> taken = {});

} // namespace rt::stub
