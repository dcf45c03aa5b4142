// autograd_function.cpp - functions of the user's, of a forward and a backward callable.
//
// LibTorch makes a class of each function, with static members. One class serves all functions here: what it is called with
// says which callables it is to call. The inputs are an at::TensorList: of a std::vector, LibTorch takes no gradients.
#include "autograd_context.hpp"

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>

#undef RT_GROUP
#define RT_GROUP "autograd"

namespace rt::libtorch {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {

// What the record of a call needs to compute its gradients.
struct Backward : torch::CustomClassHolder {
    explicit Backward(const Callable &backward) : callable(backward) {}
    Callable callable;
    std::vector<std::vector<std::int64_t>> shapes; // of the inputs
    std::vector<bool> needs_gradients;
};
constexpr const char *function_record = "rtffi";

struct Definition {
    const Callable &forward;
    c10::intrusive_ptr<Backward> backward;
};

struct UserFunction : torch::autograd::Function<UserFunction> {
    static variable_list forward(AutogradContext *context, at::TensorList inputs, const Definition &definition) {
        context->saved_data[function_record] = c10::IValue::make_capsule(definition.backward);
        const OpenContext open(ContextStage::forward, context, definition.backward->needs_gradients);
        GivenTensors<Tensor> given(inputs.size());
        for (const Tensor &input : inputs) {
            given.add(input);
        }
        const rt_value arguments[] = {open.value(), given.value()};
        const KeepGradModes keep_modes;
        const TensorsGiven<Tensor> result(definition.forward.call(arguments), "forward callable");
        return outputs_in(result.tensors(), "forward callable");
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients) {
        const c10::intrusive_ptr<torch::CustomClassHolder> record = context->saved_data[function_record].toCapsule();
        const auto &function = static_cast<const Backward &>(*record);
        const OpenContext open(ContextStage::backward, context, function.needs_gradients);
        GivenTensors<Tensor> given(gradients.size());
        for (const Tensor &gradient : gradients) {
            gradient.defined() ? given.add(gradient) : given.add_none();
        }
        const rt_value arguments[] = {open.value(), given.value()};
        const KeepGradModes keep_modes;
        const TensorsGiven<Tensor> result(function.callable.call(arguments), "backward callable");
        return checked(result.tensors(), function);
    }

  private:
    static variable_list checked(const std::vector<std::optional<Tensor>> &given, const Backward &function) {
        check_gradient_count(given.size(), function.shapes.size());
        variable_list gradients;
        for (const auto &gradient : given) {
            if (gradient) {
                const bool differentiable = gradient->is_floating_point() || gradient->is_complex();
                check_input_gradient(gradients.size(), {gradient->sizes().data(), gradient->sizes().size()},
                                     function.shapes[gradients.size()], differentiable);
            }
            gradients.push_back(gradient.value_or(Tensor()));
        }
        gradients.emplace_back(); // of the definition
        return gradients;
    }
};

std::vector<Tensor> apply(const Objects<Tensor> &objects, const Callable &forward, const Callable &backward) {
    check_function_inputs(objects.size());
    auto record = c10::make_intrusive<Backward>(backward);
    variable_list inputs;
    for (std::size_t i = 0; i < objects.size(); i++) {
        inputs.push_back(objects[i]);
        record->shapes.push_back(objects[i].sizes().vec());
        record->needs_gradients.push_back(c10::GradMode::is_enabled() && objects[i].requires_grad());
    }
    return UserFunction::apply(at::TensorList(inputs), Definition{forward, std::move(record)});
}

} // namespace

RT_FUNCTION_FLAGS(
    apply,
    "rt_torch_autograd_apply(inputs: [TorchTensor], forward: fn(context: TorchAutogradContext, inputs: [TorchTensor]) "
    "-> [TorchTensor], backward: fn(context: TorchAutogradContext, grad_outputs: [TorchTensor?]) -> [TorchTensor?]) "
    "-> [TorchTensor]",
    "Calls forward with the inputs, without a record of its operations, and gives its outputs; a backward pass calls "
    "backward with their gradients, which gives one for each input, or none (0). Both get a context, with which forward "
    "saves tensors for backward. backward is kept until the record goes, and called on whatever thread the pass runs on. The "
    "handles that they get are freed when they return, those they give are taken over; their failure is that of this "
    "function, or of the backward pass.",
    RT_FUNCTION_BLOCKS | RT_FUNCTION_CALLS_BACK)

} // namespace rt::libtorch
