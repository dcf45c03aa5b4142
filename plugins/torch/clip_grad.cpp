// clip_grad.cpp - gradients that are kept within bounds, by torch::nn::utils.
#include "tensor.hpp"

#include <torch/types.h>
// It counts on <torch/types.h>.
#include <torch/nn/utils/clip_grad.h>

#include "grad_arguments.hpp"
#include "optim_classes.hpp"

#undef RT_GROUP
#define RT_GROUP "optim"

namespace rt::libtorch {

namespace {

using Parameters = Objects<at::Tensor>;

double clip_grad_norm(const Parameters &parameters, double max_norm, double norm_type, bool error_if_nonfinite) {
    check_clip_norm(max_norm, norm_type);
    return ::torch::nn::utils::clip_grad_norm_(tensors_of(parameters), max_norm, norm_type, error_if_nonfinite);
}

void clip_grad_value(const Parameters &parameters, double clip_value) {
    check_clip_value(clip_value);
    ::torch::nn::utils::clip_grad_value_(tensors_of(parameters), clip_value);
}

} // namespace

RT_FUNCTION(clip_grad_norm,
            "rt_torch_clip_grad_norm(parameters: [TorchTensor], max_norm: f64, norm_type: f64 = 2.0, "
            "error_if_nonfinite: bool = false) -> f64",
            "Scales the gradients of all the parameters down where their common norm is above max_norm; gives that "
            "norm, 0 where none has a gradient. norm_type inf is the largest element. error_if_nonfinite: a norm that "
            "is infinite or NaN is an error, and scales nothing.")
RT_FUNCTION(clip_grad_value, "rt_torch_clip_grad_value(parameters: [TorchTensor], clip_value: f64)",
            "Cuts each element of the parameters' gradients to the range from -clip_value to clip_value.")

} // namespace rt::libtorch
