// grad_modes.cpp - modes of a thread: its operations are recorded for gradients, or not, or can never be.
#include "functions.hpp"

#include "grad_modes.hpp"

namespace rt::stub {

using libtorch::GradModeKind;

namespace {

struct GradMode {
    GradModeKind kind;
    bool records;
    bool inference;
    GradMode *before;
};

// The last one first. A thread that ends inside a mode leaves it behind: a list that freed itself would have a destructor.
constinit thread_local GradMode *last __attribute__((tls_model("initial-exec"))) = nullptr;
// The last one that was begun outside of the callable that runs.
constinit thread_local const GradMode *outer __attribute__((tls_model("initial-exec"))) = nullptr;

void begin(GradModeKind kind, bool records, bool inference) { last = new GradMode{kind, records, inference, last}; }

void end_last() {
    const GradMode *ended = last;
    last = ended->before;
    delete ended;
}

void end(GradModeKind kind) {
    libtorch::check_mode_end(kind, last != outer ? std::optional(last->kind) : std::nullopt, last != nullptr);
    end_last();
}

} // namespace

bool records() { return last == nullptr || last->records; }
bool in_inference_mode() { return last != nullptr && last->inference; }

NoRecord::NoRecord() { begin(GradModeKind::no_grad, false, in_inference_mode()); }
NoRecord::~NoRecord() { end_last(); }

KeepGradModes::KeepGradModes() : outer_before_(outer) { outer = last; }
KeepGradModes::~KeepGradModes() {
    while (last != outer) {
        end_last();
    }
    outer = static_cast<const GradMode *>(outer_before_);
}

void rt_torch_autograd_no_grad_begin() { begin(GradModeKind::no_grad, false, in_inference_mode()); }
void rt_torch_autograd_no_grad_end() { end(GradModeKind::no_grad); }
void rt_torch_autograd_enable_grad_begin() { begin(GradModeKind::enable_grad, true, in_inference_mode()); }
void rt_torch_autograd_enable_grad_end() { end(GradModeKind::enable_grad); }
void rt_torch_autograd_inference_mode_begin(bool enabled) { begin(GradModeKind::inference_mode, !enabled, enabled); }
void rt_torch_autograd_inference_mode_end() { end(GradModeKind::inference_mode); }

bool rt_torch_autograd_is_grad_enabled() { return records(); }
bool rt_torch_autograd_is_inference_mode_enabled() { return in_inference_mode(); }
bool rt_torch_autograd_is_inference(const TorchTensor &tensor) { return tensor.state->inference; }

} // namespace rt::stub
