// SPDX-License-Identifier: Apache-2.0
// clip_grad.hpp - gradients that are kept within bounds, between backward and a step, as torch.nn.utils does.
#ifndef RTFFI_TORCH_CLIP_GRAD_HPP
#define RTFFI_TORCH_CLIP_GRAD_HPP

#include "tensor.hpp"

namespace rt::torch::nn::utils {

// Scales the gradients of all of them down where their common norm is above max_norm; returns that norm. norm_type infinity
// is the largest element. error_if_nonfinite: a norm that is infinite or NaN throws, and scales nothing.
inline double clip_grad_norm_(std::span<const Tensor> parameters, double max_norm, double norm_type = 2,
                              bool error_if_nonfinite = false) {
    return api::clip_grad_norm(torch::detail::handles(parameters), max_norm, norm_type, error_if_nonfinite);
}
inline double clip_grad_norm_(const Tensor &parameter, double max_norm, double norm_type = 2,
                              bool error_if_nonfinite = false) {
    return clip_grad_norm_(std::span(&parameter, 1), max_norm, norm_type, error_if_nonfinite);
}

// Cuts each element of the gradients to the range from -clip_value to clip_value.
inline void clip_grad_value_(std::span<const Tensor> parameters, double clip_value) {
    api::clip_grad_value(torch::detail::handles(parameters), clip_value);
}
inline void clip_grad_value_(const Tensor &parameter, double clip_value) {
    clip_grad_value_(std::span(&parameter, 1), clip_value);
}

} // namespace rt::torch::nn::utils

#endif
