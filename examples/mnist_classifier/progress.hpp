// progress.hpp - the state of training on standard error: one line that is rewritten on a terminal, else one now and then.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

class Progress {
  public:
    // `title` is like "epoch 1/2"; `total` images make it full.
    Progress(std::string title, std::int64_t total);

    // After each step: images done, and what the line says about them.
    void update(std::int64_t done, double loss, double accuracy_percent);
    double seconds() const;

  private:
    void print(std::int64_t done, double loss, double accuracy_percent) const;

    std::string title_;
    std::int64_t total_;
    bool terminal_;
    std::chrono::steady_clock::time_point begin_;
    std::chrono::steady_clock::time_point printed_;
    std::int64_t printed_at_ = 0;
};
