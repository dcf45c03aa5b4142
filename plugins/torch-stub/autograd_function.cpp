// autograd_function.cpp - functions of the user's and checkpoints: forward is called; backward is not, since the gradients
// that it would be given have no numbers.
#include "functions.hpp"

#include "../torch/autograd_arguments.hpp"
#include "../torch/callables.hpp"

namespace rt::stub {

using libtorch::ContextStage;

namespace {

using Tensors = std::vector<TorchTensor>;

// A context for the length of one call of a callable.
class OpenContext {
  public:
    explicit OpenContext(const std::shared_ptr<ContextState> &state)
        : state_(state), handle_(libtorch::new_handle(TorchAutogradContext{state})) {}
    OpenContext(const OpenContext &) = delete;
    OpenContext &operator=(const OpenContext &) = delete;
    ~OpenContext() {
        const std::lock_guard lock(state_->mutex);
        state_->stage = ContextStage::over;
    }
    rt_value value() const { return {RT_HANDLE, 0, 0, {handle_.get()}}; }

  private:
    std::shared_ptr<ContextState> state_;
    libtorch::OwnedHandle handle_;
};

void given_to(libtorch::GivenTensors<TorchTensor> &given, const Objects<TorchTensor> &inputs) {
    for (std::size_t i = 0; i < inputs.size(); i++) {
        given.add(inputs[i]);
    }
}

Tensors called(const Callable &callable, std::span<const rt_value> arguments, const char *giver) {
    const KeepGradModes keep_modes;
    const libtorch::TensorsGiven<TorchTensor> result(callable.call(arguments), giver);
    return libtorch::outputs_in(result.tensors(), giver);
}

std::vector<const TorchTensor *> pointers(const Objects<TorchTensor> &inputs) {
    std::vector<const TorchTensor *> all;
    for (std::size_t i = 0; i < inputs.size(); i++) {
        all.push_back(&inputs[i]);
    }
    return all;
}

// What is for forward alone; its effect on numbers there is none.
void check_forward(const TorchAutogradContext &context) {
    const std::lock_guard lock(context.state->mutex);
    libtorch::check_context_stage(ContextStage::forward, context.state->stage);
}

} // namespace

std::vector<TorchTensor> rt_torch_autograd_apply(const Objects<TorchTensor> &inputs, const Callable &forward,
                                                 const Callable &) {
    libtorch::check_function_inputs(inputs.size());
    const auto state = std::make_shared<ContextState>();
    for (const TorchTensor *input : pointers(inputs)) {
        state->needs_gradients.push_back(records() && input->requires_grad());
    }
    libtorch::GivenTensors<TorchTensor> given(inputs.size());
    given_to(given, inputs);
    const Tensors outputs = [&] {
        const OpenContext open(state);
        const NoRecord no_record;
        const rt_value arguments[] = {open.value(), given.value()};
        return called(forward, arguments, "forward callable");
    }();
    Tensors results;
    for (const TorchTensor &output : outputs) {
        const bool apart = state->non_differentiable.contains(output.state.get());
        results.push_back(apart ? made(output.layout()) : computed(output.layout(), pointers(inputs)));
    }
    return results;
}

std::vector<TorchTensor> rt_torch_autograd_checkpoint(const Callable &function, const Objects<TorchTensor> &inputs,
                                                      bool) {
    libtorch::check_function_inputs(inputs.size());
    libtorch::GivenTensors<TorchTensor> given(inputs.size());
    given_to(given, inputs);
    const rt_value argument = given.value();
    // Recorded, for the leaves inside.
    const Tensors outputs = called(function, {&argument, 1}, "checkpoint's callable");
    bool any = false;
    for (const TorchTensor *input : pointers(inputs)) {
        any = any || input->requires_grad();
    }
    Tensors results;
    for (const TorchTensor &output : outputs) {
        std::vector<const TorchTensor *> from = pointers(inputs);
        from.push_back(&output);
        results.push_back(any ? computed(output.layout(), from) : made(output.layout()));
    }
    return results;
}

void rt_torch_autograd_context_save_for_backward(const TorchAutogradContext &context, const Objects<TorchTensor> &) {
    check_forward(context);
}

std::vector<TorchTensor> rt_torch_autograd_context_saved_tensors(const TorchAutogradContext &context) {
    const std::lock_guard lock(context.state->mutex);
    libtorch::check_context_stage(ContextStage::backward, context.state->stage);
    return {};
}

bool rt_torch_autograd_context_needs_input_grad(const TorchAutogradContext &context, std::int64_t index) {
    const std::lock_guard lock(context.state->mutex);
    libtorch::check_context_input(context.state->stage, index, context.state->needs_gradients.size());
    return context.state->needs_gradients[static_cast<std::size_t>(index)];
}

void rt_torch_autograd_context_mark_dirty(const TorchAutogradContext &context, const Objects<TorchTensor> &) {
    check_forward(context);
}

void rt_torch_autograd_context_mark_non_differentiable(const TorchAutogradContext &context,
                                                       const Objects<TorchTensor> &outputs) {
    check_forward(context);
    const std::lock_guard lock(context.state->mutex);
    for (const TorchTensor *output : pointers(outputs)) {
        context.state->non_differentiable.insert(output->state.get());
    }
}

void rt_torch_autograd_context_set_materialize_grads(const TorchAutogradContext &context, bool) {
    check_forward(context);
}

} // namespace rt::stub
