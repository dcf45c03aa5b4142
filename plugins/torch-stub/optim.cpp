// optim.cpp - optimisers: their options are checked, and a step changes numbers, which there are none of.
#include "functions.hpp"

#include "../torch/callables.hpp"
#include "../torch/optim_arguments.hpp"

namespace rt::stub {

namespace {

double flag(bool on) { return on ? 1 : 0; }

TorchOptimizer make(const libtorch::Method &method, const Objects<TorchTensor> &parameters,
                    std::initializer_list<double> options) {
    libtorch::check_options(method, options);
    auto state = std::make_shared<OptimizerState>(method);
    state->defaults = options;
    state->groups.push_back({trainable(parameters), options});
    return {std::move(state)};
}

} // namespace

std::vector<TorchTensor> trainable(const Objects<TorchTensor> &parameters, std::span<const void *const> taken) {
    std::vector<TorchTensor> tensors;
    std::vector<libtorch::Trainable> forms;
    for (std::size_t i = 0; i < parameters.size(); i++) {
        const TorchTensor &tensor = parameters[i];
        tensors.push_back(tensor);
        forms.push_back({tensor.sizes(), tensor.requires_grad(), tensor.is_leaf(), tensor.state.get()});
    }
    libtorch::check_trainable(forms, taken);
    return tensors;
}

TorchOptimizer rt_torch_optim_sgd(const Objects<TorchTensor> &parameters, double lr, double momentum, double dampening,
                                  double weight_decay, bool nesterov) {
    return make(libtorch::sgd_method, parameters, {lr, momentum, dampening, weight_decay, flag(nesterov)});
}

TorchOptimizer rt_torch_optim_adam(const Objects<TorchTensor> &parameters, double lr, double beta1, double beta2,
                                   double eps, double weight_decay, bool amsgrad) {
    return make(libtorch::adam_method, parameters, {lr, beta1, beta2, eps, weight_decay, flag(amsgrad)});
}

TorchOptimizer rt_torch_optim_adamw(const Objects<TorchTensor> &parameters, double lr, double beta1, double beta2,
                                    double eps, double weight_decay, bool amsgrad) {
    return make(libtorch::adamw_method, parameters, {lr, beta1, beta2, eps, weight_decay, flag(amsgrad)});
}

TorchOptimizer rt_torch_optim_rmsprop(const Objects<TorchTensor> &parameters, double lr, double alpha, double eps,
                                      double weight_decay, double momentum, bool centered) {
    return make(libtorch::rmsprop_method, parameters, {lr, alpha, eps, weight_decay, momentum, flag(centered)});
}

TorchOptimizer rt_torch_optim_adagrad(const Objects<TorchTensor> &parameters, double lr, double lr_decay,
                                      double weight_decay, double initial_accumulator_value, double eps) {
    return make(libtorch::adagrad_method, parameters, {lr, lr_decay, weight_decay, initial_accumulator_value, eps});
}

TorchOptimizer rt_torch_optim_lbfgs(const Objects<TorchTensor> &parameters, double lr, std::int64_t max_iter,
                                    std::int64_t max_eval, double tolerance_grad, double tolerance_change,
                                    std::int64_t history_size, bool strong_wolfe) {
    return make(libtorch::lbfgs_method, parameters,
                {lr, static_cast<double>(max_iter), libtorch::most_evaluations(max_iter, max_eval), tolerance_grad,
                 tolerance_change, static_cast<double>(history_size), flag(strong_wolfe)});
}

void rt_torch_optim_step(const TorchOptimizer &optimizer) {
    libtorch::check_step_without_closure(optimizer.state->method);
    const Changing changing(optimizer);
}

// The closure is called once: what LBFGS calls it again for is numbers.
TorchTensor rt_torch_optim_step_closure(const TorchOptimizer &optimizer, const Callable &closure) {
    Changing changing(optimizer);
    changing->in_closure = true;
    changing.lock().unlock();
    const auto end = [&] {
        changing.lock().lock();
        changing->in_closure = false;
    };
    try {
        const KeepGradModes keep_modes;
        TorchTensor loss = libtorch::loss_of<TorchTensor>(closure);
        libtorch::check_closure_loss(loss.sizes(), !is_complex(loss.dtype()));
        end();
        return loss;
    } catch (...) {
        end();
        throw;
    }
}

void rt_torch_optim_zero_grad(const TorchOptimizer &optimizer) {
    const Using used(optimizer);
    for (const ParameterGroup &group : used->groups) {
        for (const TorchTensor &parameter : group.parameters) {
            const std::lock_guard lock(parameter.state->mutex);
            parameter.state->grad.reset();
        }
    }
}

double rt_torch_optim_learning_rate(const TorchOptimizer &optimizer) {
    return Using(optimizer)->groups.front().options.front();
}

void rt_torch_optim_set_learning_rate(const TorchOptimizer &optimizer, double lr) {
    libtorch::check_learning_rate(lr);
    const Using used(optimizer);
    for (ParameterGroup &group : used->groups) {
        group.options.front() = lr;
    }
}

} // namespace rt::stub
