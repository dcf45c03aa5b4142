// schedules.hpp - how learning rates change from step to step: arithmetic, of which LibTorch 1.13 has only StepLR in C++.
//
// Each is a class of torch.optim.lr_scheduler, with the formula of its page in PyTorch's documentation
// (https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate) in the chainable form, in which the rate of a
// step follows from the rate before it: several schedulers of one optimiser multiply.
#pragma once

#include "arguments.hpp"

#include <memory>
#include <vector>

namespace rt::libtorch {

// A group's learning rate, and what it was when the optimiser's first scheduler came.
struct Rate {
    double now;
    double initial;
};
using Rates = std::span<Rate>;

class Schedule {
  public:
    Schedule() = default;
    Schedule(const Schedule &) = delete;
    Schedule &operator=(const Schedule &) = delete;
    virtual ~Schedule() = default;
    // What a new scheduler does at once.
    virtual void begin(Rates) {}
    // Throws for one that needs a number to decide by.
    virtual void step(Rates rates) = 0;
    // Throws for one that needs none.
    virtual void step(Rates rates, double metric);
};

// rate * gamma after every step_size steps.
std::unique_ptr<Schedule> step_schedule(std::int64_t step_size, double gamma);

// Half a cosine from the initial rate down to eta_min in t_max steps, and up again (Loshchilov and Hutter, arXiv
// 1608.03983, without restarts).
std::unique_ptr<Schedule> cosine_schedule(std::int64_t t_max, double eta_min);

// From start_factor of the rate to end_factor of it, in total_iters equal parts: a warm-up, or a decay.
std::unique_ptr<Schedule> linear_schedule(double start_factor, double end_factor, std::int64_t total_iters);

struct Plateau {
    std::string_view mode; // "min" or "max"
    double factor;
    std::int64_t patience;
    double threshold;
    std::string_view threshold_mode; // "rel" or "abs"
    std::int64_t cooldown;
    double min_lr;
    double eps;
};
// rate * factor, and min_lr at least, where a number has not become better in more than `patience` steps.
std::unique_ptr<Schedule> plateau_schedule(const Plateau &options);

// Calls `change` with the rates of an optimiser's groups. `initial` is what it keeps beside them; a group that came after
// the first scheduler starts from the rate that it has.
template <class Change>
std::vector<double> change_rates(std::vector<double> now, std::vector<double> &initial, const Change &change) {
    while (initial.size() < now.size()) {
        initial.push_back(now[initial.size()]);
    }
    std::vector<Rate> rates;
    for (std::size_t i = 0; i < now.size(); i++) {
        rates.push_back({now[i], initial[i]});
    }
    change(Rates(rates));
    for (std::size_t i = 0; i < now.size(); i++) {
        now[i] = rates[i].now;
    }
    return now;
}

} // namespace rt::libtorch
