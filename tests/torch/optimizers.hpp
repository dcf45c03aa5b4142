// optimizers.hpp - optimisers of the registry beside LibTorch's own: both go down the same slope from the same place.
#pragma once

#include <torch/optim/optimizer.h>

#include <functional>
#include <memory>

#include "support.hpp"

namespace torch_test {

using Direct = std::function<std::unique_ptr<torch::optim::Optimizer>(std::vector<at::Tensor>)>;

template <class Method, class Options> Direct with(const Options &options) {
    return [options](const std::vector<at::Tensor> &leaves) { return std::make_unique<Method>(leaves, options); };
}

inline Dims ids_of(const H &parameter) { return {parameter.get()}; }

template <class... A> H make(const char *method, const H &parameter, const A &...options) {
    return call<H>(c10::str("rt_torch_optim_", method), ids_of(parameter), options...);
}

inline void step(const H &optimizer) { call("rt_torch_optim_step", optimizer); }
inline void zero_grad(const H &optimizer) { call("rt_torch_optim_zero_grad", optimizer); }
inline double learning_rate(const H &optimizer) { return call<double>("rt_torch_optim_learning_rate", optimizer); }

// The square of the parameter, whose gradient is 2 w.
inline H square_of(const H &parameter) {
    return call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_torchtensor_mul", parameter, parameter));
}

inline void descend(const H &optimizer, const H &parameter) {
    zero_grad(optimizer);
    backward(square_of(parameter));
    step(optimizer);
}

inline void descend(torch::optim::Optimizer &optimizer, const at::Tensor &leaf) {
    leaf.mutable_grad().reset();
    leaf.mul(leaf).sum().backward();
    optimizer.step();
}

// The loss, computed anew with its gradient; counts its calls.
inline H closure(const H &optimizer, const H &parameter, int &calls) {
    return rt::make_callable("fn() -> TorchTensor", [&](std::span<const rt_value>) -> H {
        calls++;
        zero_grad(optimizer);
        H loss = square_of(parameter);
        backward(loss);
        return loss;
    });
}

} // namespace torch_test
