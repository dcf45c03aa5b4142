// module.hpp - what a TorchModule handle holds.
#pragma once

#include "tensor.hpp"

#include <ATen/core/ivalue.h>
#include <rtffi/plugin.hpp>
#include <torch/nn/modules/container/any.h>

#include <functional>
#include <span>

#include "layer_arguments.hpp"

namespace rt::libtorch {

// A layer of torch::nn, or a stack of them, with the calls that feed it: made by make_module (make_module.hpp).
//
// Rationale: AnyModule's own forward boxes the input and the result of every layer, half a microsecond each; `forward`
// calls the layer through its own type. Copies share the layer.
struct TorchModule {
    ::torch::nn::AnyModule layer;
    std::function<at::Tensor(const at::Tensor &)> forward;
    ModuleTree tree; // this module and those inside
    // Its forward function with all that it takes.
    c10::IValue (*call)(::torch::nn::AnyModule &layer, std::span<const rt_value> inputs) = nullptr;
    // A copy with tensors of its own.
    TorchModule (*remake)(const TorchModule &of) = nullptr;

    ::torch::nn::Module &base() const { return *layer.ptr(); }
};

} // namespace rt::libtorch

RT_DECLARE_CLASS(rt::libtorch::TorchModule, "TorchModule")
