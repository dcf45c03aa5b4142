// optim_arguments.cpp - what can be said of optimisers' arguments without LibTorch.
#include "optim_arguments.hpp"

#include <cmath>
#include <unordered_map>

namespace rt::libtorch {

namespace {

void check_at_least_zero(const char *name, double value) {
    if (!(value >= 0) || std::isinf(value)) {
        refuse(str(name, " is ", value, ": it must be a finite number, 0 or more"));
    }
    check_float32(name, value);
}

void check_below_one(const char *name, double value) {
    if (!(value >= 0 && value < 1)) {
        refuse(str(name, " is ", value, ": it must be 0 or more, and less than 1"));
    }
}

} // namespace

void check_trainable(std::span<const Trainable> parameters) {
    if (parameters.empty()) {
        refuse("parameters is empty: give the tensors to train, such as those of rt_torch_module_parameters");
    }
    std::unordered_map<const void *, std::size_t> seen;
    for (std::size_t i = 0; i < parameters.size(); i++) {
        const Trainable &one = parameters[i];
        const std::string which = str("parameters[", i, "], of shape ", text_of(one.sizes), ",");
        if (!one.requires_grad) {
            refuse(which + " does not require gradients: call rt_torch_autograd_set_requires_grad on it first");
        }
        if (!one.is_leaf) {
            refuse(which + " is not a leaf: it was computed from other tensors, and those are what can be trained");
        }
        const auto [first, is_new] = seen.emplace(one.identity, i);
        if (!is_new) {
            refuse(str(which, " is the same tensor as parameters[", first->second, "]: give each once"));
        }
    }
}

void check_learning_rate(double lr) { check_at_least_zero("lr", lr); }

void check_sgd(double lr, double momentum, double dampening, double weight_decay, bool nesterov) {
    check_float32("dampening", check_finite("dampening", dampening));
    if (nesterov && (momentum <= 0 || dampening != 0)) {
        refuse(str("nesterov needs a momentum above 0 and no dampening: they are ", momentum, " and ", dampening));
    }
    check_learning_rate(lr);
    check_at_least_zero("momentum", momentum);
    check_at_least_zero("weight_decay", weight_decay);
}

void check_adam(double lr, double beta1, double beta2, double eps, double weight_decay) {
    check_learning_rate(lr);
    check_below_one("beta1", beta1);
    check_below_one("beta2", beta2);
    check_at_least_zero("eps", eps);
    check_at_least_zero("weight_decay", weight_decay);
}

void check_rmsprop(double lr, double alpha, double eps, double weight_decay, double momentum) {
    check_learning_rate(lr);
    check_below_one("alpha", alpha);
    check_at_least_zero("eps", eps);
    check_at_least_zero("weight_decay", weight_decay);
    check_at_least_zero("momentum", momentum);
}

} // namespace rt::libtorch
