// SPDX-License-Identifier: Apache-2.0
// jit.hpp - models that Python's torch.jit.save wrote.
#ifndef RTFFI_TORCH_JIT_HPP
#define RTFFI_TORCH_JIT_HPP

#include "tensor.hpp"

namespace rt::torch::jit {

class ScriptModule {
  public:
    // Takes over a handle of class TorchScriptModule.
    explicit ScriptModule(Handle handle) noexcept : handle_(std::move(handle)) {}

    // Runs the model on one tensor; its result must be one too.
    Tensor forward(const Tensor &input) const { return Tensor(Handle(api::jit_forward(handle(), input.handle()))); }
    Tensor operator()(const Tensor &input) const { return forward(input); }
    // Borrowed: it stays this object's.
    std::int64_t handle() const noexcept { return handle_.get(); }

  private:
    Handle handle_;
};

inline ScriptModule load(const std::string &path) { return ScriptModule(Handle(api::jit_load(path))); }

} // namespace rt::torch::jit

#endif
