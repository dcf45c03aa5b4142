// layer_arguments.cpp - what can be said of layers' arguments without LibTorch.
#include "layer_arguments.hpp"

#include <algorithm>
#include <limits>

namespace rt::libtorch {

namespace {

constexpr double largest_eps = std::numeric_limits<float>::max();

// A list for the two dimensions of an image: none stands for `fallback`, one number for both. Throws for numbers
// below `least` and above what fits into 31 bits.
Pair pair(std::span<const std::int64_t> list, const char *name, std::int64_t fallback, std::int64_t least) {
    if (list.size() > 2 || (list.empty() && fallback < least)) {
        refuse(std::string(name) + " " + text_of(list) + " must have one number, or two: height and width");
    }
    Pair both{fallback, fallback};
    if (!list.empty()) {
        both = {list.front(), list.back()};
    }
    for (const std::int64_t one : both) {
        if (one < least || one > std::numeric_limits<std::int32_t>::max()) {
            refuse(std::string(name) + " " + text_of(list) + " must be " + std::to_string(least) +
                   " or more, and fit into 31 bits");
        }
    }
    return both;
}

// In training there must be more than one value to take the mean and the variance of.
bool has_one_value_per_channel(Shape input) {
    for (std::size_t i = 0; i < input.size(); i++) {
        if (i == 1 ? input[i] == 0 : input[i] != 1) {
            return false;
        }
    }
    return true;
}

} // namespace

void check_image(Shape input) {
    if (input.size() != 3 && input.size() != 4) {
        refuse("input must have the shape [N, channels, height, width] or [channels, height, width], and not " +
               text_of(input));
    }
}

Window::Window(std::span<const std::int64_t> strides, std::span<const std::int64_t> paddings,
               std::span<const std::int64_t> dilations)
    : stride(pair(strides, "stride", 1, 1)), padding(pair(paddings, "padding", 0, 0)),
      dilation(pair(dilations, "dilation", 1, 1)) {}

void check_conv2d(Shape input, Shape weight, std::int64_t groups) {
    check_size("groups", groups);
    check_image(input);
    if (weight.size() != 4) {
        refuse("weight must have the shape [channels out, channels in / groups, height, width], and not " +
               text_of(weight));
    }
}

std::array<std::int64_t, 4> conv2d_weight(std::int64_t in_channels, std::int64_t out_channels,
                                          std::span<const std::int64_t> kernel_size, std::int64_t groups) {
    check_size("in_channels", in_channels);
    check_size("out_channels", out_channels);
    check_size("groups", groups);
    if (in_channels % groups != 0 || out_channels % groups != 0) {
        refuse(str("groups is ", groups, ": it must divide in_channels (", in_channels, ") and out_channels (",
                   out_channels, ")"));
    }
    const Pair kernel = pair(kernel_size, "kernel_size", 0, 1);
    const std::array shape{out_channels, in_channels / groups, kernel[0], kernel[1]};
    check_shape(shape);
    return shape;
}

Pooling::Pooling(std::span<const std::int64_t> kernel_size, std::span<const std::int64_t> strides,
                 std::span<const std::int64_t> paddings)
    : kernel(pair(kernel_size, "kernel_size", 0, 1)), stride(strides.empty() ? kernel : pair(strides, "stride", 1, 1)),
      padding(pair(paddings, "padding", 0, 0)) {
    constexpr std::int64_t most = 1 << 16;
    for (std::size_t i = 0; i < 2; i++) {
        if (padding[i] > std::min(kernel[i] / 2, most)) {
            refuse(str("padding is ", padding[i], ": it must be at most half of kernel_size, ", kernel[i] / 2,
                       ", and at most ", most));
        }
    }
}

void Pooling::check_input(Shape input) const {
    check_image(input);
    const Shape size = input.last(2);
    const Pair padded{size[0] + 2 * padding[0], size[1] + 2 * padding[1]};
    if (kernel[0] > padded[0] || kernel[1] > padded[1]) {
        refuse("kernel_size " + text_of(kernel) + " is larger than the input with its padding, " + text_of(padded));
    }
}

void check_batch_norm(Shape input, bool training, double momentum, double eps) {
    if (input.size() < 2) {
        refuse("input must have the shape [N, channels, ...], and not " + text_of(input));
    }
    if (training && has_one_value_per_channel(input)) {
        refuse("input " + text_of(input) + " has one value per channel, and training needs more to normalise by");
    }
    check_range("momentum", momentum, 1);
    check_range("eps", eps, largest_eps);
}

void check_batch_norm2d(std::int64_t num_features, double eps, double momentum) {
    constexpr std::int64_t tensors = 4; // weight, bias, running_mean, running_var
    check_shape(std::array{tensors, check_size("num_features", num_features)});
    check_range("eps", eps, largest_eps);
    check_range("momentum", momentum, 1);
}

void check_layer_norm(Shape input, Shape normalized_shape, double eps) {
    check_range("eps", eps, largest_eps);
    const bool negative = std::ranges::any_of(normalized_shape, [](std::int64_t size) { return size < 0; });
    if (negative || normalized_shape.size() > input.size()) {
        refuse("normalized_shape " + text_of(normalized_shape) + " must be the end of the input's shape, which is " +
               text_of(input));
    }
}

void check_linear(std::int64_t in_features, std::int64_t out_features) {
    check_shape(std::array{check_size("out_features", out_features), check_size("in_features", in_features)});
}

void check_linear_bias(Shape weight, Shape bias) {
    if (weight.size() != 2) {
        refuse("weight must have the shape [features out, features in], and not " + text_of(weight));
    }
    if (bias.size() != 1 || bias[0] != weight[0]) {
        refuse(str("bias must have the shape [", weight[0], "], one number for each row of weight, and not ",
                   text_of(bias)));
    }
}

void check_embedding_weight(Shape weight) {
    if (weight.size() != 2) {
        refuse("weight must have the shape [number of embeddings, size of one], and not " + text_of(weight));
    }
}

void ModuleTree::add(const ModuleTree &child) {
    constexpr std::int64_t most = 1'000'000;
    constexpr std::int64_t deepest = 200;
    count += child.count;
    depth = std::max(depth, child.depth + 1);
    if (depth > deepest) {
        refuse(str("modules are nested ", depth, " deep: at most ", deepest, " are supported"));
    }
    if (count > most) {
        refuse(str("there are ", count, " modules inside: at most ", most, " are supported"));
    }
}

} // namespace rt::libtorch
