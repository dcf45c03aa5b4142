// module.hpp - what a TorchModule handle holds.
#pragma once

#include "tensor.hpp"

#include <ATen/core/ivalue.h>
#include <rtffi/plugin.hpp>
#include <torch/nn/modules/container/any.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hooks.hpp"
#include "layer_arguments.hpp"

namespace rt::libtorch {

struct ModuleParts;

// A layer of torch::nn, or a stack of them, with the calls that feed it: made by make_module (make_module.hpp), and run by what is in
// module_run.hpp, which sees to its hooks.
//
// Rationale: AnyModule's own forward boxes the input and the result of every layer, half a microsecond each; `forward`
// calls the layer through its own type. Copies share the layer.
struct TorchModule {
    ::torch::nn::AnyModule layer;
    std::function<at::Tensor(const at::Tensor &)>
        forward;                              // of one tensor; throws where the layer takes or gives others
    ModuleTree tree;                          // this module and those inside
    std::shared_ptr<ModuleHooks> hooks;       // never null
    std::shared_ptr<const ModuleParts> parts; // null for a layer of LibTorch's
    bool one_tensor = true;                   // whether `forward` is all that there is to it
    // Its forward function with all that it takes.
    c10::IValue (*call)(::torch::nn::AnyModule &layer, std::span<const rt_value> inputs) = nullptr;
    // A copy with tensors of its own, without hooks: module_run.hpp has one with them.
    TorchModule (*remake)(const TorchModule &of) = nullptr;

    ::torch::nn::Module &base() const { return *layer.ptr(); }
};

// The modules that one was made of, as its maker gave them.
struct ModuleParts {
    std::vector<std::string> names;
    std::vector<TorchModule> modules;
};

} // namespace rt::libtorch

RT_DECLARE_CLASS(rt::libtorch::TorchModule, "TorchModule")
