// computing_state.hpp - what the result of a computation depends on beside its inputs: random numbers and autocast.
#pragma once

#include "tensor.hpp"

#include <ATen/core/Generator.h>
#include <c10/core/ScalarType.h>

#include <utility>

namespace rt::libtorch {

// Where the default generators of the CPU and of the tensors' CUDA devices are in their sequences.
class RandomState {
  public:
    explicit RandomState(const std::vector<at::Tensor> &tensors);
    // Puts them there.
    void restore() const;

  private:
    std::vector<std::pair<at::Generator, at::Tensor>> states_;
};

// In which dtypes this thread computes on the CPU and on CUDA.
class AutocastState {
  public:
    AutocastState();
    void restore() const;

  private:
    struct Kind {
        c10::DeviceType type;
        bool enabled;
        at::ScalarType dtype;
    };
    std::vector<Kind> kinds_;
};

// Runs as it did when the state was taken, and puts back what was there, whatever happens.
template <class State> class Under {
  public:
    Under(const State &then, State now) : now_(std::move(now)) { then.restore(); }
    Under(const Under &) = delete;
    Under &operator=(const Under &) = delete;
    ~Under() { now_.restore(); }

  private:
    State now_;
};

} // namespace rt::libtorch
