// gradients.cpp - gradients of some tensors for others: which there are, and their shapes.
#include "functions.hpp"

#include <algorithm>

#include "../torch/autograd_arguments.hpp"
#include "gradients.hpp"

namespace rt::stub {

namespace {

using libtorch::Differentiable;
using Tensors = Objects<TorchTensor>;
using Gradients = OptionalObjects<TorchTensor>;

TorchTensor like(const TorchTensor &tensor) { return made(contiguous(tensor.sizes(), tensor.dtype())); }

Differentiable form_of(const TorchTensor &tensor) {
    return {tensor.sizes(), std::string(info_of(tensor.dtype()).name), tensor.requires_grad(),
            is_complex(tensor.dtype())};
}

std::vector<Differentiable> forms_of(const Tensors &tensors) {
    std::vector<Differentiable> forms;
    for (std::size_t i = 0; i < tensors.size(); i++) {
        forms.push_back(form_of(tensors[i]));
    }
    return forms;
}

void check_outputs(const char *name, const Tensors &outputs, const char *gradients_name, const Gradients &gradients) {
    const std::vector<Differentiable> forms = forms_of(outputs);
    libtorch::check_differentiable(name, forms);
    std::vector<std::optional<Differentiable>> given;
    for (std::size_t i = 0; i < gradients.size(); i++) {
        given.push_back(gradients[i] != nullptr ? std::optional(form_of(*gradients[i])) : std::nullopt);
    }
    libtorch::check_output_gradients(name, gradients_name, forms, given);
}

bool any_depends_on(const Tensors &outputs, const TorchTensor &input) {
    for (std::size_t i = 0; i < outputs.size(); i++) {
        if (depends_on(outputs[i], input)) {
            return true;
        }
    }
    return false;
}

// Whether a gradient can be differentiated itself, only its computation tells: here all that are computed can.
TorchTensor gradient_for(const TorchTensor &input, const Tensors &outputs, bool create_graph) {
    bool computed_from = false;
    for (std::size_t i = 0; i < outputs.size(); i++) {
        computed_from = computed_from || (outputs[i].state != input.state && depends_on(outputs[i], input));
    }
    return create_graph && computed_from ? computed(like(input).layout(), {&input}) : like(input);
}

} // namespace

void leave_gradient(TensorState &state) {
    const std::lock_guard lock(state.mutex);
    if (state.grad == nullptr) {
        state.grad = made(contiguous(state.layout.sizes, state.layout.dtype)).state;
    }
}

void reach_leaves(const TorchTensor &from) {
    for (const std::shared_ptr<TensorState> &leaf : leaves_of(from.state)) {
        leave_gradient(*leaf);
    }
}

std::vector<std::optional<TorchTensor>> rt_torch_autograd_gradients(const Tensors &outputs, const Tensors &inputs,
                                                                    const Gradients &grad_outputs, bool,
                                                                    bool create_graph, bool allow_unused) {
    check_outputs("outputs", outputs, "grad_outputs", grad_outputs);
    libtorch::check_differentiable("inputs", forms_of(inputs));
    std::vector<std::optional<TorchTensor>> result;
    for (std::size_t i = 0; i < inputs.size(); i++) {
        const bool reached = any_depends_on(outputs, inputs[i]);
        if (!reached && !allow_unused) {
            libtorch::refuse_unused_input(i);
        }
        result.push_back(reached ? std::optional(gradient_for(inputs[i], outputs, create_graph)) : std::nullopt);
    }
    return result;
}

void rt_torch_autograd_backward_with(const Tensors &tensors, const Gradients &grad_tensors, bool, bool,
                                     const Tensors &inputs) {
    check_outputs("tensors", tensors, "grad_tensors", grad_tensors);
    if (inputs.size() != 0) {
        libtorch::check_differentiable("inputs", forms_of(inputs));
    }
    for (std::size_t i = 0; inputs.size() == 0 && i < tensors.size(); i++) {
        reach_leaves(tensors[i]);
    }
    for (std::size_t i = 0; i < inputs.size(); i++) {
        if (any_depends_on(tensors, inputs[i])) {
            leave_gradient(*inputs[i].state);
        }
    }
}

} // namespace rt::stub
