// SPDX-License-Identifier: Apache-2.0
// layers.hpp - the layers of torch::nn, their losses, and Sequential. Options are written as Python's keywords are:
//
//     nn::Conv2d(1, 32, 3, {.stride = 2, .padding = 1})
#ifndef RTFFI_TORCH_LAYERS_HPP
#define RTFFI_TORCH_LAYERS_HPP

#include "functional.hpp"
#include "module.hpp"

namespace rt::torch::nn {

struct LinearOptions {
    bool bias = true;
};
// y = x @ weight^T + bias.
class Linear : public Module {
  public:
    Linear(std::int64_t in_features, std::int64_t out_features, LinearOptions options = {})
        : Module(Handle(api::module_linear(in_features, out_features, options.bias))) {}
};

struct Conv2dOptions {
    Size2 stride = 1;
    Size2 padding = 0;
    Size2 dilation = 1;
    std::int64_t groups = 1;
    bool bias = true;
};
// Input [N, in_channels, H, W].
class Conv2d : public Module {
  public:
    Conv2d(std::int64_t in_channels, std::int64_t out_channels, Size2 kernel_size, Size2 stride = 1, Size2 padding = 0,
           Size2 dilation = 1, std::int64_t groups = 1, bool bias = true)
        : Module(Handle(
              api::module_conv2d(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias))) {}
    // A template, so that {2, 1} is a Size2 first of all.
    template <std::same_as<Conv2dOptions> Options = Conv2dOptions>
    Conv2d(std::int64_t in_channels, std::int64_t out_channels, Size2 kernel_size, Options o)
        : Conv2d(in_channels, out_channels, kernel_size, o.stride, o.padding, o.dilation, o.groups, o.bias) {}
};

// Without a stride it is the kernel's size.
struct MaxPool2dOptions {
    Size2 stride = {};
    Size2 padding = 0;
};
class MaxPool2d : public Module {
  public:
    explicit MaxPool2d(Size2 kernel_size, Size2 stride = {}, Size2 padding = 0)
        : Module(Handle(api::module_max_pool2d(kernel_size, stride, padding))) {}
    template <std::same_as<MaxPool2dOptions> Options = MaxPool2dOptions>
    MaxPool2d(Size2 kernel_size, Options o) : MaxPool2d(kernel_size, o.stride, o.padding) {}
};

struct BatchNorm2dOptions {
    double eps = 1e-5;
    double momentum = 0.1;
    bool affine = true;
    bool track_running_stats = true;
};
class BatchNorm2d : public Module {
  public:
    explicit BatchNorm2d(std::int64_t num_features, BatchNorm2dOptions options = {})
        : Module(Handle(api::module_batch_norm2d(num_features, options.eps, options.momentum, options.affine,
                                                 options.track_running_stats))) {}
};

class Dropout : public Module {
  public:
    explicit Dropout(double p = 0.5) : Module(Handle(api::module_dropout(p))) {}
};
class ReLU : public Module {
  public:
    ReLU() : Module(Handle(api::module_relu())) {}
};
class Sigmoid : public Module {
  public:
    Sigmoid() : Module(Handle(api::module_sigmoid())) {}
};
class Tanh : public Module {
  public:
    Tanh() : Module(Handle(api::module_tanh())) {}
};
// Keeps dimension 0 where nothing else is said.
class Flatten : public Module {
  public:
    explicit Flatten(std::int64_t start_dim = 1, std::int64_t end_dim = -1)
        : Module(Handle(api::module_flatten(start_dim, end_dim))) {}
};

// Modules one after the other. They are shared, not copied; of an object of a class of yours it keeps a copy, which shares its parts.
class Sequential : public Module {
  public:
    Sequential() : Sequential(std::vector<Module>()) {}
    explicit Sequential(std::vector<Module> modules) {
        children_ = std::move(modules);
        rebuild();
    }
    template <std::derived_from<Module>... Modules>
        requires(sizeof...(Modules) > 0)
    explicit Sequential(const Modules &...modules) : Sequential(std::vector<Module>{runnable(modules)...}) {}

    template <std::derived_from<Module> Added> void push_back(const Added &module) {
        children_.push_back(runnable(module));
        rebuild();
    }
    std::size_t size() const noexcept { return children_.size(); }
    const Module &operator[](std::size_t index) const {
        if (index >= children_.size()) {
            throw Error(RT_E_ARGUMENT, "the Sequential has " + std::to_string(children_.size()) +
                                           " modules, there is no [" + std::to_string(index) + "]");
        }
        return children_[index];
    }

  private:
    void rebuild() {
        std::vector<std::int64_t> handles;
        for (const Module &child : children_) {
            handles.push_back(runnable(child).handle());
        }
        handle_ = handles.empty() ? Handle() : Handle(api::module_sequential(handles)); // LibTorch has no empty one
    }
};

// Losses, to be called with the prediction and the target.
struct MSELoss {
    Tensor operator()(const Tensor &input, const Tensor &target) const { return functional::mse_loss(input, target); }
};
struct CrossEntropyLoss {
    Tensor operator()(const Tensor &input, const Tensor &target) const {
        return functional::cross_entropy(input, target);
    }
};
struct BCELoss {
    Tensor operator()(const Tensor &input, const Tensor &target) const {
        return functional::binary_cross_entropy(input, target);
    }
};
struct NLLLoss {
    Tensor operator()(const Tensor &input, const Tensor &target) const { return functional::nll_loss(input, target); }
};

} // namespace rt::torch::nn

#endif
