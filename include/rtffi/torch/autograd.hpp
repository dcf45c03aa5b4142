// SPDX-License-Identifier: Apache-2.0
// autograd.hpp - gradients of some tensors for others, and the modes in which a thread records operations, or does not.
//
//     const Tensor y = x.pow(3).sum();
//     const Tensor first = autograd::grad({y}, {x}, {}, std::nullopt, true)[0];   // 3 x^2
//     const Tensor second = autograd::grad({first.sum()}, {x})[0];                // 6 x
#ifndef RTFFI_TORCH_AUTOGRAD_HPP
#define RTFFI_TORCH_AUTOGRAD_HPP

#include <optional>

#include "tensor.hpp"

namespace rt::torch {

namespace detail {

// A mode of this thread, from `begin` to `End`.
template <const auto &End> class GradMode {
  public:
    GradMode(const GradMode &) = delete;
    GradMode &operator=(const GradMode &) = delete;
    ~GradMode() {
        try {
            End();
        } catch (const Error &) { // nothing can be done about it here
        }
    }

  protected:
    GradMode() = default;
};

} // namespace detail

// While one lives, operations of this thread are not recorded for backward. Modes nest: the last one counts.
class NoGrad : public detail::GradMode<api::no_grad_end> {
  public:
    NoGrad() { api::no_grad_begin(); }
};

// While one lives, they are, also inside a NoGrad.
class EnableGrad : public detail::GradMode<api::enable_grad_end> {
  public:
    EnableGrad() { api::enable_grad_begin(); }
};

// While one lives, tensors that this thread makes can never take part in gradients, which makes their operations cheaper than
// NoGrad does; InferenceMode(false): as outside of it.
class InferenceMode : public detail::GradMode<api::inference_mode_end> {
  public:
    explicit InferenceMode(bool enabled = true) { api::inference_mode_begin(enabled); }
};

// One of the first two.
class AutoGradMode {
  public:
    explicit AutoGradMode(bool enabled) {
        if (enabled) {
            enable_.emplace();
        } else {
            disable_.emplace();
        }
    }
    AutoGradMode(const AutoGradMode &) = delete;
    AutoGradMode &operator=(const AutoGradMode &) = delete;

  private:
    std::optional<EnableGrad> enable_;
    std::optional<NoGrad> disable_;
};

// Their names in LibTorch's C++ API and in Python.
using NoGradGuard = NoGrad;
using no_grad = NoGrad;
using enable_grad = EnableGrad;
using inference_mode = InferenceMode;

inline bool is_grad_enabled() { return api::is_grad_enabled(); }
inline bool is_inference_mode_enabled() { return api::is_inference_mode_enabled(); }

namespace autograd {

using variable_list = std::vector<Tensor>;

// The gradients of the outputs, summed up, for each of the inputs; no leaf's own gradient changes. grad_outputs are those of
// the outputs, an undefined Tensor for 1. retain_graph, by default create_graph, lets them be computed again; create_graph, which
// retains it too, lets them be differentiated themselves. An input that the outputs do not depend on throws; with
// allow_unused, an undefined Tensor stands for its gradient.
inline variable_list grad(const variable_list &outputs, const variable_list &inputs,
                          const variable_list &grad_outputs = {}, std::optional<bool> retain_graph = std::nullopt,
                          bool create_graph = false, bool allow_unused = false) {
    return torch::detail::own_all(api::gradients(torch::detail::handles(outputs), torch::detail::handles(inputs),
                                                 torch::detail::handles(grad_outputs), retain_graph.value_or(false),
                                                 create_graph, allow_unused));
}

// Adds the gradients of the tensors to every leaf that they were computed from, or to the inputs alone where there are some.
inline void backward(const variable_list &tensors, const variable_list &grad_tensors = {},
                     std::optional<bool> retain_graph = std::nullopt, bool create_graph = false,
                     const variable_list &inputs = {}) {
    api::backward_with(torch::detail::handles(tensors), torch::detail::handles(grad_tensors),
                       retain_graph.value_or(false), create_graph, torch::detail::handles(inputs));
}

// Operations from now on, of the whole process, remember where they were called, which the host's log is told when their
// backward fails; with check_nan, a NaN in a gradient is such a failure. Slow.
inline void set_detect_anomaly(bool enabled, bool check_nan = true) { api::set_detect_anomaly(enabled, check_nan); }
inline bool is_anomaly_enabled() { return api::is_anomaly_enabled(); }

// The same while one lives.
class DetectAnomalyGuard {
  public:
    explicit DetectAnomalyGuard(bool check_nan = true)
        : enabled_before_(is_anomaly_enabled()), check_nan_before_(api::is_anomaly_check_nan_enabled()) {
        set_detect_anomaly(true, check_nan);
    }
    DetectAnomalyGuard(const DetectAnomalyGuard &) = delete;
    DetectAnomalyGuard &operator=(const DetectAnomalyGuard &) = delete;
    ~DetectAnomalyGuard() {
        try {
            set_detect_anomaly(enabled_before_, check_nan_before_);
        } catch (const Error &) { // nothing can be done about it here
        }
    }

  private:
    bool enabled_before_;
    bool check_nan_before_;
};

} // namespace autograd

inline void Tensor::backward(const Tensor &gradient, std::optional<bool> retain_graph, bool create_graph,
                             std::span<const Tensor> inputs) const {
    const std::int64_t gradients[] = {gradient.handle()};
    api::backward_with(torch::detail::handles({this, 1}), gradients, retain_graph.value_or(false), create_graph,
                       torch::detail::handles(inputs));
}

} // namespace rt::torch

#endif
