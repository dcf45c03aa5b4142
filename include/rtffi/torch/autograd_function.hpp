// SPDX-License-Identifier: Apache-2.0
// autograd_function.hpp - functions with a gradient of their own, and checkpoints.
//
//     const autograd::Function cube_root(
//         [](autograd::AutogradContext &context, const autograd::variable_list &inputs) {
//             const Tensor root = inputs[0].pow(1.0 / 3);
//             context.save_for_backward({root});
//             return root;
//         },
//         [](autograd::AutogradContext &context, const autograd::variable_list &grads) {
//             return grads[0] / (3 * context.get_saved_variables()[0].square());
//         });
//     const Tensor y = cube_root(x);
#ifndef RTFFI_TORCH_AUTOGRAD_FUNCTION_HPP
#define RTFFI_TORCH_AUTOGRAD_FUNCTION_HPP

#include "autograd.hpp"
#include "callables.hpp"

namespace rt::torch {

namespace autograd {

// What a function saves in forward for backward. Of use while the callable runs that it was given to.
class AutogradContext {
  public:
    explicit AutogradContext(std::int64_t handle) noexcept : handle_(handle) {}

    // In forward: keeps the tensors for backward, in place of what was kept before.
    void save_for_backward(const variable_list &tensors) const {
        api::context_save_for_backward(handle_, torch::detail::handles(tensors));
    }
    // In backward: what forward kept.
    variable_list get_saved_variables() const { return torch::detail::own_all(api::context_saved_tensors(handle_)); }
    variable_list saved_tensors() const { return get_saved_variables(); }
    // Whether a gradient for that input is of use; backward may give an undefined Tensor for it otherwise.
    bool needs_input_grad(std::size_t index) const {
        return api::context_needs_input_grad(handle_, static_cast<std::int64_t>(index));
    }
    // In forward: inputs that were changed in place and are among the outputs; outputs that have no gradient; and whether
    // backward gets zeros for outputs that nothing depended on, as it does if nothing is said, or undefined Tensors.
    void mark_dirty(const variable_list &inputs) const {
        api::context_mark_dirty(handle_, torch::detail::handles(inputs));
    }
    void mark_non_differentiable(const variable_list &outputs) const {
        api::context_mark_non_differentiable(handle_, torch::detail::handles(outputs));
    }
    void set_materialize_grads(bool value) const { api::context_set_materialize_grads(handle_, value); }

    std::int64_t handle() const noexcept { return handle_; }

  private:
    std::int64_t handle_;
};

// A function of `forward`, which gets a context and the inputs and gives the outputs, and of `backward`, which gets a context and
// the outputs' gradients and gives one for each input, an undefined Tensor for none. Each gives a Tensor or a variable_list.
// What they throw comes out of apply, or of the backward pass. They are called on whatever thread that runs on, and live
// until what was computed with them is gone.
class Function {
  public:
    template <class Forward, class Backward>
    Function(Forward forward, Backward backward)
        : forward_(callable("fn(context: TorchAutogradContext, inputs: [TorchTensor]) -> [TorchTensor]",
                            std::move(forward))),
          backward_(callable("fn(context: TorchAutogradContext, grad_outputs: [TorchTensor?]) -> [TorchTensor?]",
                             std::move(backward))) {}

    variable_list apply(const variable_list &inputs) const {
        return torch::detail::own_all(api::apply(torch::detail::handles(inputs), forward_.get(), backward_.get()));
    }
    // Its first output.
    template <class... T> Tensor operator()(const T &...inputs) const { return apply({inputs...}).front(); }

  private:
    template <class Body> static Handle callable(const char *signature, Body body) {
        return make_callable(
            signature,
            [body = std::move(body)](std::span<const rt_value> arguments) mutable {
                AutogradContext context(arguments[0].payload.integer);
                return torch::detail::given(body(context, torch::detail::shared(arguments[1])));
            },
            RT_FUNCTION_ANY_THREAD);
    }

    Handle forward_;
    Handle backward_;
};

} // namespace autograd

namespace utils {

// What `function`, from a variable_list to a Tensor or a variable_list, gives of the inputs. Only the inputs are kept for the
// backward pass, which calls function again: less memory for more time. One input at least must require gradients. function must
// do the same both times, with the same random numbers if preserve_rng_state. For Tensor::backward, not for autograd::grad.
template <class Body>
autograd::variable_list checkpoint(Body function, const autograd::variable_list &inputs,
                                   bool preserve_rng_state = true) {
    const Handle callable = make_callable(
        "fn(inputs: [TorchTensor]) -> [TorchTensor]",
        [function = std::move(function)](std::span<const rt_value> arguments) mutable {
            return detail::given(function(detail::shared(arguments[0])));
        },
        RT_FUNCTION_ANY_THREAD);
    return detail::own_all(api::checkpoint(callable.get(), detail::handles(inputs), preserve_rng_state));
}

} // namespace utils

} // namespace rt::torch

#endif
