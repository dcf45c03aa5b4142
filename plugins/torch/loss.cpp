// loss.cpp - losses: as tensors that can be differentiated, and as numbers. All are means over what they are given.
#include "checks.hpp"
#include "loss_arguments.hpp"
#include "targets.hpp"

#include <c10/core/GradMode.h>

#undef RT_GROUP
#define RT_GROUP "loss"

namespace rt::libtorch {

namespace {

at::Tensor mse(const at::Tensor &input, const at::Tensor &target) {
    check_loss_input(input);
    at::Tensor loss = at::mse_loss(input, number_targets(input, target));
    if (input.sizes() != target.sizes()) {
        // As torch::nn::functional::mse_loss does: [N, 1] against [N] is [N, N] and seldom meant.
        TORCH_WARN("the loss of an input of shape ", input.sizes(), " and a target of shape ", target.sizes(),
                   " broadcasts them, which is probably not meant: give both the same shape");
    }
    return loss;
}

at::Tensor cross_entropy(const at::Tensor &input, const at::Tensor &target) {
    check_loss_input(input);
    const bool probabilities = input.dim() > 0 && target.is_floating_point() && target.sizes() == input.sizes();
    return at::cross_entropy_loss(input,
                                  probabilities ? number_targets(input, target) : class_targets(input, target, true));
}

at::Tensor binary_cross_entropy(const at::Tensor &input, const at::Tensor &target) {
    check_loss_input(input);
    check_same_shape(input.sizes(), target.sizes());
    // On the CPU LibTorch checks this itself; elsewhere it is an assertion in a kernel (see targets.hpp).
    if (!input.is_cpu()) {
        const at::NoGradGuard no_grad;
        if (!at::logical_and(input.ge(0), input.le(1)).all().item<bool>()) {
            refuse("all elements of input should be between 0 and 1");
        }
    }
    return at::binary_cross_entropy(input, number_targets(input, target));
}

at::Tensor nll(const at::Tensor &input, const at::Tensor &target) {
    check_loss_input(input);
    return at::nll_loss_nd(input, class_targets(input, target, false));
}

// The same losses as numbers: nothing is recorded for a backward pass.
template <auto Loss> double as_number(const at::Tensor &input, const at::Tensor &target) {
    const at::NoGradGuard no_grad;
    return Loss(input, target).template item<double>();
}

} // namespace

RT_FUNCTION(mse, "rt_torch_loss_mse(input: TorchTensor, target: TorchTensor) -> TorchTensor",
            "The mean of the squared differences, as a 0-dimensional tensor that can be differentiated.")
RT_FUNCTION(cross_entropy, "rt_torch_loss_cross_entropy(input: TorchTensor, target: TorchTensor) -> TorchTensor",
            "The mean cross entropy of logits [N, classes, ...] and classes [N, ...] or probabilities of the input's "
            "shape, differentiable.")
RT_FUNCTION(binary_cross_entropy,
            "rt_torch_loss_binary_cross_entropy(input: TorchTensor, target: TorchTensor) -> TorchTensor",
            "The mean binary cross entropy of probabilities (0 to 1) and targets of the same shape, differentiable.")
RT_FUNCTION(nll, "rt_torch_loss_nll(input: TorchTensor, target: TorchTensor) -> TorchTensor",
            "The mean negative log likelihood of log-probabilities [N, classes, ...] and classes [N, ...], "
            "differentiable.")

#undef RT_GROUP
#define RT_GROUP "losses"

RT_FUNCTION(as_number<mse>, "rt_torch_nn_mse_loss(input: TorchTensor, target: TorchTensor) -> f64",
            "The mean of the squared differences, as a number.")
RT_FUNCTION(as_number<cross_entropy>, "rt_torch_nn_cross_entropy(input: TorchTensor, target: TorchTensor) -> f64",
            "The mean cross entropy of logits [N, classes, ...] and classes [N, ...] or probabilities of the input's "
            "shape, as a number.")
RT_FUNCTION(as_number<binary_cross_entropy>,
            "rt_torch_nn_binary_cross_entropy(input: TorchTensor, target: TorchTensor) -> f64",
            "The mean binary cross entropy of probabilities (0 to 1) and targets of the same shape, as a number.")
RT_FUNCTION(as_number<nll>, "rt_torch_nn_nll_loss(input: TorchTensor, target: TorchTensor) -> f64",
            "The mean negative log likelihood of log-probabilities [N, classes, ...] and classes [N, ...], as a "
            "number.")

} // namespace rt::libtorch
