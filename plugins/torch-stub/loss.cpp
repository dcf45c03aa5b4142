// loss.cpp - losses: as tensors of no dimensions, and as numbers.
#include "functions.hpp"

#include "../torch/loss_arguments.hpp"

namespace rt::stub {

namespace {

void check_loss_input(const TorchTensor &input) {
    if (!is_floating(input.dtype())) {
        refuse(str("input has dtype ", info_of(input.dtype()).name,
                   ": a loss needs a real floating dtype; convert it with rt_torch_torchtensor_to_dtype"));
    }
}

void check_number_target(const TorchTensor &target) {
    if (is_complex(target.dtype())) {
        refuse(str("target has dtype ", info_of(target.dtype()).name, ": this loss takes real numbers"));
    }
}

// Whether the classes are there, only LibTorch can see.
void check_class_target(const TorchTensor &input, const TorchTensor &target, bool or_probabilities) {
    libtorch::check_predictions(input.sizes());
    if (is_complex(target.dtype())) {
        refuse(str("target has dtype ", info_of(target.dtype()).name, ": class targets are whole numbers"));
    }
    libtorch::check_class_shape(input.sizes(), target.sizes(), or_probabilities);
    if (input.sizes()[input.dim() == 1 ? 0 : 1] == 0 && target.numel() != 0) {
        refuse("target holds a class, and input has 0 classes");
    }
}

TorchTensor loss(const TorchTensor &input, const TorchTensor &target) {
    return computed(contiguous({}, input.dtype()), {&input, is_floating(target.dtype()) ? &target : nullptr});
}

// A loss as a number, once it is clear that there would be one.
template <auto Loss> [[noreturn]] void as_number(const TorchTensor &input, const TorchTensor &target) {
    Loss(input, target);
    no_numbers();
}

} // namespace

TorchTensor rt_torch_loss_mse(const TorchTensor &input, const TorchTensor &target) {
    check_loss_input(input);
    check_number_target(target);
    broadcast(input.sizes(), target.sizes());
    if (input.sizes() != target.sizes()) {
        log(2, str("the loss of an input of shape ", text_of(input.sizes()), " and a target of shape ",
                   text_of(target.sizes()), " broadcasts them, which is probably not meant: give both the same shape"));
    }
    return loss(input, target);
}

TorchTensor rt_torch_loss_cross_entropy(const TorchTensor &input, const TorchTensor &target) {
    check_loss_input(input);
    if (input.dim() > 0 && is_floating(target.dtype()) && target.sizes() == input.sizes()) {
        return loss(input, target);
    }
    check_class_target(input, target, true);
    return computed(contiguous({}, input.dtype()), {&input});
}

TorchTensor rt_torch_loss_binary_cross_entropy(const TorchTensor &input, const TorchTensor &target) {
    check_loss_input(input);
    libtorch::check_same_shape(input.sizes(), target.sizes());
    check_number_target(target);
    return loss(input, target);
}

TorchTensor rt_torch_loss_nll(const TorchTensor &input, const TorchTensor &target) {
    check_loss_input(input);
    check_class_target(input, target, false);
    return computed(contiguous({}, input.dtype()), {&input});
}

double rt_torch_nn_mse_loss(const TorchTensor &input, const TorchTensor &target) {
    as_number<rt_torch_loss_mse>(input, target);
}
double rt_torch_nn_cross_entropy(const TorchTensor &input, const TorchTensor &target) {
    as_number<rt_torch_loss_cross_entropy>(input, target);
}
double rt_torch_nn_binary_cross_entropy(const TorchTensor &input, const TorchTensor &target) {
    as_number<rt_torch_loss_binary_cross_entropy>(input, target);
}
double rt_torch_nn_nll_loss(const TorchTensor &input, const TorchTensor &target) {
    as_number<rt_torch_loss_nll>(input, target);
}

} // namespace rt::stub
