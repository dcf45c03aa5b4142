// support.hpp - what the tests of rtffi/torch.hpp share.
#pragma once

#include <initializer_list>
#include <vector>

#include <doctest/doctest.h>

#include <rtffi/torch.hpp>

#include "../loader/support/host_errors.hpp"

namespace torch = rt::torch;

using Sizes = std::vector<std::int64_t>;

// The elements as doubles, compared with an allowance for float32.
inline bool holds(const torch::Tensor &tensor, std::initializer_list<double> expected, double allowance = 1e-5) {
    const std::vector<double> got = tensor.to_vector<double>();
    if (got.size() != expected.size()) {
        return false;
    }
    std::size_t i = 0;
    for (const double value : expected) {
        const double difference = got[i++] - value;
        if (!(difference <= allowance && difference >= -allowance)) {
            MESSAGE("element " << i - 1 << " is " << got[i - 1] << ", expected " << value);
            return false;
        }
    }
    return true;
}

// Fails the test where handles that were made during its life are still alive.
class NoLeak {
  public:
    NoLeak() : alive_((torch::version(), rt_handle_count())) {} // the first use opens the plugin, which stays open
    NoLeak(const NoLeak &) = delete;
    NoLeak &operator=(const NoLeak &) = delete;
    ~NoLeak() { CHECK(rt_handle_count() == alive_); }

  private:
    std::int64_t alive_;
};
