// SPDX-License-Identifier: Apache-2.0
// lr_scheduler.hpp - schedulers, which change an optimiser's learning rates from step to step, as torch.optim.lr_scheduler's do:
//
//     optim::lr_scheduler::LinearLR warm_up(sgd, {.total_iters = 10});
//     optim::lr_scheduler::CosineAnnealingLR cosine(sgd, {.T_max = 100});
//     ... sgd.step(); warm_up.step(); cosine.step();
#ifndef RTFFI_TORCH_LR_SCHEDULER_HPP
#define RTFFI_TORCH_LR_SCHEDULER_HPP

#include "optim.hpp"

namespace rt::torch::optim {

namespace lr_scheduler {

// What all have in common. It keeps its optimiser alive.
class Scheduler {
  public:
    // Takes over a handle of class TorchScheduler.
    explicit Scheduler(Handle handle) noexcept : handle_(std::move(handle)) {}
    // The learning rates of the optimiser's groups.
    std::vector<double> get_last_lr() const {
        const auto borrowed = api::scheduler_last_lr(handle());
        return std::vector<double>(borrowed.begin(), borrowed.end());
    }
    // Borrowed: it stays this object's.
    std::int64_t handle() const noexcept { return handle_.get(); }

  private:
    Handle handle_;
};

// One that goes by the number of steps alone.
class LRScheduler : public Scheduler {
  public:
    using Scheduler::Scheduler;
    void step() const { api::scheduler_step(handle()); }
};

struct StepLROptions {
    std::int64_t step_size; // has no default, as in torch
    double gamma = 0.1;
};
// The rates times gamma, every step_size steps.
class StepLR : public LRScheduler {
  public:
    StepLR(const Optimizer &optimizer, StepLROptions o)
        : LRScheduler(Handle(api::scheduler_step_lr(optimizer.handle(), o.step_size, o.gamma))) {}
    StepLR(const Optimizer &optimizer, std::int64_t step_size, double gamma = 0.1)
        : StepLR(optimizer, StepLROptions{step_size, gamma}) {}
};

struct CosineAnnealingLROptions {
    std::int64_t T_max; // has no default, as in torch
    double eta_min = 0;
};
// Down to eta_min along half a cosine in T_max steps.
class CosineAnnealingLR : public LRScheduler {
  public:
    CosineAnnealingLR(const Optimizer &optimizer, CosineAnnealingLROptions o)
        : LRScheduler(Handle(api::scheduler_cosine_annealing_lr(optimizer.handle(), o.T_max, o.eta_min))) {}
    CosineAnnealingLR(const Optimizer &optimizer, std::int64_t T_max, double eta_min = 0)
        : CosineAnnealingLR(optimizer, CosineAnnealingLROptions{T_max, eta_min}) {}
};

struct LinearLROptions {
    double start_factor = 1.0 / 3;
    double end_factor = 1;
    std::int64_t total_iters = 5;
};
// A warm-up: from start_factor of the rates, at once, to end_factor of them.
class LinearLR : public LRScheduler {
  public:
    explicit LinearLR(const Optimizer &optimizer, LinearLROptions o = {})
        : LRScheduler(
              Handle(api::scheduler_linear_lr(optimizer.handle(), o.start_factor, o.end_factor, o.total_iters))) {}
};

struct ReduceLROnPlateauOptions {
    std::string mode = "min"; // or "max"
    double factor = 0.1;
    std::int64_t patience = 10;
    double threshold = 1e-4;
    std::string threshold_mode = "rel"; // or "abs"
    std::int64_t cooldown = 0;
    double min_lr = 0;
    double eps = 1e-8;
};
// The rates times factor where a number, a loss say, does not become better any more.
class ReduceLROnPlateau : public Scheduler {
  public:
    explicit ReduceLROnPlateau(const Optimizer &optimizer, const ReduceLROnPlateauOptions &o = {})
        : Scheduler(
              Handle(api::scheduler_reduce_lr_on_plateau(optimizer.handle(), o.mode, o.factor, o.patience, o.threshold,
                                                         o.threshold_mode, o.cooldown, o.min_lr, o.eps))) {}
    void step(double metric) const { api::scheduler_step_metric(handle(), metric); }
};

} // namespace lr_scheduler

// Their names in LibTorch's C++ API.
using lr_scheduler::LRScheduler;
using lr_scheduler::ReduceLROnPlateau;
using lr_scheduler::StepLR;

} // namespace rt::torch::optim

#endif
