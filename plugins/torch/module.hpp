// module.hpp - what a TorchModule handle holds.
#pragma once

#include "tensor.hpp"

#include <torch/nn/modules/container/any.h>

#include <functional>
#include <memory>
#include <utility>

#include "layer_arguments.hpp"

namespace rt::libtorch {

// A layer of torch::nn, or a stack of them, with the call that feeds it one tensor.
//
// Rationale: AnyModule's own forward boxes the input and the result of every layer, half a microsecond each; `forward`
// calls the layer through its own type. Copies share the layer.
struct TorchModule {
    ::torch::nn::AnyModule layer;
    std::function<at::Tensor(const at::Tensor &)> forward;
    ModuleTree tree; // this module and those inside

    ::torch::nn::Module &base() const { return *layer.ptr(); }
};

template <class Layer> TorchModule make_module(std::shared_ptr<Layer> layer) {
    ::torch::nn::AnyModule any(layer);
    return {std::move(any), [layer = std::move(layer)](const at::Tensor &input) { return layer->forward(input); }, {}};
}

} // namespace rt::libtorch

RT_DECLARE_CLASS(rt::libtorch::TorchModule, "TorchModule")
