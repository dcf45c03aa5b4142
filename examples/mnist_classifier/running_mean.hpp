// running_mean.hpp - a mean in which recent values count more.
#pragma once

// Weights fall by a twentieth with each newer value; dividing by their sum makes it right from the first value on.
class RunningMean {
  public:
    double add(double value) {
        sum_ = 0.95 * sum_ + value;
        weights_ = 0.95 * weights_ + 1;
        return this->value();
    }
    double value() const { return weights_ == 0 ? 0 : sum_ / weights_; }

  private:
    double sum_ = 0;
    double weights_ = 0;
};
