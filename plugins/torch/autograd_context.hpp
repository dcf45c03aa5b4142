// autograd_context.hpp - what the callables of a function of the user's are given beside their tensors.
#pragma once

#include "tensor.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <memory>
#include <mutex>

#include "autograd_arguments.hpp"
#include "callables.hpp"

namespace rt::libtorch {

// Handles outlive the call that their context is of: then there is nothing behind them any more.
struct ContextState {
    std::mutex mutex; // guards what follows
    ContextStage stage;
    torch::autograd::AutogradContext *context; // LibTorch's, while the callable runs
    std::vector<bool> needs_gradients;         // of the inputs
};

struct TorchAutogradContext {
    std::shared_ptr<ContextState> state;
};

} // namespace rt::libtorch

RT_DECLARE_CLASS(rt::libtorch::TorchAutogradContext, "TorchAutogradContext")

namespace rt::libtorch {

// A context for the length of one call of a callable.
class OpenContext {
  public:
    OpenContext(ContextStage stage, torch::autograd::AutogradContext *context, std::vector<bool> needs_gradients);
    OpenContext(const OpenContext &) = delete;
    OpenContext &operator=(const OpenContext &) = delete;
    ~OpenContext();
    rt_value value() const { return {RT_HANDLE, 0, 0, {handle_.get()}}; }

  private:
    std::shared_ptr<ContextState> state_;
    OwnedHandle handle_;
};

} // namespace rt::libtorch
