// optim.cpp - the optimisers of torch::optim, with options that are checked by name.
#include "optim.hpp"

#include <c10/util/StringUtil.h>
#include <torch/optim/adam.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include <vector>

#include "dtype.hpp"
#include "error.hpp"
#include "optim_arguments.hpp"

#undef RT_GROUP
#define RT_GROUP "optim"

namespace rt::libtorch {

namespace {

namespace optim = ::torch::optim;

using Parameters = Objects<at::Tensor>;

std::vector<at::Tensor> trainable(const Parameters &parameters) {
    std::vector<at::Tensor> tensors;
    std::vector<Trainable> forms;
    for (std::size_t i = 0; i < parameters.size(); i++) {
        const at::Tensor &tensor = parameters[i];
        tensors.push_back(tensor);
        forms.push_back({tensor.sizes(), tensor.requires_grad(), tensor.is_leaf(), tensor.unsafeGetTensorImpl()});
    }
    check_trainable(forms);
    return tensors;
}

// Two steps of one number: the first makes the state that the second goes on with.
template <class Method, class Options> void try_steps(const at::TensorOptions &kind, const Options &options) {
    at::Tensor number = at::ones({1}, kind);
    number.mutable_grad() = at::ones({1}, kind);
    Method method({number.requires_grad_()}, options);
    method.step();
    method.step();
}

// A step that fails at one parameter has changed those before it. LibTorch's optimisers compute with float32 and float64
// everywhere; what else they can do depends on the version and the device, so it is tried.
template <class Method, class Options>
void check_dtypes(const std::vector<at::Tensor> &parameters, const Options &options) {
    for (std::size_t i = 0; i < parameters.size(); i++) {
        const at::ScalarType dtype = parameters[i].scalar_type();
        const bool tried =
            i > 0 && parameters[i - 1].scalar_type() == dtype && parameters[i - 1].device() == parameters[i].device();
        if (dtype == at::kFloat || dtype == at::kDouble || tried) {
            continue;
        }
        try {
            try_steps<Method>(at::TensorOptions().dtype(dtype).device(parameters[i].device()), options);
        } catch (const std::exception &) {
            refuse(c10::str("parameters[", i, "] is of ", name_of(dtype), " on ", parameters[i].device(),
                            ", which this optimiser cannot step (", translate_exception().message,
                            "): convert it with rt_torch_torchtensor_to_dtype, to float32 say"));
        }
    }
}

template <class Method, class Options> TorchOptimizer make(const Parameters &parameters, const Options &options) {
    std::vector<at::Tensor> tensors = trainable(parameters);
    check_dtypes<Method>(tensors, options);
    return {std::make_unique<Method>(std::move(tensors), options)};
}

TorchOptimizer sgd(const Parameters &parameters, double lr, double momentum, double dampening, double weight_decay,
                   bool nesterov) {
    check_sgd(lr, momentum, dampening, weight_decay, nesterov);
    return make<optim::SGD>(
        parameters,
        optim::SGDOptions(lr).momentum(momentum).dampening(dampening).weight_decay(weight_decay).nesterov(nesterov));
}

TorchOptimizer adam(const Parameters &parameters, double lr, double beta1, double beta2, double eps,
                    double weight_decay, bool amsgrad) {
    check_adam(lr, beta1, beta2, eps, weight_decay);
    return make<optim::Adam>(
        parameters, optim::AdamOptions(lr).betas({beta1, beta2}).eps(eps).weight_decay(weight_decay).amsgrad(amsgrad));
}

TorchOptimizer rmsprop(const Parameters &parameters, double lr, double alpha, double eps, double weight_decay,
                       double momentum, bool centered) {
    check_rmsprop(lr, alpha, eps, weight_decay, momentum);
    return make<optim::RMSprop>(parameters, optim::RMSpropOptions(lr)
                                                .alpha(alpha)
                                                .eps(eps)
                                                .weight_decay(weight_decay)
                                                .momentum(momentum)
                                                .centered(centered));
}

void step(const TorchOptimizer &self) {
    const std::lock_guard lock(*self.in_use);
    self.optimizer->step();
}

// LibTorch 1.13's own zero_grad can only write zeros.
void zero_grad(const TorchOptimizer &self) {
    const std::lock_guard lock(*self.in_use);
    for (auto &group : self.optimizer->param_groups()) {
        for (at::Tensor &parameter : group.params()) {
            parameter.mutable_grad().reset();
        }
    }
}

double learning_rate(const TorchOptimizer &self) {
    const std::lock_guard lock(*self.in_use);
    return self.optimizer->param_groups().front().options().get_lr();
}

void set_learning_rate(const TorchOptimizer &self, double lr) {
    check_learning_rate(lr);
    const std::lock_guard lock(*self.in_use);
    for (auto &group : self.optimizer->param_groups()) {
        group.options().set_lr(lr);
    }
}

} // namespace

RT_CLASS(TorchOptimizer, "TorchOptimizer", "Changes parameters by their gradients, of torch::optim.")

RT_FUNCTION(sgd,
            "rt_torch_optim_sgd(parameters: [TorchTensor], lr: f64, momentum: f64 = 0.0, dampening: f64 = 0.0, "
            "weight_decay: f64 = 0.0, nesterov: bool = false) -> TorchOptimizer",
            "Stochastic gradient descent with momentum, as torch.optim.SGD; the parameters are shared with it.")
RT_FUNCTION(adam,
            "rt_torch_optim_adam(parameters: [TorchTensor], lr: f64 = 1e-3, beta1: f64 = 0.9, beta2: f64 = 0.999, "
            "eps: f64 = 1e-8, weight_decay: f64 = 0.0, amsgrad: bool = false) -> TorchOptimizer",
            "Adam (Kingma and Ba, arXiv 1412.6980), as torch.optim.Adam; the parameters are shared with it.")
RT_FUNCTION(rmsprop,
            "rt_torch_optim_rmsprop(parameters: [TorchTensor], lr: f64 = 1e-2, alpha: f64 = 0.99, eps: f64 = 1e-8, "
            "weight_decay: f64 = 0.0, momentum: f64 = 0.0, centered: bool = false) -> TorchOptimizer",
            "RMSprop, as torch.optim.RMSprop; the parameters are shared with it.")
RT_FUNCTION(step, "rt_torch_optim_step(optimizer: TorchOptimizer)",
            "Changes each parameter by its gradient; those without one stay as they are.")
RT_FUNCTION(zero_grad, "rt_torch_optim_zero_grad(optimizer: TorchOptimizer)",
            "Drops the gradients of all its parameters: rt_torch_autograd_grad gives 0 until the next backward pass.")
RT_FUNCTION(learning_rate, "rt_torch_optim_learning_rate(optimizer: TorchOptimizer) -> f64", "The learning rate.")
RT_FUNCTION(set_learning_rate, "rt_torch_optim_set_learning_rate(optimizer: TorchOptimizer, lr: f64)",
            "Sets the learning rate of all its parameters.")

} // namespace rt::libtorch
