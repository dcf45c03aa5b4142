// autograd_arguments.cpp - what can be said of the arguments of gradients' functions without LibTorch.
#include "autograd_arguments.hpp"

#include <rtffi/detail/error.hpp>

#include <algorithm>
#include <limits>

namespace rt::libtorch {

void check_backward(bool requires_grad) {
    if (!requires_grad) {
        refuse("the tensor does not require gradients: call rt_torch_autograd_set_requires_grad on what it is computed "
               "from before it is computed, and not between rt_torch_autograd_no_grad_begin and its end");
    }
}

void check_differentiable(const char *name, std::span<const Differentiable> tensors) {
    if (tensors.empty()) {
        refuse(str(name, " is empty: give one tensor or more"));
    }
    for (std::size_t i = 0; i < tensors.size(); i++) {
        if (!tensors[i].requires_grad) {
            refuse(
                str(name, "[", i,
                    "] does not require gradients: call rt_torch_autograd_set_requires_grad on it, or on what it is "
                    "computed from, before it is used, and not between rt_torch_autograd_no_grad_begin and its end"));
        }
    }
}

void check_output_gradients(const char *outputs_name, const char *gradients_name,
                            std::span<const Differentiable> outputs,
                            std::span<const std::optional<Differentiable>> gradients) {
    if (!gradients.empty() && gradients.size() != outputs.size()) {
        refuse(str(gradients_name, " has ", gradients.size(), " tensors, and ", outputs_name, " ", outputs.size(),
                   ": give one for each, or none at all"));
    }
    for (std::size_t i = 0; i < outputs.size(); i++) {
        const Differentiable &output = outputs[i];
        const auto gradient = gradients.empty() ? std::nullopt : gradients[i];
        if (!gradient) {
            if (output.is_complex || product_of(output.sizes) != 1 ||
                std::ranges::find(output.sizes, 0) != output.sizes.end()) {
                refuse(str(outputs_name, "[", i, "] is of ", output.dtype, " and shape ", text_of(output.sizes),
                           ", and only one real number has a gradient of itself, 1: give ", gradients_name, "[", i,
                           "], of that shape and dtype"));
            }
            continue;
        }
        if (!std::ranges::equal(gradient->sizes, output.sizes) || gradient->dtype != output.dtype) {
            refuse(str(gradients_name, "[", i, "] is of ", gradient->dtype, " and shape ", text_of(gradient->sizes),
                       ", and ", outputs_name, "[", i, "] of ", output.dtype, " and shape ", text_of(output.sizes),
                       ": a gradient has the dtype and the shape of what it is for"));
        }
    }
}

void refuse_unused_input(std::size_t index) {
    refuse(str("inputs[", index,
               "] was not used to compute the outputs, so there is no gradient for it: leave it out, or allow_unused, "
               "which gives none for it"));
}

namespace {

const char *begin_of(GradModeKind kind) {
    switch (kind) {
    case GradModeKind::no_grad:
        return "rt_torch_autograd_no_grad_begin";
    case GradModeKind::enable_grad:
        return "rt_torch_autograd_enable_grad_begin";
    default:
        return "rt_torch_autograd_inference_mode_begin";
    }
}

} // namespace

void check_mode_end(GradModeKind kind, std::optional<GradModeKind> last, bool outside) {
    if (last && *last != kind) {
        refuse(str("the mode that this thread began last is that of ", begin_of(*last), ", and not of ", begin_of(kind),
                   ": end that one first"));
    }
    if (!last && outside) {
        refuse(str("there is no ", begin_of(kind),
                   " in this callable for it to end: what was begun before it is ended after it"));
    }
    if (!last) {
        refuse(str("there is no ", begin_of(kind), " on this thread for it to end"));
    }
}

void check_context_stage(ContextStage wanted, ContextStage is) {
    if (is == ContextStage::over) {
        refuse("the context is of a call that is over: use it in the callable that it is given to, before it returns");
    }
    if (wanted != is) {
        refuse(wanted == ContextStage::forward
                   ? "this is for the forward callable, and the context is the backward callable's"
                   : "this is for the backward callable, and the context is the forward callable's: what it saves is "
                     "there in backward");
    }
}

void check_context_input(ContextStage is, std::int64_t index, std::size_t inputs) {
    check_context_stage(is, is);
    if (index < 0 || static_cast<std::size_t>(index) >= inputs) {
        refuse(str("index ", index, " is out of range: the function has ", inputs, " inputs, counted from 0"), "index");
    }
}

void check_forward_outputs(const char *giver, const std::vector<bool> &given) {
    if (given.empty()) {
        throw Error(RT_E_TYPE, str("the ", giver, " gave no tensor: it must give one TorchTensor or more"));
    }
    for (std::size_t i = 0; i < given.size(); i++) {
        if (!given[i]) {
            throw Error(RT_E_TYPE, str("the ", giver, " gave none for output ", i, ": each must be a TorchTensor"));
        }
    }
}

void check_gradient_count(std::size_t given, std::size_t inputs) {
    if (given != inputs) {
        refuse(str("the backward callable gave ", given, " gradients, and the function has ", inputs,
                   " inputs: give one for each, none for those that need none"));
    }
}

void check_input_gradient(std::size_t index, Shape given, Shape input, bool differentiable) {
    if (!differentiable) {
        refuse(
            str("the backward callable gave whole numbers for inputs[", index, "]: a gradient is of a floating dtype"));
    }
    // What the input was expanded to is summed up again, as LibTorch does.
    bool fits = given.size() >= input.size();
    for (std::size_t i = 0; fits && i < input.size(); i++) {
        const std::int64_t size = input[input.size() - 1 - i];
        fits = size == 1 || size == given[given.size() - 1 - i];
    }
    if (!fits) {
        refuse(str("the backward callable gave a gradient of shape ", text_of(given), " for inputs[", index,
                   "], which is of shape ", text_of(input)));
    }
}

void check_function_inputs(std::size_t count) {
    if (count == 0) {
        refuse("inputs is empty: give the tensors that gradients are to flow to; others, the callable has by itself");
    }
}

void refuse_checkpoint(const char *why) {
    refuse(str("this backward pass comes to a checkpoint (rt_torch_autograd_checkpoint), and ", why));
}

void check_recomputed(std::size_t given, std::size_t before) {
    if (given != before) {
        refuse(str("the checkpoint's callable gave ", given, " tensors when they were computed again, and ", before,
                   " before: it must do the same each time"));
    }
}

void check_recomputed_shape(std::size_t index, Shape given, Shape before) {
    if (!std::ranges::equal(given, before)) {
        refuse(str("the checkpoint's callable gave output ", index, " the shape ", text_of(given),
                   " when it was computed again, and ", text_of(before), " before: it must do the same each time"));
    }
}

void check_hook_position(std::int64_t position) {
    if (position < 0 || position > std::numeric_limits<unsigned>::max()) {
        refuse(str("position must be what rt_torch_autograd_register_hook gave, and not ", position));
    }
}

void refuse_hook_position(std::int64_t position) {
    refuse(
        str("the tensor has no hook at position ", position, ": give what rt_torch_autograd_register_hook gave for it"),
        "index");
}

} // namespace rt::libtorch
