// autograd_context.cpp - what a function of the user's saves in forward and finds in backward.
#include "autograd_context.hpp"

#include <ATen/ATen.h>

#undef RT_GROUP
#define RT_GROUP "autograd"

namespace rt::libtorch {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {

// Another thread may hold a handle, too, and the callable may return meanwhile.
template <class Use> auto with(const TorchAutogradContext &self, ContextStage wanted, Use use) {
    const std::lock_guard lock(self.state->mutex);
    check_context_stage(wanted, self.state->stage);
    return use(*self.state->context);
}

variable_list list_of(const Objects<Tensor> &objects) {
    variable_list tensors;
    for (std::size_t i = 0; i < objects.size(); i++) {
        tensors.push_back(objects[i]);
    }
    return tensors;
}

void save_for_backward(const TorchAutogradContext &self, const Objects<Tensor> &tensors) {
    with(self, ContextStage::forward, [&](AutogradContext &context) { context.save_for_backward(list_of(tensors)); });
}

std::vector<Tensor> saved_tensors(const TorchAutogradContext &self) {
    return with(self, ContextStage::backward, [](AutogradContext &context) { return context.get_saved_variables(); });
}

bool needs_input_grad(const TorchAutogradContext &self, std::int64_t index) {
    ContextState &state = *self.state;
    const std::lock_guard lock(state.mutex);
    check_context_input(state.stage, index, state.needs_gradients.size());
    const auto place = static_cast<std::size_t>(index);
    // Backward may be asked for fewer than those that could have one.
    return state.needs_gradients[place] &&
           (state.stage == ContextStage::forward || state.context->needs_input_grad(place));
}

void mark_dirty(const TorchAutogradContext &self, const Objects<Tensor> &inputs) {
    with(self, ContextStage::forward, [&](AutogradContext &context) { context.mark_dirty(list_of(inputs)); });
}

void mark_non_differentiable(const TorchAutogradContext &self, const Objects<Tensor> &outputs) {
    with(self, ContextStage::forward,
         [&](AutogradContext &context) { context.mark_non_differentiable(list_of(outputs)); });
}

void set_materialize_grads(const TorchAutogradContext &self, bool value) {
    with(self, ContextStage::forward, [&](AutogradContext &context) { context.set_materialize_grads(value); });
}

} // namespace

OpenContext::OpenContext(ContextStage stage, AutogradContext *context, std::vector<bool> needs_gradients)
    : state_(std::make_shared<ContextState>()), handle_([&] {
          state_->stage = stage;
          state_->context = context;
          state_->needs_gradients = std::move(needs_gradients);
          return new_handle(TorchAutogradContext{state_});
      }()) {}

OpenContext::~OpenContext() {
    const std::lock_guard lock(state_->mutex);
    state_->stage = ContextStage::over;
    state_->context = nullptr;
}

RT_CLASS(TorchAutogradContext, "TorchAutogradContext",
         "What a function of the user's saves in forward for backward; of use while its callable runs.")

RT_FUNCTION(
    save_for_backward,
    "rt_torch_autograd_context_save_for_backward(context: TorchAutogradContext, tensors: [TorchTensor])",
    "In forward: keeps the tensors for backward, in place of what was kept before. Inputs and outputs keep their "
    "record, so that backward can be differentiated.")
RT_FUNCTION(
    saved_tensors, "rt_torch_autograd_context_saved_tensors(context: TorchAutogradContext) -> [TorchTensor]",
    "In backward: what forward kept; an error where one of them was changed in place since, or where an earlier "
    "backward without retain_graph has let go of them.")
RT_FUNCTION(needs_input_grad,
            "rt_torch_autograd_context_needs_input_grad(context: TorchAutogradContext, index: i64) -> bool",
            "Whether a gradient for that input, counted from 0, is of use; backward may give none for it otherwise.")
RT_FUNCTION(mark_dirty, "rt_torch_autograd_context_mark_dirty(context: TorchAutogradContext, inputs: [TorchTensor])",
            "In forward: these inputs were changed in place; forward gives them among its outputs.")
RT_FUNCTION(mark_non_differentiable,
            "rt_torch_autograd_context_mark_non_differentiable(context: TorchAutogradContext, outputs: [TorchTensor])",
            "In forward: these outputs have no gradient.")
RT_FUNCTION(
    set_materialize_grads,
    "rt_torch_autograd_context_set_materialize_grads(context: TorchAutogradContext, value: bool)",
    "In forward: whether backward gets zeros for outputs that nothing depended on, as it does if nothing is said, or "
    "none.")

} // namespace rt::libtorch
