// module_layers.cpp - the layers of torch::nn.
#include "elementwise.hpp"
#include "forms.hpp"
#include "functions.hpp"

#include <limits>

namespace rt::stub {

namespace {

using libtorch::check_range;
using libtorch::check_shape;
using libtorch::check_size;
using libtorch::pair;

TorchTensor parameter(Sizes sizes) {
    TorchTensor tensor = made(contiguous(std::move(sizes), Dtype::float32));
    tensor.state->requires_grad = true;
    return tensor;
}

TorchTensor buffer(Sizes sizes, Dtype dtype) { return made(contiguous(std::move(sizes), dtype)); }

template <class Forward> TorchModule layer(std::string text, Forward forward, Layer::Named parameters = {}) {
    auto made = std::make_shared<Layer>();
    made->text = std::move(text);
    made->forward = std::move(forward);
    made->parameters = std::move(parameters);
    return {std::move(made)};
}

const TorchTensor *at(const Layer::Named &tensors, std::size_t i) {
    return i < tensors.size() ? &tensors[i].second : nullptr;
}

const char *word(bool value) { return value ? "true" : "false"; }

template <TorchTensor (*Function)(const TorchTensor &)> TorchModule activation(const char *name) {
    return layer(str("torch::nn::", name, "()"),
                 [](const Layer &, const TorchTensor &input) { return Function(input); });
}

std::string conv2d_text(std::int64_t in_channels, std::int64_t out_channels, const Pair &kernel, const Window &window,
                        std::int64_t groups, bool bias) {
    std::string text = str("torch::nn::Conv2d(", in_channels, ", ", out_channels, ", kernel_size=", text_of(kernel),
                           ", stride=", text_of(window.stride));
    text += window.padding != Pair{0, 0} ? ", padding=" + text_of(window.padding) : "";
    text += window.dilation != Pair{1, 1} ? ", dilation=" + text_of(window.dilation) : "";
    text += groups != 1 ? str(", groups=", groups) : "";
    return text + (bias ? ")" : ", bias=false)");
}

TorchTensor batch_norm_forward(const Layer &self, const TorchTensor &input) {
    if (input.dim() != 4) {
        libtorch_refuses(str("expected 4D input (got ", input.dim(), "D input)"));
    }
    // A layer without running statistics takes the batch's in evaluation, too.
    const bool by_batch = self.training || self.buffers.empty();
    if (by_batch && input.numel() == input.sizes()[1]) {
        libtorch_refuses("Expected more than 1 value per channel when training, got input size " +
                         text_of(input.sizes()));
    }
    return batch_norm_result(
        input, {at(self.buffers, 0), at(self.buffers, 1), at(self.parameters, 0), at(self.parameters, 1)}, by_batch);
}

// As in the torch plugin.
void check_tree(const TorchModule &module) {
    constexpr std::int64_t most = 1'000'000;
    constexpr std::int64_t deepest = 200;
    if (module.depth > deepest) {
        refuse(str("modules are nested ", module.depth, " deep: at most ", deepest, " are supported"));
    }
    if (module.count > most) {
        refuse(str("there are ", module.count, " modules inside: at most ", most, " are supported"));
    }
}

} // namespace

TorchModule rt_torch_module_linear(std::int64_t in_features, std::int64_t out_features, bool bias) {
    check_shape(std::array{check_size("out_features", out_features), check_size("in_features", in_features)});
    Layer::Named parameters{{"weight", parameter({out_features, in_features})}};
    if (bias) {
        parameters.emplace_back("bias", parameter({out_features}));
    }
    return layer(
        str("torch::nn::Linear(in_features=", in_features, ", out_features=", out_features, ", bias=", word(bias), ")"),
        [](const Layer &self, const TorchTensor &input) {
            return linear_result(input, *at(self.parameters, 0), at(self.parameters, 1));
        },
        std::move(parameters));
}

TorchModule rt_torch_module_conv2d(std::int64_t in_channels, std::int64_t out_channels, Dims kernel_size, Dims stride,
                                   Dims padding, Dims dilation, std::int64_t groups, bool bias) {
    check_size("in_channels", in_channels);
    check_size("out_channels", out_channels);
    check_size("groups", groups);
    if (in_channels % groups != 0 || out_channels % groups != 0) {
        refuse(str("groups is ", groups, ": it must divide in_channels (", in_channels, ") and out_channels (",
                   out_channels, ")"));
    }
    const Pair kernel = pair(kernel_size, "kernel_size", 0, 1);
    const Sizes sizes{out_channels, in_channels / groups, kernel[0], kernel[1]};
    check_shape(sizes);
    const Window window{pair(stride, "stride", 1, 1), pair(padding, "padding", 0, 0), pair(dilation, "dilation", 1, 1)};
    Layer::Named parameters{{"weight", parameter(sizes)}};
    if (bias) {
        parameters.emplace_back("bias", parameter({out_channels}));
    }
    return layer(
        conv2d_text(in_channels, out_channels, kernel, window, groups, bias),
        [window, groups](const Layer &self, const TorchTensor &input) {
            return conv2d_result(input, *at(self.parameters, 0), at(self.parameters, 1), window, groups);
        },
        std::move(parameters));
}

TorchModule rt_torch_module_max_pool2d(Dims kernel_size, Dims stride, Dims padding) {
    const Pair kernel = pair(kernel_size, "kernel_size", 0, 1);
    const Pair pads = pair(padding, "padding", 0, 0);
    libtorch::check_pooling(kernel, pads);
    const Window window{stride.empty() ? kernel : pair(stride, "stride", 1, 1), pads, {1, 1}};
    return layer(str("torch::nn::MaxPool2d(kernel_size=", text_of(kernel), ", stride=", text_of(window.stride),
                     ", padding=", text_of(pads), ", dilation=[1, 1], ceil_mode=false)"),
                 [kernel, window](const Layer &, const TorchTensor &input) {
                     return pooled(input, kernel, window, "max_pool2d");
                 });
}

TorchModule rt_torch_module_batch_norm2d(std::int64_t num_features, double eps, double momentum, bool affine,
                                         bool track_running_stats) {
    constexpr std::int64_t tensors = 4; // weight, bias, running_mean, running_var
    check_shape(std::array{tensors, check_size("num_features", num_features)});
    check_range("eps", eps, std::numeric_limits<float>::max());
    check_range("momentum", momentum, 1);
    TorchModule module = layer(str("torch::nn::BatchNorm2d(", num_features, ", eps=", eps, ", momentum=", momentum,
                                   ", affine=", word(affine), ", track_running_stats=", word(track_running_stats), ")"),
                               batch_norm_forward);
    if (affine) {
        module.layer->parameters = {{"weight", parameter({num_features})}, {"bias", parameter({num_features})}};
    }
    if (track_running_stats) {
        module.layer->buffers = {{"running_mean", buffer({num_features}, Dtype::float32)},
                                 {"running_var", buffer({num_features}, Dtype::float32)},
                                 {"num_batches_tracked", buffer({}, Dtype::int64)}};
    }
    return module;
}

TorchModule rt_torch_module_dropout(double p) {
    check_range("p", p, 1);
    return layer(str("torch::nn::Dropout(p=", p, ", inplace=false)"),
                 [p](const Layer &self, const TorchTensor &input) { return dropout_result(input, p, self.training); });
}

TorchModule rt_torch_module_relu() { return activation<rt_torch_torchtensor_relu>("ReLU"); }
TorchModule rt_torch_module_sigmoid() { return activation<rt_torch_torchtensor_sigmoid>("Sigmoid"); }
TorchModule rt_torch_module_tanh() { return activation<rt_torch_torchtensor_tanh>("Tanh"); }

TorchModule rt_torch_module_flatten(std::int64_t start_dim, std::int64_t end_dim) {
    return layer(
        str("torch::nn::Flatten(start_dim=", start_dim, ", end_dim=", end_dim, ")"),
        [start_dim, end_dim](const Layer &, const TorchTensor &input) { return flattened(input, start_dim, end_dim); });
}

TorchModule rt_torch_module_sequential(const Objects<TorchModule> &modules) {
    if (modules.size() == 0) {
        refuse("modules is empty: a Sequential needs at least one module");
    }
    TorchModule module = layer("torch::nn::Sequential", [](const Layer &self, const TorchTensor &input) {
        TorchTensor output = input;
        for (const auto &child : self.children) {
            output = child->forward(*child, output);
        }
        return output;
    });
    for (std::size_t i = 0; i < modules.size(); i++) {
        module.count += modules[i].count;
        module.depth = std::max(module.depth, modules[i].depth + 1);
        check_tree(module);
        module.layer->children.push_back(modules[i].layer);
    }
    return module;
}

} // namespace rt::stub
