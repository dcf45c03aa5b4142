// module.hpp - what a TorchModule handle holds.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "../torch/layer_arguments.hpp"
#include "tensor.hpp"

namespace rt::stub {

// A layer, or a stack of them.
struct Layer {
    using Named = std::vector<std::pair<std::string, TorchTensor>>;

    std::string text; // as LibTorch prints it, without the layers inside
    std::function<TorchTensor(const Layer &, const TorchTensor &)> forward;
    Named parameters;
    Named buffers;
    std::vector<std::shared_ptr<Layer>> children;
    std::atomic<bool> training = true;
};

// Copies share the layer.
struct TorchModule {
    std::shared_ptr<Layer> layer;
    libtorch::ModuleTree tree; // this module and those inside
};

} // namespace rt::stub
