// gradients.cpp - gradients of some tensors for others, with all that torch::autograd::grad and backward take.
#include "tensor.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include "autograd_arguments.hpp"
#include "dtype.hpp"

#undef RT_GROUP
#define RT_GROUP "autograd"

namespace rt::libtorch {

using at::Tensor;

namespace {

using Tensors = std::vector<Tensor>;
using Gradients = OptionalObjects<Tensor>;

Tensors list_of(const Objects<Tensor> &objects) {
    Tensors tensors;
    for (std::size_t i = 0; i < objects.size(); i++) {
        tensors.push_back(objects[i]);
    }
    return tensors;
}

// Undefined where there is none.
Tensors list_of(const Gradients &objects) {
    Tensors tensors;
    for (std::size_t i = 0; i < objects.size(); i++) {
        tensors.push_back(objects[i] != nullptr ? *objects[i] : Tensor());
    }
    return tensors;
}

Differentiable form_of(const Tensor &tensor) {
    return {{tensor.sizes().data(), tensor.sizes().size()},
            name_of(tensor.scalar_type()),
            tensor.requires_grad(),
            tensor.is_complex()};
}

std::vector<Differentiable> forms_of(const Tensors &tensors) {
    std::vector<Differentiable> forms;
    for (const Tensor &tensor : tensors) {
        forms.push_back(form_of(tensor));
    }
    return forms;
}

void check_outputs(const char *name, const Tensors &outputs, const char *gradients_name, const Tensors &gradients) {
    const std::vector<Differentiable> forms = forms_of(outputs);
    check_differentiable(name, forms);
    std::vector<std::optional<Differentiable>> given;
    for (const Tensor &gradient : gradients) {
        given.push_back(gradient.defined() ? std::optional(form_of(gradient)) : std::nullopt);
    }
    check_output_gradients(name, gradients_name, forms, given);
}

std::vector<std::optional<Tensor>> gradients(const Objects<Tensor> &of, const Objects<Tensor> &for_these,
                                             const Gradients &output_gradients, bool retain_graph, bool create_graph,
                                             bool allow_unused) {
    const Tensors outputs = list_of(of);
    const Tensors inputs = list_of(for_these);
    const Tensors grad_outputs = list_of(output_gradients);
    check_outputs("outputs", outputs, "grad_outputs", grad_outputs);
    check_differentiable("inputs", forms_of(inputs));
    // Which input is unused, LibTorch does not say.
    const Tensors found = torch::autograd::grad(outputs, inputs, grad_outputs, retain_graph || create_graph,
                                                create_graph, /*allow_unused=*/true);
    std::vector<std::optional<Tensor>> result;
    for (const Tensor &gradient : found) {
        if (!gradient.defined() && !allow_unused) {
            refuse_unused_input(result.size());
        }
        result.push_back(gradient.defined() ? std::optional(gradient) : std::nullopt);
    }
    return result;
}

void backward_with(const Objects<Tensor> &from, const Gradients &tensor_gradients, bool retain_graph, bool create_graph,
                   const Objects<Tensor> &only_these) {
    const Tensors tensors = list_of(from);
    const Tensors grad_tensors = list_of(tensor_gradients);
    const Tensors inputs = list_of(only_these);
    check_outputs("tensors", tensors, "grad_tensors", grad_tensors);
    if (!inputs.empty()) {
        check_differentiable("inputs", forms_of(inputs));
    }
    torch::autograd::backward(tensors, grad_tensors, retain_graph || create_graph, create_graph, inputs);
}

} // namespace

RT_FUNCTION_FLAGS(
    gradients,
    "rt_torch_autograd_gradients(outputs: [TorchTensor], inputs: [TorchTensor], "
    "grad_outputs: [TorchTensor?] = [], retain_graph: bool = false, create_graph: bool = false, "
    "allow_unused: bool = false) -> [TorchTensor?]",
    "The gradients of the outputs, summed up, for each of the inputs, as torch.autograd.grad: no leaf's own "
    "gradient changes. grad_outputs are those of the outputs, none for 1. retain_graph lets them be computed "
    "again; create_graph, which retains it too, lets them be differentiated themselves. An input that the "
    "outputs do not depend on is an error, or none with allow_unused.",
    RT_FUNCTION_BLOCKS | RT_FUNCTION_CALLS_BACK)
RT_FUNCTION_FLAGS(
    backward_with,
    "rt_torch_autograd_backward_with(tensors: [TorchTensor], grad_tensors: [TorchTensor?] = [], "
    "retain_graph: bool = false, create_graph: bool = false, inputs: [TorchTensor] = [])",
    "Adds the gradients of the tensors to every leaf that they were computed from, or to the inputs alone "
    "where there are some, as torch.autograd.backward. grad_tensors are those of the tensors, none for 1. "
    "retain_graph and create_graph are as for rt_torch_autograd_gradients.",
    RT_FUNCTION_BLOCKS | RT_FUNCTION_CALLS_BACK)

} // namespace rt::libtorch
