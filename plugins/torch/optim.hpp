// optim.hpp - what a TorchOptimizer handle holds.
#pragma once

#include "tensor.hpp"

#include <torch/optim/optimizer.h>

#include <memory>
#include <mutex>
#include <vector>

#include "optim_arguments.hpp"

namespace rt::libtorch {

struct OptimizerClass;

// Note [One optimiser, several threads]
// LibTorch's optimisers fill their state in at the first step, and two threads that did so at once would crash. So each
// call holds `mutex`, but not while a closure of the host's runs, which calls in itself: `in_closure` then turns away
// what would change the state under the step that waits for the closure.
struct OptimizerState {
    OptimizerState(std::unique_ptr<::torch::optim::Optimizer> made, const OptimizerClass &made_of)
        : optimizer(std::move(made)), of(made_of) {}

    std::unique_ptr<::torch::optim::Optimizer> optimizer;
    const OptimizerClass &of; // what LibTorch's own interface has no common name for
    std::mutex mutex;
    bool in_closure = false;
    std::vector<double> initial_rates; // each group's, when its first scheduler came
};

// An optimiser of torch::optim. The tensors it changes are the caller's: it shares them. Copies are the same optimiser.
struct TorchOptimizer {
    std::shared_ptr<OptimizerState> state;
};

// An optimiser for as long as this lives: to look at, and to set learning rates and drop gradients.
class Using {
  public:
    explicit Using(const TorchOptimizer &optimizer) : state_(*optimizer.state), lock_(state_.mutex) {}
    ::torch::optim::Optimizer *operator->() const { return state_.optimizer.get(); }
    OptimizerState &state() const { return state_; }
    std::vector<::torch::optim::OptimizerParamGroup> &groups() const { return state_.optimizer->param_groups(); }
    ::torch::optim::OptimizerParamGroup &group(std::int64_t number) const {
        return groups()[check_group(number, groups().size())];
    }
    std::unique_lock<std::mutex> &lock() { return lock_; }

  private:
    OptimizerState &state_;
    std::unique_lock<std::mutex> lock_;
};

// The same to change it: not inside a closure of its own.
class Changing : public Using {
  public:
    explicit Changing(const TorchOptimizer &optimizer) : Using(optimizer) { check_not_in_closure(state().in_closure); }
};

} // namespace rt::libtorch

RT_DECLARE_CLASS(rt::libtorch::TorchOptimizer, "TorchOptimizer")
