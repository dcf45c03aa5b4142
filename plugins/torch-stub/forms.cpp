#include "forms.hpp"

#include <algorithm>

#include "elementwise.hpp"
#include "matmul.hpp"

namespace rt::stub {

namespace {

// An image without a batch is a batch of one, and the result has none either.
bool check_image(const TorchTensor &input, const char *operation) {
    if (input.dim() != 3 && input.dim() != 4) {
        libtorch_refuses(str("Expected 3D (unbatched) or 4D (batched) input to ", operation,
                             ", but got input of size: ", text_of(input.sizes())));
    }
    return input.dim() == 4;
}

TorchTensor images(const TorchTensor &input, std::int64_t channels, const Pair &size, const TorchTensor *weight,
                   const TorchTensor *bias) {
    const bool batched = input.dim() == 4;
    Sizes sizes{channels, size[0], size[1]};
    if (batched) {
        sizes.insert(sizes.begin(), input.sizes()[0]);
    }
    return computed(image_layout(std::move(sizes), input.layout()), {&input, weight, bias});
}

void one_for_each_channel(const char *name, const TorchTensor *tensor, std::int64_t channels) {
    if (tensor != nullptr && tensor->numel() != channels) {
        libtorch_refuses(str(name, " should contain ", channels, " elements not ", tensor->numel()));
    }
}

} // namespace

void same_dtypes(const TorchTensor &a, const TorchTensor *b) {
    if (b != nullptr && a.dtype() != b->dtype()) {
        libtorch_refuses(
            str("expected scalar type ", info_of(a.dtype()).name, " but found ", info_of(b->dtype()).name));
    }
}

TorchTensor conv2d_result(const TorchTensor &input, const TorchTensor &weight, const TorchTensor *bias,
                          const Window &window, std::int64_t groups) {
    const bool batched = check_image(input, "conv2d");
    const std::int64_t channels = input.sizes()[batched ? 1 : 0];
    const std::int64_t channels_out = weight.sizes()[0];
    if (channels_out < groups || channels_out % groups != 0 || channels != weight.sizes()[1] * groups) {
        libtorch_refuses(str("Given groups=", groups, ", weight of size ", text_of(weight.sizes()), ", expected input ",
                             text_of(input.sizes()), " to have ", weight.sizes()[1] * groups, " channels, but got ",
                             channels, " channels instead"));
    }
    if (bias != nullptr && (bias->dim() != 1 || bias->numel() != channels_out)) {
        libtorch_refuses(str("Given weight of size ", text_of(weight.sizes()),
                             ", expected bias to be 1-dimensional with ", channels_out,
                             " elements, but got bias of size ", text_of(bias->sizes()), " instead"));
    }
    Pair size{};
    for (std::size_t i = 0; i < 2; i++) {
        const std::int64_t padded = input.sizes()[input.sizes().size() - 2 + i] + 2 * window.padding[i];
        const std::int64_t kernel = window.dilation[i] * (weight.sizes()[2 + i] - 1) + 1;
        if (kernel > padded) {
            libtorch_refuses(str("Calculated padded input size per channel: ", padded, ". Kernel size: ", kernel,
                                 ". Kernel size can't be greater than actual input size"));
        }
        size[i] = (padded - kernel) / window.stride[i] + 1;
    }
    same_dtypes(input, &weight);
    same_dtypes(input, bias);
    return images(input, channels_out, size, &weight, bias);
}

TorchTensor pooled(const TorchTensor &input, const Pooling &pooling, const char *operation) {
    const bool batched = check_image(input, operation);
    take_only(input, is_floating, operation);
    Pair size{};
    for (std::size_t i = 0; i < 2; i++) {
        const std::int64_t padded = input.sizes()[input.sizes().size() - 2 + i] + 2 * pooling.padding[i];
        size[i] = padded < pooling.kernel[i] ? 0 : (padded - pooling.kernel[i]) / pooling.stride[i] + 1;
    }
    const std::int64_t channels = input.sizes()[batched ? 1 : 0];
    if (size[0] < 1 || size[1] < 1 || channels == 0) {
        libtorch_refuses(str("Given input size: ", text_of(input.sizes()), ". Calculated output size: ", channels, "x",
                             size[0], "x", size[1], ". Output size is too small"));
    }
    return images(input, channels, size, nullptr, nullptr);
}

TorchTensor linear_result(const TorchTensor &input, const TorchTensor &weight, const TorchTensor *bias) {
    if (weight.dim() > 2) {
        libtorch_refuses(str("t() expects a tensor with <= 2 dimensions, but self is ", weight.dim(), "D"));
    }
    Layout transposed = weight.layout();
    std::ranges::reverse(transposed.sizes);
    std::ranges::reverse(transposed.strides);
    Layout layout = matmul_layout(input, made(std::move(transposed)));
    if (input.dim() == 2 || input.layout().is_contiguous()) {
        same_dtypes(input, bias); // one operation; with other inputs the bias is added afterwards
    }
    return computed(std::move(layout), {&input, &weight, bias});
}

TorchTensor batch_norm_result(const TorchTensor &input, const Normalisation &with, bool training) {
    if (!training && (with.running_mean == nullptr || with.running_var == nullptr)) {
        libtorch_refuses("Expected running_mean and running_var to be defined when training=False");
    }
    const std::int64_t channels = input.sizes()[1];
    if (input.numel() != 0) { // else LibTorch does not look
        if ((with.running_mean == nullptr) != (with.running_var == nullptr)) {
            libtorch_refuses("running_mean and running_var must either both be None or neither be None");
        }
        one_for_each_channel("running_mean", with.running_mean, channels);
        one_for_each_channel("running_var", with.running_var, channels);
        one_for_each_channel("weight", with.weight, channels);
        one_for_each_channel("bias", with.bias, channels);
    }
    take_only(input, is_floating, "batch_norm");
    for (const TorchTensor *one : {with.running_mean, with.running_var, with.weight, with.bias}) {
        same_dtypes(input, one);
    }
    return computed(image_layout(input.sizes(), input.layout()), {&input, with.weight, with.bias});
}

TorchTensor dropout_result(const TorchTensor &input, double p, bool training) {
    if (!training || p == 0 || input.numel() == 0) {
        return input;
    }
    if (!is_floating(input.dtype()) && p != 1) {
        libtorch_refuses(
            str("result type Float can't be cast to the desired output type ", info_of(input.dtype()).name));
    }
    return computed(elementwise({&input}, input.dtype()), {&input});
}

TorchTensor reshaped(const TorchTensor &a, Sizes sizes) {
    std::optional<Sizes> strides = view_strides(a.layout(), sizes);
    Layout layout =
        strides ? Layout{std::move(sizes), std::move(*strides), a.dtype()} : contiguous(std::move(sizes), a.dtype());
    return computed(std::move(layout), {&a});
}

TorchTensor flattened(const TorchTensor &input, std::int64_t start_dim, std::int64_t end_dim) {
    const std::size_t start = dimension(start_dim, input.dim());
    const std::size_t end = dimension(end_dim, input.dim());
    if (start > end) {
        libtorch_refuses("flatten() has invalid args: start_dim cannot come after end_dim");
    }
    if (input.dim() != 0 && start == end) {
        return input;
    }
    Sizes sizes = input.sizes();
    std::int64_t size = 1;
    for (std::size_t i = start; i < std::min(end + 1, sizes.size()); i++) {
        size *= sizes[i];
    }
    if (!sizes.empty()) {
        sizes.erase(sizes.begin() + static_cast<std::ptrdiff_t>(start),
                    sizes.begin() + static_cast<std::ptrdiff_t>(end));
        sizes[start] = size;
    }
    return reshaped(input, sizes.empty() ? Sizes{1} : std::move(sizes));
}

} // namespace rt::stub
