// optim.cpp - making the optimisers of torch::optim, their steps and learning rates.
#include "optim.hpp"

#include "callables.hpp"
#include "optim_classes.hpp"

#undef RT_GROUP
#define RT_GROUP "optim"

namespace rt::libtorch {

namespace {

using Parameters = Objects<at::Tensor>;

TorchOptimizer make(const OptimizerClass &of, const Parameters &parameters, std::initializer_list<double> options) {
    check_options(of.method, options);
    std::vector<at::Tensor> tensors = tensors_of(parameters);
    check_trainable(forms_of(tensors));
    check_dtypes(of, tensors, options);
    return {std::make_shared<OptimizerState>(of.make(std::move(tensors), options), of)};
}

TorchOptimizer sgd(const Parameters &parameters, double lr, double momentum, double dampening, double weight_decay,
                   bool nesterov) {
    return make(sgd_class, parameters, {lr, momentum, dampening, weight_decay, flag(nesterov)});
}

TorchOptimizer adam(const Parameters &parameters, double lr, double beta1, double beta2, double eps,
                    double weight_decay, bool amsgrad) {
    return make(adam_class, parameters, {lr, beta1, beta2, eps, weight_decay, flag(amsgrad)});
}

TorchOptimizer adamw(const Parameters &parameters, double lr, double beta1, double beta2, double eps,
                     double weight_decay, bool amsgrad) {
    return make(adamw_class, parameters, {lr, beta1, beta2, eps, weight_decay, flag(amsgrad)});
}

TorchOptimizer rmsprop(const Parameters &parameters, double lr, double alpha, double eps, double weight_decay,
                       double momentum, bool centered) {
    return make(rmsprop_class, parameters, {lr, alpha, eps, weight_decay, momentum, flag(centered)});
}

TorchOptimizer adagrad(const Parameters &parameters, double lr, double lr_decay, double weight_decay,
                       double initial_accumulator_value, double eps) {
    return make(adagrad_class, parameters, {lr, lr_decay, weight_decay, initial_accumulator_value, eps});
}

TorchOptimizer lbfgs(const Parameters &parameters, double lr, std::int64_t max_iter, std::int64_t max_eval,
                     double tolerance_grad, double tolerance_change, std::int64_t history_size, bool strong_wolfe) {
    return make(lbfgs_class, parameters,
                {lr, static_cast<double>(max_iter), most_evaluations(max_iter, max_eval), tolerance_grad,
                 tolerance_change, static_cast<double>(history_size), flag(strong_wolfe)});
}

void step(const TorchOptimizer &self) {
    check_step_without_closure(self.state->of.method);
    const Changing optimizer(self);
    optimizer->step();
}

// The optimiser as its closure finds it: see Note [One optimiser, several threads].
class InClosure {
  public:
    explicit InClosure(Using &optimizer) : optimizer_(optimizer) {
        optimizer_.state().in_closure = true;
        optimizer_.lock().unlock();
    }
    InClosure(const InClosure &) = delete;
    InClosure &operator=(const InClosure &) = delete;
    ~InClosure() {
        optimizer_.lock().lock();
        optimizer_.state().in_closure = false;
    }

  private:
    Using &optimizer_;
};

at::Tensor step_closure(const TorchOptimizer &self, const Callable &closure) {
    Changing optimizer(self);
    return optimizer->step([&] {
        const InClosure in_closure(optimizer);
        const KeepGradModes keep_modes;
        at::Tensor loss = loss_of<at::Tensor>(closure);
        check_closure_loss(loss.sizes(), !loss.is_complex());
        return loss;
    });
}

// LibTorch 1.13's own zero_grad can only write zeros.
void zero_grad(const TorchOptimizer &self) {
    const Using optimizer(self);
    for (auto &group : optimizer.groups()) {
        for (at::Tensor &parameter : group.params()) {
            parameter.mutable_grad().reset();
        }
    }
}

double learning_rate(const TorchOptimizer &self) { return Using(self).groups().front().options().get_lr(); }

void set_learning_rate(const TorchOptimizer &self, double lr) {
    check_learning_rate(lr);
    const Using optimizer(self);
    for (auto &group : optimizer.groups()) {
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
RT_FUNCTION(adamw,
            "rt_torch_optim_adamw(parameters: [TorchTensor], lr: f64 = 1e-3, beta1: f64 = 0.9, beta2: f64 = 0.999, "
            "eps: f64 = 1e-8, weight_decay: f64 = 1e-2, amsgrad: bool = false) -> TorchOptimizer",
            "Adam whose weight decay is apart from the gradient (Loshchilov and Hutter, arXiv 1711.05101), as "
            "torch.optim.AdamW; the parameters are shared with it.")
RT_FUNCTION(rmsprop,
            "rt_torch_optim_rmsprop(parameters: [TorchTensor], lr: f64 = 1e-2, alpha: f64 = 0.99, eps: f64 = 1e-8, "
            "weight_decay: f64 = 0.0, momentum: f64 = 0.0, centered: bool = false) -> TorchOptimizer",
            "RMSprop, as torch.optim.RMSprop; the parameters are shared with it.")
RT_FUNCTION(adagrad,
            "rt_torch_optim_adagrad(parameters: [TorchTensor], lr: f64 = 1e-2, lr_decay: f64 = 0.0, "
            "weight_decay: f64 = 0.0, initial_accumulator_value: f64 = 0.0, eps: f64 = 1e-10) -> TorchOptimizer",
            "Adagrad (Duchi, Hazan and Singer, JMLR 12, 2011), as torch.optim.Adagrad; the parameters are shared with "
            "it.")
RT_FUNCTION(lbfgs,
            "rt_torch_optim_lbfgs(parameters: [TorchTensor], lr: f64 = 1.0, max_iter: i64 = 20, max_eval: i64 = 0, "
            "tolerance_grad: f64 = 1e-7, tolerance_change: f64 = 1e-9, history_size: i64 = 100, "
            "strong_wolfe: bool = false) -> TorchOptimizer",
            "L-BFGS with limited memory (Nocedal and Wright, Numerical Optimization, 7.2), as torch.optim.LBFGS: its "
            "steps are rt_torch_optim_step_closure's. max_eval 0 is 5/4 of max_iter; strong_wolfe searches each line.")
RT_FUNCTION(step, "rt_torch_optim_step(optimizer: TorchOptimizer)",
            "Changes each parameter by its gradient; those without one stay as they are.")
RT_FUNCTION_FLAGS(step_closure,
                  "rt_torch_optim_step_closure(optimizer: TorchOptimizer, closure: fn() -> TorchTensor) -> TorchTensor",
                  "Takes a step with closure, which drops the gradients, computes the loss, calls backward on it and "
                  "gives it: LBFGS calls it several times, the others once. Gives the first loss. Where closure fails, "
                  "its error is the step's, and parameters of LBFGS may stand where they were being tried.",
                  RT_FUNCTION_BLOCKS | RT_FUNCTION_CALLS_BACK)
RT_FUNCTION(zero_grad, "rt_torch_optim_zero_grad(optimizer: TorchOptimizer)",
            "Drops the gradients of all its parameters: rt_torch_autograd_grad gives 0 until the next backward pass.")
RT_FUNCTION(learning_rate, "rt_torch_optim_learning_rate(optimizer: TorchOptimizer) -> f64",
            "The learning rate, of the first group.")
RT_FUNCTION(set_learning_rate, "rt_torch_optim_set_learning_rate(optimizer: TorchOptimizer, lr: f64)",
            "Sets the learning rate of all its parameters.")

} // namespace rt::libtorch
