// clip_grad.cpp - gradients have no numbers to keep within bounds.
#include "functions.hpp"

#include "../torch/grad_arguments.hpp"

namespace rt::stub {

double rt_torch_clip_grad_norm(const Objects<TorchTensor> &, double max_norm, double norm_type, bool) {
    libtorch::check_clip_norm(max_norm, norm_type);
    no_numbers();
}

void rt_torch_clip_grad_value(const Objects<TorchTensor> &, double clip_value) {
    libtorch::check_clip_value(clip_value);
}

} // namespace rt::stub
