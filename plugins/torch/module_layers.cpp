// module_layers.cpp - the layers of torch::nn, with options that are checked before LibTorch computes with them.
#include "checks.hpp"
#include "module.hpp"

#include <c10/util/StringUtil.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/pooling.h>

#include <array>
#include <limits>

#undef RT_GROUP
#define RT_GROUP "module"

namespace rt::libtorch {

namespace {

namespace nn = ::torch::nn;

using Numbers = std::span<const std::int64_t>;
using Pair = ::torch::ExpandingArray<2>;

TorchModule linear(std::int64_t in_features, std::int64_t out_features, bool bias) {
    check_shape(std::array{check_size("out_features", out_features), check_size("in_features", in_features)});
    return make_module(std::make_shared<nn::LinearImpl>(nn::LinearOptions(in_features, out_features).bias(bias)));
}

TorchModule conv2d(std::int64_t in_channels, std::int64_t out_channels, Numbers kernel_size, Numbers stride,
                   Numbers padding, Numbers dilation, std::int64_t groups, bool bias) {
    check_size("in_channels", in_channels);
    check_size("out_channels", out_channels);
    check_size("groups", groups);
    if (in_channels % groups != 0 || out_channels % groups != 0) {
        refuse(c10::str("groups is ", groups, ": it must divide in_channels (", in_channels, ") and out_channels (",
                        out_channels, ")"));
    }
    const Pair kernel = pair(kernel_size, "kernel_size", 0, 1);
    check_shape(std::array{out_channels, in_channels / groups, (*kernel)[0], (*kernel)[1]});
    return make_module(std::make_shared<nn::Conv2dImpl>(nn::Conv2dOptions(in_channels, out_channels, kernel)
                                                            .stride(pair(stride, "stride", 1, 1))
                                                            .padding(Pair(pair(padding, "padding", 0, 0)))
                                                            .dilation(pair(dilation, "dilation", 1, 1))
                                                            .groups(groups)
                                                            .bias(bias)));
}

TorchModule max_pool2d(Numbers kernel_size, Numbers stride, Numbers padding) {
    const auto kernel = pair(kernel_size, "kernel_size", 0, 1);
    const auto pads = pair(padding, "padding", 0, 0);
    check_pooling(kernel, pads);
    return make_module(
        std::make_shared<nn::MaxPool2dImpl>(nn::MaxPool2dOptions(Pair(kernel))
                                                .stride(stride.empty() ? kernel : pair(stride, "stride", 1, 1))
                                                .padding(Pair(pads))));
}

TorchModule batch_norm2d(std::int64_t num_features, double eps, double momentum, bool affine,
                         bool track_running_stats) {
    constexpr std::int64_t tensors = 4; // weight, bias, running_mean, running_var
    check_shape(std::array{tensors, check_size("num_features", num_features)});
    return make_module(
        std::make_shared<nn::BatchNorm2dImpl>(nn::BatchNorm2dOptions(num_features)
                                                  .eps(check_range("eps", eps, std::numeric_limits<float>::max()))
                                                  .momentum(check_range("momentum", momentum, 1))
                                                  .affine(affine)
                                                  .track_running_stats(track_running_stats)));
}

TorchModule dropout(double p) {
    return make_module(std::make_shared<nn::DropoutImpl>(nn::DropoutOptions(check_range("p", p, 1))));
}

template <class Layer> TorchModule plain() { return make_module(std::make_shared<Layer>()); }

TorchModule flatten(std::int64_t start_dim, std::int64_t end_dim) {
    return make_module(std::make_shared<nn::FlattenImpl>(nn::FlattenOptions().start_dim(start_dim).end_dim(end_dim)));
}

// torch::nn's Sequential. Its forward is a template that boxes every value; this one costs less, and since it is none,
// a Sequential can be a child of another.
class Sequential : public nn::SequentialImpl {
  public:
    explicit Sequential(const Objects<TorchModule> &children) {
        steps_.reserve(children.size());
        for (std::size_t i = 0; i < children.size(); i++) {
            push_back(children[i].layer);
            steps_.push_back(children[i].forward);
        }
    }
    at::Tensor forward(const at::Tensor &input) {
        at::Tensor output = input;
        for (const auto &step : steps_) {
            output = step(output);
        }
        return output;
    }

  private:
    std::vector<std::function<at::Tensor(const at::Tensor &)>> steps_;
};

// LibTorch goes through modules recursively and once per path. Without a limit, a Sequential in a Sequential, and so on
// a million times, would overflow the stack, and forty that each hold the one before twice would never end.
void check_tree(const TorchModule &module) {
    constexpr std::int64_t most = 1'000'000;
    constexpr std::int64_t deepest = 200;
    if (module.depth > deepest) {
        refuse(c10::str("modules are nested ", module.depth, " deep: at most ", deepest, " are supported"));
    }
    if (module.count > most) {
        refuse(c10::str("there are ", module.count, " modules inside: at most ", most, " are supported"));
    }
}

TorchModule sequential(const Objects<TorchModule> &modules) {
    if (modules.size() == 0) {
        refuse("modules is empty: a Sequential needs at least one module");
    }
    TorchModule result;
    for (std::size_t i = 0; i < modules.size(); i++) {
        result.count += modules[i].count;
        result.depth = std::max(result.depth, modules[i].depth + 1);
        check_tree(result);
    }
    TorchModule made = make_module(std::make_shared<Sequential>(modules));
    made.count = result.count;
    made.depth = result.depth;
    return made;
}

} // namespace

RT_FUNCTION(linear, "rt_torch_module_linear(in_features: i64, out_features: i64, bias: bool = true) -> TorchModule",
            "A linear layer: [..., in_features] to [..., out_features], with weight [out_features, in_features].")
RT_FUNCTION(conv2d,
            "rt_torch_module_conv2d(in_channels: i64, out_channels: i64, kernel_size: [i64], stride: [i64] = [1], "
            "padding: [i64] = [0], dilation: [i64] = [1], groups: i64 = 1, bias: bool = true) -> TorchModule",
            "A 2-dimensional convolution of [N, in_channels, height, width]; one number serves both dimensions.")
RT_FUNCTION(max_pool2d,
            "rt_torch_module_max_pool2d(kernel_size: [i64], stride: [i64] = [], padding: [i64] = [0]) -> TorchModule",
            "The largest value in each window; an empty stride is the kernel size.")
RT_FUNCTION(
    batch_norm2d,
    "rt_torch_module_batch_norm2d(num_features: i64, eps: f64 = 1e-5, momentum: f64 = 0.1, affine: bool = true, "
    "track_running_stats: bool = true) -> TorchModule",
    "Normalises each channel of [N, num_features, height, width] over the batch, or by running statistics.")
RT_FUNCTION(dropout, "rt_torch_module_dropout(p: f64 = 0.5) -> TorchModule",
            "Zeroes each value with probability p and scales the others by 1 / (1 - p); in evaluation it does nothing.")
RT_FUNCTION(plain<nn::ReLUImpl>, "rt_torch_module_relu() -> TorchModule", "max(x, 0) of each value.")
RT_FUNCTION(plain<nn::SigmoidImpl>, "rt_torch_module_sigmoid() -> TorchModule", "1 / (1 + exp(-x)) of each value.")
RT_FUNCTION(plain<nn::TanhImpl>, "rt_torch_module_tanh() -> TorchModule", "tanh(x) of each value.")
RT_FUNCTION(flatten, "rt_torch_module_flatten(start_dim: i64 = 1, end_dim: i64 = -1) -> TorchModule",
            "Makes one dimension of those from start_dim to end_dim; negative ones count from the end.")
RT_FUNCTION(sequential, "rt_torch_module_sequential(modules: [TorchModule]) -> TorchModule",
            "Feeds each module's result to the next; the modules are shared with their own handles, not copied.")

} // namespace rt::libtorch
