// module.hpp - what a TorchModule handle holds.
#pragma once

#include "tensor.hpp"

#include <torch/nn/modules/container/any.h>

#include <functional>
#include <memory>
#include <utility>

namespace rt::libtorch {

// A layer of torch::nn, or a stack of them, with the call that feeds it one tensor.
//
// Rationale: AnyModule's own forward boxes the input and the result of every layer, half a microsecond each; `forward`
// calls the layer through its own type. Copies share the layer.
struct TorchModule {
    ::torch::nn::AnyModule layer;
    std::function<at::Tensor(const at::Tensor &)> forward;
    // Of the tree of modules, this one included and shared ones counted each time: see check_tree in
    // module_layers.cpp.
    std::int64_t count = 1;
    std::int64_t depth = 1;

    ::torch::nn::Module &base() const { return *layer.ptr(); }
};

template <class Layer> TorchModule make_module(std::shared_ptr<Layer> layer) {
    ::torch::nn::AnyModule any(layer);
    return {std::move(any), [layer = std::move(layer)](const at::Tensor &input) { return layer->forward(input); }};
}

} // namespace rt::libtorch

RT_DECLARE_CLASS(rt::libtorch::TorchModule, "TorchModule")
