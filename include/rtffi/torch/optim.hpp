// SPDX-License-Identifier: Apache-2.0
// optim.hpp - optimisers, LibTorch's own. Options are written as Python's keywords are:
//
//     optim::SGD sgd(model.parameters(), {.lr = 0.1, .momentum = 0.9});
#ifndef RTFFI_TORCH_OPTIM_HPP
#define RTFFI_TORCH_OPTIM_HPP

#include <concepts>
#include <type_traits>

#include "tensor.hpp"

namespace rt::torch::optim {

// Some of an optimiser's parameters, with options of their own: optimizer.param_groups()[1].set_lr(0.01). It refers to the
// optimiser, and lives no longer.
class ParamGroup {
  public:
    ParamGroup(std::int64_t optimizer, std::int64_t number) noexcept : optimizer_(optimizer), number_(number) {}
    double lr() const { return option("lr"); }
    void set_lr(double lr) const { set_option("lr", lr); }
    // An option by its name, such as "weight_decay"; true and false are 1 and 0.
    double option(const std::string &name) const { return api::optim_group_option(optimizer_, number_, name); }
    void set_option(const std::string &name, double value) const {
        api::optim_set_group_option(optimizer_, number_, name, value);
    }

  private:
    std::int64_t optimizer_;
    std::int64_t number_;
};

// What all have in common. Move-only: it has state for each parameter.
class Optimizer {
  public:
    // Takes over a handle of class TorchOptimizer.
    explicit Optimizer(Handle handle) noexcept : handle_(std::move(handle)) {}

    // Changes the parameters by their gradients.
    void step() const { api::optim_step(handle()); }
    // The same with a closure, which drops the gradients, computes the loss, calls backward on it and returns it: LBFGS
    // calls it several times, the others once. Returns the first loss.
    template <class Closure>
        requires std::convertible_to<std::invoke_result_t<Closure &>, Tensor>
    Tensor step(Closure &&closure) const {
        const Handle callable = make_callable("fn() -> TorchTensor", [&closure](std::span<const rt_value>) {
            const Tensor loss = closure();
            return Handle::share(loss.handle());
        });
        return Tensor(Handle(api::optim_step_closure(handle(), callable.get())));
    }
    // Drops the gradients, to which backward would add: grad() is undefined until the next backward pass.
    void zero_grad() const { api::optim_zero_grad(handle()); }
    double lr() const { return api::optim_learning_rate(handle()); }
    void set_lr(double lr) const { api::optim_set_learning_rate(handle(), lr); }
    // Lets it change more parameters, with a learning rate of their own and otherwise the options it was made with.
    ParamGroup add_param_group(std::span<const Tensor> parameters, double lr) const {
        return {handle(), api::optim_add_group(handle(), torch::detail::handles(parameters), lr)};
    }
    std::vector<ParamGroup> param_groups() const {
        std::vector<ParamGroup> groups;
        for (std::int64_t i = 0; i < api::optim_group_count(handle()); i++) {
            groups.emplace_back(handle(), i);
        }
        return groups;
    }

    // Its options and what its steps have left with each parameter, to a file and from one of the same class with the same
    // groups of parameters, whose values stay as they are.
    void save(const std::string &path) const { api::optim_save(handle(), path); }
    void load(const std::string &path) const { api::optim_load(handle(), path); }

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

struct AdamWOptions {
    double lr = 1e-3;
    std::array<double, 2> betas = {0.9, 0.999};
    double eps = 1e-8;
    double weight_decay = 1e-2;
    bool amsgrad = false;
};
class AdamW : public Optimizer {
  public:
    explicit AdamW(std::span<const Tensor> parameters, AdamWOptions o = {})
        : Optimizer(Handle(api::optim_adamw(torch::detail::handles(parameters), o.lr, o.betas[0], o.betas[1], o.eps,
                                            o.weight_decay, o.amsgrad))) {}
    AdamW(std::span<const Tensor> parameters, double lr) : AdamW(parameters, AdamWOptions{.lr = lr}) {}
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

struct AdagradOptions {
    double lr = 1e-2;
    double lr_decay = 0;
    double weight_decay = 0;
    double initial_accumulator_value = 0;
    double eps = 1e-10;
};
class Adagrad : public Optimizer {
  public:
    explicit Adagrad(std::span<const Tensor> parameters, AdagradOptions o = {})
        : Optimizer(Handle(api::optim_adagrad(torch::detail::handles(parameters), o.lr, o.lr_decay, o.weight_decay,
                                              o.initial_accumulator_value, o.eps))) {}
    Adagrad(std::span<const Tensor> parameters, double lr) : Adagrad(parameters, AdagradOptions{.lr = lr}) {}
};

struct LBFGSOptions {
    double lr = 1;
    std::int64_t max_iter = 20;
    std::int64_t max_eval = 0; // 0: 5/4 of max_iter
    double tolerance_grad = 1e-7;
    double tolerance_change = 1e-9;
    std::int64_t history_size = 100;
    bool strong_wolfe = false; // line_search_fn in torch, which knows this one
};
// Steps with a closure alone.
class LBFGS : public Optimizer {
  public:
    explicit LBFGS(std::span<const Tensor> parameters, LBFGSOptions o = {})
        : Optimizer(Handle(api::optim_lbfgs(torch::detail::handles(parameters), o.lr, o.max_iter, o.max_eval,
                                            o.tolerance_grad, o.tolerance_change, o.history_size, o.strong_wolfe))) {}
    LBFGS(std::span<const Tensor> parameters, double lr) : LBFGS(parameters, LBFGSOptions{.lr = lr}) {}
};

} // namespace rt::torch::optim

namespace rt::torch {

// As in LibTorch's C++ API.
inline void save(const optim::Optimizer &optimizer, const std::string &path) { optimizer.save(path); }
inline void load(const optim::Optimizer &optimizer, const std::string &path) { optimizer.load(path); }

} // namespace rt::torch

#endif
