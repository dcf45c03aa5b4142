// scheduler.cpp - schedulers: optimisers' learning rates that change by a schedule.
#include "scheduler.hpp"

#undef RT_GROUP
#define RT_GROUP "scheduler"

namespace rt::libtorch {

namespace {

std::vector<double> rates_of(const Using &optimizer) {
    std::vector<double> rates;
    for (const auto &group : optimizer.groups()) {
        rates.push_back(group.options().get_lr());
    }
    return rates;
}

// The schedule's own counters are under the optimiser's lock, too.
template <class Change> void change(const TorchOptimizer &of, const Change &change_them) {
    const Using optimizer(of);
    const std::vector<double> changed = change_rates(rates_of(optimizer), optimizer.state().initial_rates, change_them);
    for (std::size_t i = 0; i < changed.size(); i++) {
        optimizer.groups()[i].options().set_lr(changed[i]);
    }
}

TorchScheduler make(const TorchOptimizer &optimizer, std::unique_ptr<Schedule> schedule) {
    change(optimizer, [&](Rates rates) { schedule->begin(rates); });
    return {optimizer, std::move(schedule)};
}

TorchScheduler step_lr(const TorchOptimizer &optimizer, std::int64_t step_size, double gamma) {
    return make(optimizer, step_schedule(step_size, gamma));
}

TorchScheduler cosine_annealing_lr(const TorchOptimizer &optimizer, std::int64_t t_max, double eta_min) {
    return make(optimizer, cosine_schedule(t_max, eta_min));
}

TorchScheduler linear_lr(const TorchOptimizer &optimizer, double start_factor, double end_factor,
                         std::int64_t total_iters) {
    return make(optimizer, linear_schedule(start_factor, end_factor, total_iters));
}

TorchScheduler reduce_lr_on_plateau(const TorchOptimizer &optimizer, std::string_view mode, double factor,
                                    std::int64_t patience, double threshold, std::string_view threshold_mode,
                                    std::int64_t cooldown, double min_lr, double eps) {
    return make(optimizer,
                plateau_schedule({mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps}));
}

void scheduler_step(const TorchScheduler &self) {
    change(self.optimizer, [&](Rates rates) { self.schedule->step(rates); });
}

void step_metric(const TorchScheduler &self, double metric) {
    change(self.optimizer, [&](Rates rates) { self.schedule->step(rates, metric); });
}

std::vector<double> last_lr(const TorchScheduler &self) { return rates_of(Using(self.optimizer)); }

} // namespace

RT_CLASS(TorchScheduler, "TorchScheduler", "Changes the learning rates of an optimiser from step to step.")

RT_FUNCTION(step_lr,
            "rt_torch_scheduler_step_lr(optimizer: TorchOptimizer, step_size: i64, gamma: f64 = 0.1) -> TorchScheduler",
            "Multiplies the learning rates by gamma every step_size steps, as torch.optim.lr_scheduler.StepLR.")
RT_FUNCTION(cosine_annealing_lr,
            "rt_torch_scheduler_cosine_annealing_lr(optimizer: TorchOptimizer, t_max: i64, eta_min: f64 = 0.0) -> "
            "TorchScheduler",
            "Takes the learning rates down to eta_min along half a cosine in t_max steps, as CosineAnnealingLR "
            "(arXiv 1608.03983).")
RT_FUNCTION(linear_lr,
            "rt_torch_scheduler_linear_lr(optimizer: TorchOptimizer, start_factor: f64 = 0.3333333333333333, "
            "end_factor: f64 = 1.0, total_iters: i64 = 5) -> TorchScheduler",
            "Warms up: takes the learning rates from start_factor of them, at once, to end_factor of them in "
            "total_iters equal parts, as LinearLR.")
RT_FUNCTION(reduce_lr_on_plateau,
            "rt_torch_scheduler_reduce_lr_on_plateau(optimizer: TorchOptimizer, mode: text = \"min\", factor: f64 = "
            "0.1, patience: i64 = 10, threshold: f64 = 1e-4, threshold_mode: text = \"rel\", cooldown: i64 = 0, "
            "min_lr: f64 = 0.0, eps: f64 = 1e-8) -> TorchScheduler",
            "Multiplies the learning rates by factor when a number, of rt_torch_scheduler_step_metric, was not better "
            "by threshold for more than patience steps, as ReduceLROnPlateau; mode min or max, threshold_mode rel or "
            "abs.")
RT_FUNCTION(scheduler_step, "rt_torch_scheduler_step(scheduler: TorchScheduler)",
            "Goes one step on and sets the optimiser's learning rates; after the optimiser's own steps of an epoch.")
RT_FUNCTION(step_metric, "rt_torch_scheduler_step_metric(scheduler: TorchScheduler, metric: f64)",
            "The same for one that waits for a plateau of the metric, a loss say; NaN is not better than any.")
RT_FUNCTION(last_lr, "rt_torch_scheduler_last_lr(scheduler: TorchScheduler) -> [f64]",
            "The learning rates of the optimiser's groups.")

} // namespace rt::libtorch
