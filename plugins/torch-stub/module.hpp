// module.hpp - what a TorchModule handle holds.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "../torch/hooks.hpp"
#include "../torch/layer_arguments.hpp"
#include "tensor.hpp"

namespace rt::stub {

using MaybeTensors = libtorch::MaybeTensors<TorchTensor>;

struct Layer;

// Copies share the layer.
struct TorchModule {
    std::shared_ptr<Layer> layer;
    libtorch::ModuleTree tree; // this module and those inside
};

// A layer, or a stack of them.
struct Layer {
    using Named = std::vector<std::pair<std::string, TorchTensor>>;

    std::string text; // as LibTorch prints it, without the layers inside
    // One of the two: from one tensor to one, or with all that it takes.
    std::function<TorchTensor(const Layer &, const TorchTensor &)> forward;
    std::function<std::vector<TorchTensor>(const TorchModule &, const MaybeTensors &)> call;
    Named parameters;
    Named buffers;
    std::vector<std::pair<std::string, TorchModule>> children;
    bool copyable = true;
    std::atomic<bool> training = true;
    libtorch::ModuleHooks hooks;
};

// Runs it on all that it takes, with its hooks.
std::vector<TorchTensor> run(const TorchModule &module, MaybeTensors inputs);

// A copy with tensors of its own, and with its hooks.
TorchModule copy_of(const TorchModule &module);

} // namespace rt::stub
