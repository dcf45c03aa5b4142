// module_layers.cpp - the layers of torch::nn.
#include "elementwise.hpp"
#include "forms.hpp"
#include "functions.hpp"

namespace rt::stub {

namespace {

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
    return {std::move(made), {}};
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

} // namespace

TorchModule rt_torch_module_linear(std::int64_t in_features, std::int64_t out_features, bool bias) {
    libtorch::check_linear(in_features, out_features);
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
    const auto weight = libtorch::conv2d_weight(in_channels, out_channels, kernel_size, groups);
    const Window window(stride, padding, dilation);
    Layer::Named parameters{{"weight", parameter({weight.begin(), weight.end()})}};
    if (bias) {
        parameters.emplace_back("bias", parameter({out_channels}));
    }
    return layer(
        conv2d_text(in_channels, out_channels, {weight[2], weight[3]}, window, groups, bias),
        [window, groups](const Layer &self, const TorchTensor &input) {
            return conv2d_result(input, *at(self.parameters, 0), at(self.parameters, 1), window, groups);
        },
        std::move(parameters));
}

TorchModule rt_torch_module_max_pool2d(Dims kernel_size, Dims stride, Dims padding) {
    const Pooling pooling(kernel_size, stride, padding);
    return layer(str("torch::nn::MaxPool2d(kernel_size=", text_of(pooling.kernel), ", stride=", text_of(pooling.stride),
                     ", padding=", text_of(pooling.padding), ", dilation=[1, 1], ceil_mode=false)"),
                 [pooling](const Layer &, const TorchTensor &input) { return pooled(input, pooling, "max_pool2d"); });
}

TorchModule rt_torch_module_batch_norm2d(std::int64_t num_features, double eps, double momentum, bool affine,
                                         bool track_running_stats) {
    libtorch::check_batch_norm2d(num_features, eps, momentum);
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
    libtorch::check_range("p", p, 1);
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

} // namespace rt::stub
