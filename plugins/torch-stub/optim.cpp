// optim.cpp - optimisers: their options are checked, and a step changes numbers, which there are none of.
#include "functions.hpp"

#include "../torch/optim_arguments.hpp"

namespace rt::stub {

namespace {

std::vector<TorchTensor> trainable(const Objects<TorchTensor> &parameters) {
    std::vector<TorchTensor> tensors;
    std::vector<libtorch::Trainable> forms;
    for (std::size_t i = 0; i < parameters.size(); i++) {
        const TorchTensor &tensor = parameters[i];
        tensors.push_back(tensor);
        forms.push_back({tensor.sizes(), tensor.requires_grad(), tensor.is_leaf(), tensor.state.get()});
    }
    libtorch::check_trainable(forms);
    return tensors;
}

TorchOptimizer optimizer(const Objects<TorchTensor> &parameters, double lr) {
    return {trainable(parameters), std::make_shared<std::atomic<double>>(lr)};
}

} // namespace

TorchOptimizer rt_torch_optim_sgd(const Objects<TorchTensor> &parameters, double lr, double momentum, double dampening,
                                  double weight_decay, bool nesterov) {
    libtorch::check_sgd(lr, momentum, dampening, weight_decay, nesterov);
    return optimizer(parameters, lr);
}

TorchOptimizer rt_torch_optim_adam(const Objects<TorchTensor> &parameters, double lr, double beta1, double beta2,
                                   double eps, double weight_decay, bool) {
    libtorch::check_adam(lr, beta1, beta2, eps, weight_decay);
    return optimizer(parameters, lr);
}

TorchOptimizer rt_torch_optim_rmsprop(const Objects<TorchTensor> &parameters, double lr, double alpha, double eps,
                                      double weight_decay, double momentum, bool) {
    libtorch::check_rmsprop(lr, alpha, eps, weight_decay, momentum);
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
    libtorch::check_learning_rate(lr);
    *optimizer.learning_rate = lr;
}

} // namespace rt::stub
