// autograd_checkpoint.cpp - computations that keep their inputs alone, and are done again when a backward pass needs the rest.
//
// As torch.utils.checkpoint does (Chen et al., Training Deep Nets with Sublinear Memory Cost, arXiv 1604.06174), in the form that
// runs a backward pass inside the backward pass.
#include "autograd_context.hpp"

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/engine.h>

#include "computing_state.hpp"

#undef RT_GROUP
#define RT_GROUP "autograd"

namespace rt::libtorch {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {

// What it takes to do the computation again.
struct Checkpoint : torch::CustomClassHolder {
    Checkpoint(const Callable &function, std::optional<RandomState> state)
        : callable(function), random_state(std::move(state)) {}
    Callable callable;
    std::optional<RandomState> random_state;
    AutocastState autocast;
    std::vector<std::vector<std::int64_t>> shapes; // of the outputs
};
constexpr const char *checkpoint_record = "rtffi";

variable_list compute(const Callable &callable, at::ArrayRef<Tensor> inputs) {
    GivenTensors<Tensor> given(inputs.size());
    for (const Tensor &input : inputs) {
        given.add(input);
    }
    const rt_value argument = given.value();
    const KeepGradModes keep_modes;
    const TensorsGiven<Tensor> result(callable.call({&argument, 1}), "checkpoint's callable");
    return outputs_in(result.tensors(), "checkpoint's callable");
}

variable_list compute_again(const Checkpoint &checkpoint, const variable_list &inputs) {
    std::optional<Under<RandomState>> random_state;
    if (checkpoint.random_state) {
        random_state.emplace(*checkpoint.random_state, RandomState(inputs));
    }
    const Under<AutocastState> autocast(checkpoint.autocast, AutocastState());
    const at::AutoGradMode record(true);
    variable_list outputs = compute(checkpoint.callable, inputs);
    check_recomputed(outputs.size(), checkpoint.shapes.size());
    for (std::size_t i = 0; i < outputs.size(); i++) {
        check_recomputed_shape(i, {outputs[i].sizes().data(), outputs[i].sizes().size()}, checkpoint.shapes[i]);
    }
    return outputs;
}

void check_pass() {
    if (!torch::autograd::Engine::get_default_engine().is_checkpoint_valid()) {
        refuse_checkpoint("the gradients of leaves inside it would be left out: use rt_torch_autograd_backward, or "
                          "_backward_with without inputs");
    }
    if (c10::GradMode::is_enabled()) {
        refuse_checkpoint("its gradients cannot be differentiated again: leave create_graph out, or the checkpoint");
    }
}

struct CheckpointFunction : torch::autograd::Function<CheckpointFunction> {
    static variable_list forward(AutogradContext *context, at::TensorList inputs,
                                 const c10::intrusive_ptr<Checkpoint> &checkpoint) {
        context->saved_data[checkpoint_record] = c10::IValue::make_capsule(checkpoint);
        context->set_materialize_grads(false);
        context->save_for_backward(inputs.vec());
        variable_list outputs = compute(checkpoint->callable, inputs);
        for (const Tensor &output : outputs) {
            checkpoint->shapes.push_back(output.sizes().vec());
        }
        return outputs;
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients) {
        check_pass();
        const c10::intrusive_ptr<torch::CustomClassHolder> record = context->saved_data[checkpoint_record].toCapsule();
        variable_list inputs;
        for (const Tensor &saved : context->get_saved_variables()) {
            inputs.push_back(saved.detach());
            if (saved.requires_grad()) {
                inputs.back().requires_grad_();
            }
        }
        const variable_list outputs = compute_again(static_cast<const Checkpoint &>(*record), inputs);
        variable_list from;
        variable_list with;
        for (std::size_t i = 0; i < outputs.size(); i++) {
            if (gradients[i].defined() && outputs[i].requires_grad()) {
                from.push_back(outputs[i]);
                with.push_back(gradients[i]);
            }
        }
        if (!from.empty()) {
            torch::autograd::backward(from, with);
        }
        variable_list results;
        for (const Tensor &input : inputs) {
            results.push_back(input.grad());
        }
        results.emplace_back(); // of the record
        return results;
    }
};

std::vector<Tensor> checkpoint(const Callable &function, const Objects<Tensor> &objects, bool preserve_rng_state) {
    check_function_inputs(objects.size());
    variable_list inputs;
    bool any_gradient = false;
    for (std::size_t i = 0; i < objects.size(); i++) {
        inputs.push_back(objects[i]);
        any_gradient = any_gradient || objects[i].requires_grad();
    }
    if (c10::GradMode::is_enabled() && !any_gradient) {
        TORCH_WARN(
            "rt_torch_autograd_checkpoint: none of the inputs requires gradients, and so nothing inside gets any");
    }
    auto state = preserve_rng_state ? std::optional(RandomState(inputs)) : std::nullopt;
    return CheckpointFunction::apply(at::TensorList(inputs),
                                     c10::make_intrusive<Checkpoint>(function, std::move(state)));
}

} // namespace

RT_FUNCTION_FLAGS(
    checkpoint,
    "rt_torch_autograd_checkpoint(function: fn(inputs: [TorchTensor]) -> [TorchTensor], inputs: [TorchTensor], "
    "preserve_rng_state: bool = true) -> [TorchTensor]",
    "Gives what function gives of the inputs, and keeps only the inputs for the backward pass, which calls function again: less "
    "memory for more time, as torch.utils.checkpoint. One input at least must require gradients. function must do the same "
    "both times, with the same random numbers if preserve_rng_state. It is kept until the record goes; the handles that it "
    "gets are freed when it returns, those it gives are taken over. For rt_torch_autograd_backward, not for _gradients.",
    RT_FUNCTION_BLOCKS | RT_FUNCTION_CALLS_BACK)

} // namespace rt::libtorch
