// autograd_function_support.hpp - functions of a forward and a backward callable, as the tests make them.
#pragma once

#include <functional>
#include <utility>

#include "autograd_support.hpp"

namespace torch_test {

using Handles = std::vector<H>;
using Body = std::function<Handles(std::int64_t context, const Handles &tensors)>;

inline constexpr const char *forward_type = "fn(context: TorchAutogradContext, inputs: [TorchTensor]) -> [TorchTensor]";
inline constexpr const char *backward_type =
    "fn(context: TorchAutogradContext, grad_outputs: [TorchTensor?]) -> [TorchTensor?]";

inline H callable(const char *type, Body body, std::uint64_t flags = 0) {
    return rt::make_callable(
        type,
        [body = std::move(body)](std::span<const rt_value> arguments) {
            return body(arguments[0].payload.integer, shared(arguments[1]));
        },
        flags);
}

inline Handles apply(const Handles &inputs, const H &forward, const H &backward) {
    return call<Handles>("rt_torch_autograd_apply", numbers_of(inputs), forward, backward);
}
inline Handles apply(const Handles &inputs, Body forward, Body backward, std::uint64_t flags = 0) {
    return apply(inputs, callable(forward_type, std::move(forward), flags),
                 callable(backward_type, std::move(backward), flags));
}

inline void save(std::int64_t context, const Handles &tensors) {
    call("rt_torch_autograd_context_save_for_backward", rt_handle(context), numbers_of(tensors));
}
inline Handles saved(std::int64_t context) {
    return call<Handles>("rt_torch_autograd_context_saved_tensors", rt_handle(context));
}

// x^3, which saves x: its gradient is 3 x^2.
inline Handles cube_forward(std::int64_t context, const Handles &inputs) {
    save(context, inputs);
    return list(cube(inputs[0]));
}
inline Handles cube_backward(std::int64_t context, const Handles &gradients) {
    const H x = std::move(saved(context)[0]);
    return list(mul(mul(mul(x, x), 3), gradients[0]));
}
inline Handles my_cube(const Handles &inputs, std::uint64_t flags = 0) {
    return apply(inputs, cube_forward, cube_backward, flags);
}

inline Handles same(std::int64_t, const Handles &tensors) { return list(mul(tensors[0], 1)); }

// A function of one input whose backward is `body`.
inline H with_backward(const H &x, Body body, std::uint64_t flags = 0) {
    return std::move(apply(list(x), same, std::move(body), flags)[0]);
}

} // namespace torch_test
