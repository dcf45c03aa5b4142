// optim.hpp - optimisers, LibTorch's own. Options are written as Python's keywords are:
//
//     optim::SGD sgd(model.parameters(), {.lr = 0.1, .momentum = 0.9});
#ifndef RTFFI_TORCH_OPTIM_HPP
#define RTFFI_TORCH_OPTIM_HPP

#include "tensor.hpp"

namespace rt::torch::optim {

// What all have in common. Move-only: it has state for each parameter.
class Optimizer {
  public:
    // Takes over a handle of class TorchOptimizer.
    explicit Optimizer(Handle handle) noexcept : handle_(std::move(handle)) {}

    // Changes the parameters by their gradients.
    void step() const { api::optim_step(handle()); }
    // Drops the gradients, to which backward would add: grad() is undefined until the next backward pass.
    void zero_grad() const { api::optim_zero_grad(handle()); }
    double lr() const { return api::optim_learning_rate(handle()); }
    void set_lr(double lr) const { api::optim_set_learning_rate(handle(), lr); }

    // Borrowed: it stays this object's.
    std::int64_t handle() const noexcept { return handle_.get(); }

  private:
    Handle handle_;
};

struct SGDOptions {
    double lr; // has no default, as in LibTorch
    double momentum = 0;
    double dampening = 0;
    double weight_decay = 0;
    bool nesterov = false;
};
class SGD : public Optimizer {
  public:
    SGD(std::span<const Tensor> parameters, SGDOptions o)
        : Optimizer(Handle(api::optim_sgd(torch::detail::handles(parameters), o.lr, o.momentum, o.dampening,
                                          o.weight_decay, o.nesterov))) {}
    SGD(std::span<const Tensor> parameters, double lr) : SGD(parameters, SGDOptions{.lr = lr}) {}
};

struct AdamOptions {
    double lr = 1e-3;
    std::array<double, 2> betas = {0.9, 0.999};
    double eps = 1e-8;
    double weight_decay = 0;
    bool amsgrad = false;
};
class Adam : public Optimizer {
  public:
    explicit Adam(std::span<const Tensor> parameters, AdamOptions o = {})
        : Optimizer(Handle(api::optim_adam(torch::detail::handles(parameters), o.lr, o.betas[0], o.betas[1], o.eps,
                                           o.weight_decay, o.amsgrad))) {}
    Adam(std::span<const Tensor> parameters, double lr) : Adam(parameters, AdamOptions{.lr = lr}) {}
};

struct RMSpropOptions {
    double lr = 1e-2;
    double alpha = 0.99;
    double eps = 1e-8;
    double weight_decay = 0;
    double momentum = 0;
    bool centered = false;
};
class RMSprop : public Optimizer {
  public:
    explicit RMSprop(std::span<const Tensor> parameters, RMSpropOptions o = {})
        : Optimizer(Handle(api::optim_rmsprop(torch::detail::handles(parameters), o.lr, o.alpha, o.eps, o.weight_decay,
                                              o.momentum, o.centered))) {}
    RMSprop(std::span<const Tensor> parameters, double lr) : RMSprop(parameters, RMSpropOptions{.lr = lr}) {}
};

} // namespace rt::torch::optim

#endif
