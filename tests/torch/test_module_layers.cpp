// The layers, one by one: values and gradients as LibTorch's functions have them, options that are refused.
#include <functional>
#include <limits>

#include "support.hpp"

namespace torch_test::test_module_layers {

namespace {

using Pair = std::vector<std::int64_t>;
using Parameters = std::vector<at::Tensor>;

constexpr std::int64_t huge = std::int64_t{1} << 31;
const double nan = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

template <class... A> H make(const char *layer, const A &...arguments) {
    return call<H>(std::string("rt_torch_module_") + layer, arguments...);
}

H forward(const H &module, const H &input) { return call<H>("rt_torch_module_forward", module, input); }

// The layer's result for `input`, and the gradients of the sum of the result's squares, are those of `function`.
void check_layer(const H &module, const at::Tensor &input,
                 const std::function<at::Tensor(const at::Tensor &, const Parameters &)> &function) {
    const auto handles = call<std::vector<H>>("rt_torch_module_parameters", module);
    Parameters parameters;
    for (const H &handle : handles) {
        parameters.push_back(read(handle).requires_grad_());
    }
    const at::Tensor leaf = input.clone().requires_grad_();
    const at::Tensor want = function(leaf, parameters);
    want.pow(2).sum().backward();

    const H x = from_at(input);
    call("rt_torch_autograd_set_requires_grad", x, true);
    const H y = forward(module, x);
    check_same(y, want);
    backward(call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_torchtensor_mul", y, y)));
    check_same(grad(x), leaf.grad(), 1e-4);
    for (std::size_t i = 0; i < handles.size(); i++) {
        CAPTURE(i);
        check_same(grad(handles[i]), parameters[i].grad(), 1e-4);
    }
}

template <class... A> void refused(const char *text, const char *layer, const A &...arguments) {
    expect_error(RT_E_ARGUMENT, text, [&] { make(layer, arguments...); });
}

} // namespace

TEST_CASE_FIXTURE(Torch, "linear is input weight^T + bias") {
    check_layer(make("linear", 3, 2), at::randn({4, 3}),
                [](const at::Tensor &x, const Parameters &p) { return at::linear(x, p[0], p[1]); });
    check_layer(make("linear", 3, 2, arg("bias") = false), at::randn({2, 4, 3}),
                [](const at::Tensor &x, const Parameters &p) {
                    CHECK(p.size() == 1);
                    return at::linear(x, p[0]);
                });
}

TEST_CASE_FIXTURE(Torch, "linear refuses sizes below 1, and those no machine has memory for") {
    refused("in_features is 0: it must be 1 or more", "linear", 0, 1);
    refused("out_features is -1", "linear", 1, -1);
    refused("in_features is 2147483648: it must be 1 or more, and fit into 31 bits", "linear", huge, 1);
    expect_error(RT_E_MEMORY, "more bytes than 64 bits can count", [] { make("linear", huge - 1, huge - 1); });
    expect_error(RT_E_MEMORY, "GiB", [] { make("linear", 1 << 30, 1 << 20); });
}

TEST_CASE_FIXTURE(Torch, "conv2d takes stride, padding, dilation and groups, one number or height and width") {
    check_layer(make("conv2d", 2, 3, Pair{3}), at::randn({2, 2, 5, 6}),
                [](const at::Tensor &x, const Parameters &p) { return at::conv2d(x, p[0], p[1]); });
    check_layer(make("conv2d", 4, 6, Pair{3, 2}, Pair{2, 1}, Pair{1, 2}, Pair{1, 2}, 2, false), at::randn({2, 4, 7, 8}),
                [](const at::Tensor &x, const Parameters &p) {
                    CHECK(p.size() == 1);
                    return at::conv2d(x, p[0], {}, {2, 1}, {1, 2}, {1, 2}, 2);
                });
    check_layer(make("conv2d", 1, 1, Pair{2}, arg("padding") = Pair{1}), at::randn({1, 3, 3}),
                [](const at::Tensor &x, const Parameters &p) {
                    return at::conv2d(x.unsqueeze(0), p[0], p[1], 1, 1).squeeze(0);
                });
}

TEST_CASE_FIXTURE(Torch, "conv2d by its native entry") {
    const auto entry =
        native<std::int64_t(std::int64_t, std::int64_t, const std::int64_t *, std::size_t, const std::int64_t *,
                            std::size_t, const std::int64_t *, std::size_t, const std::int64_t *, std::size_t,
                            std::int64_t, bool)>("rt_torch_module_conv2d");
    const std::int64_t two[] = {2, 2};
    const std::int64_t none[] = {0};
    const std::int64_t one[] = {1};
    const H module(entry(1, 1, two, 2, one, 1, none, 1, one, 1, 1, true));
    CHECK(shape_of(forward(module, tensor({1, 2, 3, 4}, {1, 1, 2, 2}))) == Dims{1, 1, 1, 1});
    expect_native_error(RT_E_ARGUMENT, "argument 3 (kernel_size): the pointer is null",
                        [&] { entry(1, 1, nullptr, 2, one, 1, none, 1, one, 1, 1, true); });
    expect_native_error(RT_E_ARGUMENT, "argument 4 (stride): the count",
                        [&] { entry(1, 1, two, 2, one, SIZE_MAX, none, 1, one, 1, 1, true); });
}

TEST_CASE_FIXTURE(Torch, "conv2d refuses options that make no sense") {
    refused("in_channels is 0", "conv2d", 0, 1, Pair{1});
    refused("out_channels is -3", "conv2d", 1, -3, Pair{1});
    refused("kernel_size [0, 3] must be 1 or more", "conv2d", 1, 1, Pair{0, 3});
    refused("kernel_size []", "conv2d", 1, 1, Pair{});
    refused("kernel_size [1, 2, 3] must have one number, or two", "conv2d", 1, 1, Pair{1, 2, 3});
    refused("kernel_size [2147483648]", "conv2d", 1, 1, Pair{huge});
    refused("stride [0] must be 1 or more", "conv2d", 1, 1, Pair{1}, arg("stride") = Pair{0});
    refused("padding [-1] must be 0 or more", "conv2d", 1, 1, Pair{1}, arg("padding") = Pair{-1});
    refused("dilation [0] must be 1 or more", "conv2d", 1, 1, Pair{1}, arg("dilation") = Pair{0});
    refused("groups is 0", "conv2d", 2, 2, Pair{1}, arg("groups") = 0);
    refused("groups is -1", "conv2d", 2, 2, Pair{1}, arg("groups") = -1);
    refused("groups is 2: it must divide in_channels (3) and out_channels (4)", "conv2d", 3, 4, Pair{1},
            arg("groups") = 2);
    expect_error(RT_E_MEMORY, "more bytes than 64 bits can count",
                 [] { make("conv2d", 1 << 20, 1 << 20, Pair{1 << 20}); });
    expect_error(RT_E_TYPE, "argument 3 (kernel_size)", [] { make("conv2d", 1, 1, 3); });
}

TEST_CASE_FIXTURE(Torch, "conv2d with sizes that its input cannot have is an error when it runs") {
    const H x = tensor({1, 2, 3, 4}, {1, 1, 2, 2});
    const auto fails = [&](const H &module) {
        expect_error(RT_E_CALLEE, "rt_torch_module_forward: ", [&] { forward(module, x); });
    };
    fails(make("conv2d", 1, 1, Pair{3}));
    fails(make("conv2d", 1, 1, Pair{2}, arg("dilation") = Pair{huge - 1}));
    fails(make("conv2d", 2, 1, Pair{1}));
    expect_error(RT_E_CALLEE,
                 "rt_torch_module_forward: ", [&] { forward(make("conv2d", 1, 1, Pair{1}), tensor({1, 2})); });
}

TEST_CASE_FIXTURE(Torch, "max_pool2d takes the largest value in each window") {
    const H x = tensor({1, 2, 3, 4, 5, 6, 7, 8}, {1, 2, 4});
    check_values(forward(make("max_pool2d", Pair{2}), x), {6, 8}); // the stride is the kernel
    check_values(forward(make("max_pool2d", Pair{1, 2}, Pair{1}), x), {2, 3, 4, 6, 7, 8});
    check_values(forward(make("max_pool2d", Pair{2}, Pair{1, 2}, Pair{1, 0}), x), {2, 4, 6, 8, 6, 8});
    check_layer(
        make("max_pool2d", Pair{3, 2}, arg("padding") = Pair{1}), at::randn({2, 3, 7, 6}),
        [](const at::Tensor &input, const Parameters &) { return at::max_pool2d(input, {3, 2}, {3, 2}, {1, 1}); });
}

TEST_CASE_FIXTURE(Torch, "max_pool2d refuses options that make no sense") {
    refused("kernel_size []", "max_pool2d", Pair{});
    refused("kernel_size [0]", "max_pool2d", Pair{0});
    refused("stride [0]", "max_pool2d", Pair{2}, Pair{0});
    refused("stride [1, 1, 1]", "max_pool2d", Pair{2}, Pair{1, 1, 1});
    refused("padding [-1]", "max_pool2d", Pair{2}, Pair{}, Pair{-1});
    refused("padding is 2: it must be at most half of kernel_size, 1", "max_pool2d", Pair{3}, Pair{}, Pair{2});
    expect_error(RT_E_CALLEE, "rt_torch_module_forward: ", [] { forward(make("max_pool2d", Pair{2}), tensor({1})); });
    expect_error(RT_E_CALLEE, "rt_torch_module_forward: ", [] {
        forward(make("max_pool2d", Pair{huge - 1}), tensor({1}, {1, 1, 1}));
    });
}

TEST_CASE_FIXTURE(Torch, "batch_norm2d normalises by the batch in training, and by running statistics afterwards") {
    const H module = make("batch_norm2d", 1);
    const H x = tensor({1, 3}, {2, 1, 1, 1}); // mean 2, variance 1; 2 without bias
    check_values(forward(module, x), {-1, 1}, 1e-4);
    const auto buffers = call("rt_torch_module_named_buffers", module)[1].as<std::vector<H>>();
    check_values(buffers[0], {0.2});           // 0.9 * 0 + 0.1 * 2
    check_values(buffers[1], {0.9 + 0.1 * 2}); // 0.9 * 1 + 0.1 * 2
    check_values(buffers[2], {1});
    call("rt_torch_module_eval", module);
    check_values(forward(module, tensor({0.2}, {1, 1, 1, 1})), {0}, 1e-4);
    check_values(buffers[2], {1});
}

TEST_CASE_FIXTURE(Torch, "batch_norm2d with its options") {
    check_layer(make("batch_norm2d", 3, 1e-3, 0.5), at::randn({4, 3, 2, 2}),
                [](const at::Tensor &x, const Parameters &p) {
                    return at::batch_norm(x, p[0], p[1], {}, {}, true, 0.5, 1e-3, false);
                });
    check_layer(make("batch_norm2d", 3, arg("affine") = false), at::randn({4, 3, 2, 2}),
                [](const at::Tensor &x, const Parameters &p) {
                    CHECK(p.empty());
                    return at::batch_norm(x, {}, {}, {}, {}, true, 0.1, 1e-5, false);
                });
    const H module = make("batch_norm2d", 3, arg("track_running_stats") = false);
    CHECK(call("rt_torch_module_named_buffers", module)[0].size() == 0);
    call("rt_torch_module_eval", module); // without statistics it is the batch that counts
    const at::Tensor x = at::randn({4, 3, 2, 2});
    check_same(forward(module, from_at(x)), at::batch_norm(x, {}, {}, {}, {}, true, 0.1, 1e-5, false));
}

TEST_CASE_FIXTURE(Torch, "batch_norm2d refuses what it cannot normalise") {
    refused("num_features is 0", "batch_norm2d", 0);
    refused("num_features is -1", "batch_norm2d", -1);
    refused("eps is -1", "batch_norm2d", 1, -1.0);
    refused("eps is nan", "batch_norm2d", 1, nan);
    refused("momentum is 1.5: it must be from 0 to 1", "batch_norm2d", 1, 1e-5, 1.5);
    refused("momentum is inf", "batch_norm2d", 1, 1e-5, infinity);
    const H module = make("batch_norm2d", 2);
    expect_error(RT_E_CALLEE, "4D", [&] { forward(module, tensor({1, 2})); });
    expect_error(RT_E_CALLEE, "running_mean should contain 3 elements",
                 [&] { forward(module, tensor({1, 2, 3, 4, 5, 6}, {2, 3, 1, 1})); });
    expect_error(RT_E_CALLEE, "more than 1 value per channel", [&] { forward(module, tensor({1, 2}, {1, 2, 1, 1})); });
}

TEST_CASE_FIXTURE(Torch, "dropout zeroes values in training, scales the others, and does nothing in evaluation") {
    const H module = make("dropout", 0.25);
    const H x = call<H>("rt_torch_tensor_ones", Dims{10'000});
    const at::Tensor y = read(forward(module, x));
    CHECK(at::logical_or(y.eq(0), y.isclose(at::full({1}, 1 / 0.75))).all().item<bool>());
    CHECK(y.eq(0).sum().item<double>() == doctest::Approx(2500).epsilon(0.1)); // 7 standard deviations
    call("rt_torch_module_eval", module);
    check_same(forward(module, x), at::ones({10'000}));

    check_values(forward(make("dropout", 0.0), tensor({1, 2})), {1, 2});
    check_values(forward(make("dropout", 1.0), tensor({1, 2})), {0, 0});
    call("rt_torch_manual_seed", 5);
    const H first = forward(make("dropout"), x);
    call("rt_torch_manual_seed", 5);
    check_same(forward(make("dropout", 0.5), x), read(first));
}

TEST_CASE_FIXTURE(Torch, "dropout refuses what is no probability") {
    for (const double p : {-0.1, 1.1, nan, infinity}) {
        refused("it must be from 0 to 1", "dropout", p);
    }
}

TEST_CASE_FIXTURE(Torch, "relu, sigmoid and tanh of each value") {
    check_values(forward(make("relu"), tensor({-1, 0, 2})), {0, 0, 2});
    check_values(forward(make("sigmoid"), tensor({0, std::log(3.0)})), {0.5, 0.75});
    check_values(forward(make("tanh"), tensor({0, std::log(2.0)})), {0, 0.6}); // (4 - 1) / (4 + 1)
    const at::Tensor x = at::randn({3, 4});
    check_layer(make("relu"), x, [](const at::Tensor &input, const Parameters &) { return at::relu(input); });
    check_layer(make("sigmoid"), x, [](const at::Tensor &input, const Parameters &) { return at::sigmoid(input); });
    check_layer(make("tanh"), x, [](const at::Tensor &input, const Parameters &) { return at::tanh(input); });
    for (const char *layer : {"relu", "sigmoid", "tanh"}) {
        expect_error(RT_E_ARGUMENT, layer, [&] { make(layer, 1); });
    }
}

TEST_CASE_FIXTURE(Torch, "flatten makes one dimension of several, by default of all but the first") {
    const H x = call<H>("rt_torch_tensor_zeros", Dims{2, 3, 4, 5});
    CHECK(shape_of(forward(make("flatten"), x)) == Dims{2, 60});
    CHECK(shape_of(forward(make("flatten", 0), x)) == Dims{120});
    CHECK(shape_of(forward(make("flatten", 1, 2), x)) == Dims{2, 12, 5});
    CHECK(shape_of(forward(make("flatten", -3, -2), x)) == Dims{2, 12, 5});
    check_values(forward(make("flatten"), tensor({1, 2, 3, 4}, {1, 2, 2})), {1, 2, 3, 4});
    const std::int64_t extremes[] = {7, -7, std::numeric_limits<std::int64_t>::max(),
                                     std::numeric_limits<std::int64_t>::min()};
    for (const std::int64_t dim : extremes) {
        CAPTURE(dim);
        expect_error(RT_E_ARGUMENT, "Dimension out of range", [&] { forward(make("flatten", dim), x); });
        expect_error(RT_E_ARGUMENT, "Dimension out of range", [&] { forward(make("flatten", 0, dim), x); });
    }
    expect_error(RT_E_CALLEE, "start_dim", [&] { forward(make("flatten", 2, 1), x); });
}

} // namespace torch_test::test_module_layers
