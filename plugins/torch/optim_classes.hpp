// optim_classes.hpp - the classes of torch::optim by one interface: options as numbers, tensors of their states.
#pragma once

#include "optim.hpp"

#include <functional>
#include <span>

namespace rt::libtorch {

using Numbers = std::span<const double>;           // of options, in the order of Method::options
inline double flag(bool on) { return on ? 1 : 0; } // such an option that is on or off

struct OptimizerClass {
    const Method &method;
    std::unique_ptr<::torch::optim::Optimizer> (*make)(std::vector<at::Tensor> parameters, Numbers options);
    std::unique_ptr<::torch::optim::OptimizerOptions> (*make_options)(Numbers options);
    std::vector<double> (*numbers_of)(const ::torch::optim::OptimizerOptions &options);
    std::unique_ptr<::torch::optim::OptimizerParamState> (*make_state)();
    // Calls `visit` with each tensor that is there.
    void (*each_tensor)(::torch::optim::OptimizerParamState &state, const std::function<void(at::Tensor &)> &visit);
    // Drops what a step makes anew, and LibTorch cannot write.
    void (*drop_scratch)(::torch::optim::OptimizerParamState &state);
    // Gives the parameters of the group the state that its options ask for and that a step would not make by itself.
    void (*complete_state)(::torch::optim::Optimizer &optimizer, std::size_t group);
};

extern const OptimizerClass sgd_class, adam_class, adamw_class, rmsprop_class, adagrad_class, lbfgs_class;

// The forms of tensors, and the tensors of a list.
std::vector<Trainable> forms_of(const std::vector<at::Tensor> &tensors);
std::vector<at::Tensor> tensors_of(const Objects<at::Tensor> &objects);

// Throws where the optimiser of that class and those options cannot step parameters of a dtype that is among these.
//
// Rationale: a step that fails at one parameter has changed those before it. LibTorch's optimisers compute with float32
// and float64 everywhere; what else they can do depends on the version and the device, so it is tried.
void check_dtypes(const OptimizerClass &of, const std::vector<at::Tensor> &parameters, Numbers options);

} // namespace rt::libtorch
