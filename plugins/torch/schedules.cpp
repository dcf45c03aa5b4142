// schedules.cpp - the formulas of torch.optim.lr_scheduler.
#include "schedules.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace rt::libtorch {

namespace {

double check_factor(const char *name, double value) {
    if (!(value >= 0 && std::isfinite(value))) {
        refuse(str(name, " is ", value, ": it must be a finite number, 0 or more"));
    }
    return check_float32(name, value);
}

std::int64_t check_not_negative(const char *name, std::int64_t value) {
    if (value < 0) {
        refuse(str(name, " is ", value, ": it must be 0 or more"));
    }
    return value;
}

class Stepwise : public Schedule {
  public:
    Stepwise(std::int64_t step_size, double gamma) : step_size_(step_size), gamma_(gamma) {}
    void step(Rates rates) override {
        steps_++;
        for (Rate &rate : rates) {
            rate.now *= steps_ % step_size_ == 0 ? gamma_ : 1;
        }
    }

  private:
    std::int64_t step_size_;
    double gamma_;
    std::int64_t steps_ = 0;
};

class Cosine : public Schedule {
  public:
    Cosine(std::int64_t t_max, double eta_min) : t_max_(t_max), eta_min_(eta_min) {}
    void step(Rates rates) override {
        steps_++;
        for (Rate &rate : rates) {
            rate.now = next(rate);
        }
    }

  private:
    double angle(std::int64_t steps) const {
        return std::numbers::pi * static_cast<double>(steps) / static_cast<double>(t_max_);
    }
    double next(const Rate &rate) const {
        // At the lowest point the quotient below has no value.
        if ((steps_ - 1 - t_max_) % (2 * t_max_) == 0) {
            return rate.now + (rate.initial - eta_min_) * (1 - std::cos(angle(1))) / 2;
        }
        return (1 + std::cos(angle(steps_))) / (1 + std::cos(angle(steps_ - 1))) * (rate.now - eta_min_) + eta_min_;
    }

    std::int64_t t_max_;
    double eta_min_;
    std::int64_t steps_ = 0;
};

class Linear : public Schedule {
  public:
    Linear(double start, double end, std::int64_t total) : start_(start), end_(end), total_(total) {}
    void begin(Rates rates) override {
        for (Rate &rate : rates) {
            rate.now *= start_;
        }
    }
    void step(Rates rates) override {
        steps_++;
        if (steps_ > total_) {
            return;
        }
        const auto total = static_cast<double>(total_);
        const double before = total * start_ + static_cast<double>(steps_ - 1) * (end_ - start_);
        for (Rate &rate : rates) {
            rate.now *= 1 + (end_ - start_) / before;
        }
    }

  private:
    double start_;
    double end_;
    std::int64_t total_;
    std::int64_t steps_ = 0;
};

class OnPlateau : public Schedule {
  public:
    explicit OnPlateau(const Plateau &options)
        : lowest_wins_(options.mode == "min"), relative_(options.threshold_mode == "rel"), factor_(options.factor),
          patience_(options.patience), threshold_(options.threshold), cooldown_(options.cooldown),
          min_lr_(options.min_lr), eps_(options.eps),
          best_(lowest_wins_ ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity()) {}

    void step(Rates) override {
        refuse("a scheduler that waits for a plateau needs the number to watch: call rt_torch_scheduler_step_metric");
    }
    void step(Rates rates, double metric) override {
        if (is_better(metric)) {
            best_ = metric;
            bad_steps_ = 0;
        } else {
            bad_steps_++;
        }
        if (cooling_ > 0) {
            cooling_--;
            bad_steps_ = 0;
        }
        if (bad_steps_ > patience_) {
            reduce(rates);
            cooling_ = cooldown_;
            bad_steps_ = 0;
        }
    }

  private:
    bool is_better(double metric) const {
        const double margin = relative_ ? best_ * threshold_ : threshold_;
        if (lowest_wins_) {
            return metric < (relative_ ? best_ * (1 - threshold_) : best_ - margin);
        }
        return metric > best_ + margin;
    }
    // What would change less than eps stays.
    void reduce(Rates rates) const {
        for (Rate &rate : rates) {
            const double reduced = std::max(rate.now * factor_, min_lr_);
            rate.now = rate.now - reduced > eps_ ? reduced : rate.now;
        }
    }

    bool lowest_wins_;
    bool relative_;
    double factor_;
    std::int64_t patience_;
    double threshold_;
    std::int64_t cooldown_;
    double min_lr_;
    double eps_;
    double best_;
    std::int64_t bad_steps_ = 0;
    std::int64_t cooling_ = 0;
};

void check_one_of(const char *name, std::string_view value, std::string_view a, std::string_view b) {
    if (value != a && value != b) {
        refuse(str(name, " is \"", printable(value), "\": it must be ", a, " or ", b));
    }
}

} // namespace

void Schedule::step(Rates, double) {
    refuse("this scheduler goes by the number of steps alone: call rt_torch_scheduler_step");
}

std::unique_ptr<Schedule> step_schedule(std::int64_t step_size, double gamma) {
    return std::make_unique<Stepwise>(check_size("step_size", step_size), check_factor("gamma", gamma));
}

std::unique_ptr<Schedule> cosine_schedule(std::int64_t t_max, double eta_min) {
    return std::make_unique<Cosine>(check_size("t_max", t_max), check_factor("eta_min", eta_min));
}

std::unique_ptr<Schedule> linear_schedule(double start_factor, double end_factor, std::int64_t total_iters) {
    check_range("end_factor", end_factor, 1);
    if (!(start_factor > 0 && start_factor <= 1)) {
        refuse(str("start_factor is ", start_factor, ": it must be above 0, and 1 at most"));
    }
    return std::make_unique<Linear>(start_factor, end_factor, check_size("total_iters", total_iters));
}

std::unique_ptr<Schedule> plateau_schedule(const Plateau &options) {
    check_one_of("mode", options.mode, "min", "max");
    check_one_of("threshold_mode", options.threshold_mode, "rel", "abs");
    if (!(options.factor >= 0 && options.factor < 1)) {
        refuse(str("factor is ", options.factor, ": it must be 0 or more, and less than 1"));
    }
    check_not_negative("patience", options.patience);
    check_not_negative("cooldown", options.cooldown);
    check_factor("threshold", options.threshold);
    check_factor("min_lr", options.min_lr);
    check_factor("eps", options.eps);
    return std::make_unique<OnPlateau>(options);
}

} // namespace rt::libtorch
