// layer_arguments.hpp - what layers ask of their options and of the shapes they are given, as functions of their weights (nn.cpp)
// and as modules (module_layers.cpp).
#pragma once

#include <array>

#include "arguments.hpp"

namespace rt::libtorch {

using Pair = std::array<std::int64_t, 2>; // height and width

// Throws unless it is that of an image [channels, height, width], or of a batch of them.
void check_image(Shape input);

// How a window goes over an image. An empty list stands for stride 1, padding 0, dilation 1.
struct Window {
    Window(std::span<const std::int64_t> strides, std::span<const std::int64_t> paddings,
           std::span<const std::int64_t> dilations);

    Pair stride, padding, dilation;
};

// Of a convolution as a function of its weight.
void check_conv2d(Shape input, Shape weight, std::int64_t groups);

// The shape of a convolution's weight, [channels out, channels in / groups, height, width].
std::array<std::int64_t, 4> conv2d_weight(std::int64_t in_channels, std::int64_t out_channels,
                                          std::span<const std::int64_t> kernel_size, std::int64_t groups);

// The options of a pooling. An empty list stands for a stride as large as the kernel, padding 0.
struct Pooling {
    // Throws for padding above half of the kernel, and above what LibTorch steps through one by one.
    Pooling(std::span<const std::int64_t> kernel_size, std::span<const std::int64_t> strides,
            std::span<const std::int64_t> paddings);

    // Throws unless it is that of images which, with their padding, are as large as the kernel.
    void check_input(Shape input) const;

    Pair kernel, stride, padding;
};

// Of batch normalisation as a function. Throws for what would leave NaN in the running statistics, and for an input
// without the second dimension, which LibTorch takes for granted.
void check_batch_norm(Shape input, bool training, double momentum, double eps);

// Of batch normalisation as a module.
void check_batch_norm2d(std::int64_t num_features, double eps, double momentum);

// Throws for negative numbers, the least of which LibTorch takes for symbols, and for more numbers than the input has
// dimensions: LibTorch would write the longest list into its message.
void check_layer_norm(Shape input, Shape normalized_shape, double eps);

// Of a linear layer as a module.
void check_linear(std::int64_t in_features, std::int64_t out_features);

// Throws for a bias of another shape than the weight's rows: LibTorch would broadcast it, and the result with it.
void check_linear_bias(Shape weight, Shape bias);

void check_embedding_weight(Shape weight);

// How many modules there are in a tree of them, shared ones counted each time, and how deep they are nested.
//
// Rationale: LibTorch goes through modules recursively and once per path. Without a limit, a Sequential in a Sequential,
// and so on a million times, would overflow the stack, and forty that each hold the one before twice would never end.
struct ModuleTree {
    // Throws where there are too many now, or too deep ones.
    void add(const ModuleTree &child);

    std::int64_t count = 1;
    std::int64_t depth = 1;
};

// That of a Sequential of `modules`, each of which has a `tree`. Throws where there are none.
template <class Modules> ModuleTree sequential_tree(const Modules &modules) {
    if (modules.size() == 0) {
        refuse("modules is empty: a Sequential needs at least one module");
    }
    ModuleTree tree;
    for (std::size_t i = 0; i < modules.size(); i++) {
        tree.add(modules[i].tree);
    }
    return tree;
}

} // namespace rt::libtorch
