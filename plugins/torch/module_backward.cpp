#include "module_backward.hpp"

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>
#include <utility>
#include <vector>

namespace rt::libtorch {

using at::Tensor;
using ::torch::autograd::AutogradContext;
using ::torch::autograd::variable_list;

using Tensors = MaybeTensors<Tensor>;

namespace {

enum class Side { inputs, outputs };

// What the function of one side needs for its backward.
struct Watch : ::torch::CustomClassHolder {
    c10::intrusive_ptr<WatchedCall> call;
    Side side = Side::inputs;
    std::size_t count = 0;           // of tensors there, or none
    std::vector<std::size_t> places; // of those that are watched: they require gradients
};
constexpr const char *record_name = "rtffi";

// The gradients of one side, each in its place.
Tensors in_places(const Watch &watch, const variable_list &gradients) {
    Tensors all(watch.count);
    for (std::size_t i = 0; i < watch.places.size(); i++) {
        all[watch.places[i]] = gradients[i];
    }
    return all;
}

// Calls the hooks, whose gradients of the inputs take the places of those that were computed.
void call_hooks(const WatchedCall &call, Tensors &grad_inputs, const Tensors &grad_outputs) {
    const OwnedHandle module(new_handle(TorchModule(call.module)));
    for (const auto &hook : call.hooks) {
        call_hook<KeepGradModes, Tensor>(HookKind::full_backward, *hook, module, {&grad_inputs, &grad_outputs},
                                         grad_inputs);
    }
}

Shape sizes_of(const Tensor &tensor) { return {tensor.sizes().data(), tensor.sizes().size()}; }

void at_outputs(const Watch &watch, const variable_list &gradients) {
    WatchedCall &call = *watch.call;
    Tensors grad_outputs = in_places(watch, gradients);
    if (call.inputs_watched) {
        const std::lock_guard lock(call.mutex);
        call.grad_outputs = std::move(grad_outputs);
        return;
    }
    Tensors none(call.inputs);
    call_hooks(call, none, grad_outputs);
    for (const auto &gradient : none) {
        if (gradient) {
            refuse_unneeded_gradients();
        }
    }
}

variable_list at_inputs(const Watch &watch, const variable_list &gradients) {
    WatchedCall &call = *watch.call;
    std::optional<Tensors> grad_outputs;
    {
        const std::lock_guard lock(call.mutex);
        grad_outputs.swap(call.grad_outputs);
    }
    if (!grad_outputs) { // a pass that did not come through the outputs
        return gradients;
    }
    Tensors grad_inputs = in_places(watch, gradients);
    call_hooks(call, grad_inputs, *grad_outputs);
    variable_list results;
    for (const std::size_t place : watch.places) {
        results.push_back(grad_inputs[place].value_or(Tensor()));
        check_replaced_gradient(place, sizes_of(results.back()), sizes_of(gradients[results.size() - 1]));
    }
    return results;
}

struct Identity : ::torch::autograd::Function<Identity> {
    static variable_list forward(AutogradContext *context, at::TensorList tensors,
                                 const c10::intrusive_ptr<Watch> &watch) {
        context->saved_data[record_name] = c10::IValue::make_capsule(watch);
        return tensors.vec();
    }
    static variable_list backward(AutogradContext *context, const variable_list &gradients) {
        const c10::intrusive_ptr<::torch::CustomClassHolder> record = context->saved_data[record_name].toCapsule();
        const auto &watch = static_cast<const Watch &>(*record);
        variable_list results = gradients;
        if (watch.side == Side::outputs) {
            at_outputs(watch, gradients);
        } else {
            results = at_inputs(watch, gradients);
        }
        results.emplace_back(); // of the record
        return results;
    }
};

// Whether there is something to watch.
bool watch_side(const c10::intrusive_ptr<WatchedCall> &call, Side side, Tensors &tensors) {
    auto watch = c10::make_intrusive<Watch>();
    watch->call = call;
    watch->side = side;
    watch->count = tensors.size();
    variable_list watched;
    for (std::size_t i = 0; i < tensors.size(); i++) {
        const std::optional<Tensor> &tensor = tensors[i];
        if (tensor && tensor->requires_grad()) {
            watch->places.push_back(i);
            watched.push_back(*tensor);
        }
    }
    if (watched.empty() || !c10::GradMode::is_enabled()) {
        return false;
    }
    const std::vector<std::size_t> places = watch->places;
    const variable_list results = Identity::apply(at::TensorList(watched), std::move(watch));
    for (std::size_t i = 0; i < places.size(); i++) {
        tensors[places[i]] = results[i];
    }
    return true;
}

} // namespace

WatchedGradients::WatchedGradients(const TorchModule &module) {
    ModuleHooks::List hooks = module.hooks->of(HookKind::full_backward);
    if (!hooks.empty()) {
        call_ = c10::make_intrusive<WatchedCall>();
        call_->module = module;
        call_->hooks = std::move(hooks);
    }
}

void WatchedGradients::watch_inputs(Tensors &inputs) {
    if (call_) {
        call_->inputs = inputs.size();
        call_->inputs_watched = watch_side(call_, Side::inputs, inputs);
    }
}

void WatchedGradients::watch_outputs(Tensors &outputs) const {
    if (call_) {
        watch_side(call_, Side::outputs, outputs);
    }
}

} // namespace rt::libtorch
