// scheduler.cpp - schedulers: learning rates are numbers that the stub has, and they change as with LibTorch.
#include "functions.hpp"

namespace rt::stub {

using libtorch::Rates;
using libtorch::Schedule;

namespace {

std::vector<double> rates_of(const Using &optimizer) {
    std::vector<double> rates;
    for (const ParameterGroup &group : optimizer->groups) {
        rates.push_back(group.options.front());
    }
    return rates;
}

template <class Change> void change(const TorchOptimizer &of, const Change &change_them) {
    const Using optimizer(of);
    const std::vector<double> changed =
        libtorch::change_rates(rates_of(optimizer), optimizer->initial_rates, change_them);
    for (std::size_t i = 0; i < changed.size(); i++) {
        optimizer->groups[i].options.front() = changed[i];
    }
}

TorchScheduler make(const TorchOptimizer &optimizer, std::unique_ptr<Schedule> schedule) {
    change(optimizer, [&](Rates rates) { schedule->begin(rates); });
    return {optimizer, std::move(schedule)};
}

} // namespace

TorchScheduler rt_torch_scheduler_step_lr(const TorchOptimizer &optimizer, std::int64_t step_size, double gamma) {
    return make(optimizer, libtorch::step_schedule(step_size, gamma));
}

TorchScheduler rt_torch_scheduler_cosine_annealing_lr(const TorchOptimizer &optimizer, std::int64_t t_max,
                                                      double eta_min) {
    return make(optimizer, libtorch::cosine_schedule(t_max, eta_min));
}

TorchScheduler rt_torch_scheduler_linear_lr(const TorchOptimizer &optimizer, double start_factor, double end_factor,
                                            std::int64_t total_iters) {
    return make(optimizer, libtorch::linear_schedule(start_factor, end_factor, total_iters));
}

TorchScheduler rt_torch_scheduler_reduce_lr_on_plateau(const TorchOptimizer &optimizer, std::string_view mode,
                                                       double factor, std::int64_t patience, double threshold,
                                                       std::string_view threshold_mode, std::int64_t cooldown,
                                                       double min_lr, double eps) {
    return make(optimizer,
                libtorch::plateau_schedule({mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps}));
}

void rt_torch_scheduler_step(const TorchScheduler &scheduler) {
    change(scheduler.optimizer, [&](Rates rates) { scheduler.schedule->step(rates); });
}

void rt_torch_scheduler_step_metric(const TorchScheduler &scheduler, double metric) {
    change(scheduler.optimizer, [&](Rates rates) { scheduler.schedule->step(rates, metric); });
}

std::vector<double> rt_torch_scheduler_last_lr(const TorchScheduler &scheduler) {
    return rates_of(Using(scheduler.optimizer));
}

} // namespace rt::stub
