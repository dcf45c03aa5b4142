// optim_arguments.hpp - what optimisers ask of their options and of the tensors they are to change.
#pragma once

#include "arguments.hpp"

namespace rt::libtorch {

// What of a tensor decides whether an optimiser can change it.
struct Trainable {
    Shape sizes;
    bool requires_grad;
    bool is_leaf;
    const void *identity; // another one for each tensor
};

// Throws unless all are leaves that collect gradients, each there once, since a step would count it twice; and where there
// are none.
void check_trainable(std::span<const Trainable> parameters);

void check_learning_rate(double lr);

// The options of torch::optim's methods.
void check_sgd(double lr, double momentum, double dampening, double weight_decay, bool nesterov);
void check_adam(double lr, double beta1, double beta2, double eps, double weight_decay);
void check_rmsprop(double lr, double alpha, double eps, double weight_decay, double momentum);

} // namespace rt::libtorch
