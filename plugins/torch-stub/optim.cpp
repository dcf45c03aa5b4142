// optim.cpp - optimisers: their options are checked, and a step changes numbers, which there are none of.
#include "functions.hpp"

#include <cmath>
#include <unordered_map>

namespace rt::stub {

namespace {

using libtorch::check_finite;
using libtorch::check_float32;

std::vector<TorchTensor> trainable(const Objects<TorchTensor> &parameters) {
    if (parameters.size() == 0) {
        refuse("parameters is empty: give the tensors to train, such as those of rt_torch_module_parameters");
    }
    std::vector<TorchTensor> tensors;
    std::unordered_map<const TensorState *, std::size_t> seen;
    for (std::size_t i = 0; i < parameters.size(); i++) {
        const TorchTensor &tensor = parameters[i];
        const std::string which = str("parameters[", i, "], of shape ", text_of(tensor.sizes()), ",");
        if (!tensor.requires_grad()) {
            refuse(which + " does not require gradients: call rt_torch_autograd_set_requires_grad on it first");
        }
        if (!tensor.is_leaf()) {
            refuse(which + " is not a leaf: it was computed from other tensors, and those are what can be trained");
        }
        const auto [first, is_new] = seen.emplace(tensor.state.get(), i);
        if (!is_new) {
            refuse(str(which, " is the same tensor as parameters[", first->second, "]: give each once"));
        }
        tensors.push_back(tensor);
    }
    return tensors;
}

void at_least_zero(const char *name, double value) {
    if (!(value >= 0) || std::isinf(value)) {
        refuse(str(name, " is ", value, ": it must be a finite number, 0 or more"));
    }
    check_float32(name, value);
}

void below_one(const char *name, double value) {
    if (!(value >= 0 && value < 1)) {
        refuse(str(name, " is ", value, ": it must be 0 or more, and less than 1"));
    }
}

TorchOptimizer optimizer(const Objects<TorchTensor> &parameters, double lr) {
    return {trainable(parameters), std::make_shared<std::atomic<double>>(lr)};
}

} // namespace

TorchOptimizer rt_torch_optim_sgd(const Objects<TorchTensor> &parameters, double lr, double momentum, double dampening,
                                  double weight_decay, bool nesterov) {
    check_float32("dampening", check_finite("dampening", dampening));
    if (nesterov && (momentum <= 0 || dampening != 0)) {
        refuse(str("nesterov needs a momentum above 0 and no dampening: they are ", momentum, " and ", dampening));
    }
    at_least_zero("lr", lr);
    at_least_zero("momentum", momentum);
    at_least_zero("weight_decay", weight_decay);
    return optimizer(parameters, lr);
}

TorchOptimizer rt_torch_optim_adam(const Objects<TorchTensor> &parameters, double lr, double beta1, double beta2,
                                   double eps, double weight_decay, bool) {
    at_least_zero("lr", lr);
    below_one("beta1", beta1);
    below_one("beta2", beta2);
    at_least_zero("eps", eps);
    at_least_zero("weight_decay", weight_decay);
    return optimizer(parameters, lr);
}

TorchOptimizer rt_torch_optim_rmsprop(const Objects<TorchTensor> &parameters, double lr, double alpha, double eps,
                                      double weight_decay, double momentum, bool) {
    at_least_zero("lr", lr);
    below_one("alpha", alpha);
    at_least_zero("eps", eps);
    at_least_zero("weight_decay", weight_decay);
    at_least_zero("momentum", momentum);
    return optimizer(parameters, lr);
}

void rt_torch_optim_step(const TorchOptimizer &) {}

void rt_torch_optim_zero_grad(const TorchOptimizer &optimizer) {
    for (const TorchTensor &parameter : optimizer.parameters) {
        const std::lock_guard lock(parameter.state->mutex);
        parameter.state->grad.reset();
    }
}

double rt_torch_optim_learning_rate(const TorchOptimizer &optimizer) { return *optimizer.learning_rate; }

void rt_torch_optim_set_learning_rate(const TorchOptimizer &optimizer, double lr) {
    at_least_zero("lr", lr);
    *optimizer.learning_rate = lr;
}

} // namespace rt::stub
