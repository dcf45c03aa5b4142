// grad_modes.cpp - modes of a thread: operations are recorded for gradients, or not, or can never be.
#include "tensor.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>

#include "autograd_arguments.hpp"

#undef RT_GROUP
#define RT_GROUP "autograd"

namespace rt::libtorch {

namespace {

using c10::AutogradState;
using c10::DispatchKeySet;

// Inference mode keeps operations from autograd by these.
constexpr DispatchKeySet mode_keys = c10::autograd_dispatch_keyset | DispatchKeySet(c10::DispatchKey::ADInplaceOrView);

// Those alone: the others, such as autocast's, may have changed meanwhile.
void set_keys(const c10::impl::LocalDispatchKeySet &keys) {
    const c10::impl::LocalDispatchKeySet now = c10::impl::tls_local_dispatch_key_set();
    c10::impl::PODLocalDispatchKeySet next{};
    next.set_included((now.included_ - mode_keys) | (keys.included_ & mode_keys));
    next.set_excluded((now.excluded_ - mode_keys) | (keys.excluded_ & mode_keys));
    c10::impl::_force_tls_local_dispatch_key_set(next);
}

GradMode current(GradModeKind kind) {
    return {kind, AutogradState::get_tls_state(), c10::impl::tls_local_dispatch_key_set()};
}

// What was begun must be noted before it holds: noting it may throw.
void begin(GradModeKind kind) { this_thread->grad_modes.push_back(current(kind)); }

void begin_recording(bool on) {
    begin(on ? GradModeKind::enable_grad : GradModeKind::no_grad);
    c10::GradMode::set_enabled(on);
}

// LibTorch's own guard knows what belongs to the mode, and cannot outlive this function.
void begin_inference_mode(bool enabled) {
    begin(GradModeKind::inference_mode);
    const GradMode inside = [&] {
        const c10::InferenceMode guard(enabled);
        return current(GradModeKind::inference_mode);
    }();
    AutogradState::set_tls_state(inside.autograd);
    set_keys(inside.keys);
}

void end_last(Thread &thread) {
    const GradMode before = thread.grad_modes.back();
    thread.grad_modes.pop_back();
    if (before.kind == GradModeKind::inference_mode) {
        AutogradState::set_tls_state(before.autograd);
        set_keys(before.keys);
    } else {
        c10::GradMode::set_enabled(before.autograd.get_grad_mode());
    }
}

void end(GradModeKind kind) {
    Thread &thread = *this_thread;
    const auto &modes = thread.grad_modes;
    const bool any = modes.size() > thread.outer_grad_modes;
    check_mode_end(kind, any ? std::optional(modes.back().kind) : std::nullopt, !modes.empty());
    end_last(thread);
}

} // namespace

KeepGradModes::KeepGradModes()
    : thread_(this_thread != nullptr ? *this_thread : introduce_thread()), outer_before_(thread_.outer_grad_modes) {
    thread_.outer_grad_modes = thread_.grad_modes.size();
}

KeepGradModes::~KeepGradModes() {
    while (thread_.grad_modes.size() > thread_.outer_grad_modes) {
        end_last(thread_);
    }
    thread_.outer_grad_modes = outer_before_;
}

RT_FUNCTION(
    +[] { begin_recording(false); }, "rt_torch_autograd_no_grad_begin()",
    "Stops the recording of operations on this thread until the matching end; may be nested.")
RT_FUNCTION(
    +[] { end(GradModeKind::no_grad); }, "rt_torch_autograd_no_grad_end()",
    "Ends what the last rt_torch_autograd_no_grad_begin of this thread began.")
RT_FUNCTION(
    +[] { begin_recording(true); }, "rt_torch_autograd_enable_grad_begin()",
    "Records operations on this thread until the matching end, also where rt_torch_autograd_no_grad_begin had "
    "stopped it; may be nested.")
RT_FUNCTION(
    +[] { end(GradModeKind::enable_grad); }, "rt_torch_autograd_enable_grad_end()",
    "Ends what the last rt_torch_autograd_enable_grad_begin of this thread began.")
RT_FUNCTION(begin_inference_mode, "rt_torch_autograd_inference_mode_begin(enabled: bool = true)",
            "Until the matching end, tensors that this thread makes can never take part in gradients, which makes "
            "their operations cheaper than no_grad does; not enabled: as outside of it. May be nested.")
RT_FUNCTION(
    +[] { end(GradModeKind::inference_mode); }, "rt_torch_autograd_inference_mode_end()",
    "Ends what the last rt_torch_autograd_inference_mode_begin of this thread began.")
RT_FUNCTION(
    +[] { return c10::GradMode::is_enabled(); }, "rt_torch_autograd_is_grad_enabled() -> bool",
    "Whether this thread records operations on tensors that require gradients.")
RT_FUNCTION(
    +[] { return c10::InferenceMode::is_enabled(); }, "rt_torch_autograd_is_inference_mode_enabled() -> bool",
    "Whether this thread is in inference mode.")
RT_FUNCTION(
    +[](const at::Tensor &tensor) { return tensor.is_inference(); },
    "rt_torch_autograd_is_inference(handle: TorchTensor) -> bool", "Whether the tensor was made in inference mode.")

} // namespace rt::libtorch
