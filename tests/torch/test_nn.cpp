// The layers as functions of their weights, against at:: called directly, with their gradients.
#include "support.hpp"

#include <limits>

namespace torch_test::test_nn {

namespace {

constexpr const char *conv2d = "rt_torch_nn_conv2d";
constexpr const char *max_pool2d = "rt_torch_nn_max_pool2d";
constexpr const char *avg_pool2d = "rt_torch_nn_avg_pool2d";
constexpr const char *batch_norm = "rt_torch_nn_batch_norm";
constexpr const char *layer_norm = "rt_torch_nn_layer_norm";
constexpr const char *dropout = "rt_torch_nn_dropout";
constexpr const char *linear = "rt_torch_nn_linear";
constexpr const char *embedding = "rt_torch_nn_embedding";

const Dims none;

// The same random numbers twice: as LibTorch's own tensor and as a handle, both collecting gradients.
struct Twin {
    at::Tensor direct;
    H handle;
    explicit Twin(const Dims &dims) : direct(at::randn(dims)), handle(from_at(direct)) {
        direct.requires_grad_();
        call("rt_torch_autograd_set_requires_grad", handle, true);
    }
    void check_gradient() const { check_same(grad(handle), direct.grad(), 1e-4); }
};

// The same numbers, and the same gradients behind them.
void check_layer(const H &got, const at::Tensor &want, std::initializer_list<const Twin *> inputs) {
    check_same(got, want, 1e-4);
    // Squared, so that the gradient that arrives is not the same everywhere.
    backward(call<H>("rt_torch_loss_mse", got, from_at(at::zeros(want.sizes()))));
    want.square().mean().backward();
    for (const Twin *input : inputs) {
        input->check_gradient();
    }
}

H images(const Dims &dims = {1, 1, 4, 4}) {
    return from_at(at::arange(c10::multiply_integers(dims)).to(at::kFloat).reshape(dims));
}

} // namespace

TEST_CASE_FIXTURE(Torch, "conv2d is LibTorch's, with stride, padding, dilation and groups") {
    at::manual_seed(1);
    const struct {
        Dims input, weight, stride, padding, dilation;
        std::int64_t groups;
    } cases[] = {
        {{2, 3, 6, 5}, {4, 3, 3, 2}, {1, 1}, {0, 0}, {1, 1}, 1},
        {{1, 2, 7, 7}, {2, 2, 3, 3}, {2, 1}, {1, 2}, {1, 2}, 1},
        {{2, 4, 5, 5}, {6, 2, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 2},
    };
    for (const auto &[input_dims, weight_dims, stride, padding, dilation, groups] : cases) {
        const Twin input(input_dims), weight(weight_dims), bias({weight_dims[0]});
        check_layer(call<H>(conv2d, input.handle, weight.handle, bias.handle, stride, padding, dilation, groups),
                    at::conv2d(input.direct, weight.direct, bias.direct, stride, padding, dilation, groups),
                    {&input, &weight, &bias});
    }
}

TEST_CASE_FIXTURE(Torch, "conv2d takes bias 0 for none, and empty stride, padding and dilation for 1, 0 and 1") {
    const H weight = tensor({1, 0, 0, 1}, {1, 1, 2, 2}); // adds the element below and to the right
    check_values(call<H>(conv2d, images({1, 1, 3, 3}), weight, 0, none, none, none, 1), {4, 6, 10, 12});
    check_values(call<H>(conv2d, images({1, 1, 3, 3}), weight, tensor({100}), none, none, none, 1),
                 {104, 106, 110, 112});
}

TEST_CASE_FIXTURE(Torch, "one number serves both dimensions of conv2d") {
    const H weight = tensor({1, 2, 3, 4}, {1, 1, 2, 2});
    const H one = call<H>(conv2d, images(), weight, 0, Dims{2}, Dims{1}, Dims{1}, 1);
    const H two = call<H>(conv2d, images(), weight, 0, Dims{2, 2}, Dims{1, 1}, Dims{1, 1}, 1);
    check_same(one, read(two));
    CHECK(shape_of(one) == Dims{1, 1, 3, 3});
}

TEST_CASE_FIXTURE(Torch,
                  "conv2d refuses groups, strides, paddings and dilations that LibTorch would divide by or loop over") {
    const H input = images();
    const H weight = tensor({1, 2, 3, 4}, {1, 1, 2, 2});
    const auto refused = [&](const char *text, const Dims &stride, const Dims &padding, const Dims &dilation,
                             std::int64_t groups) {
        expect_error(RT_E_ARGUMENT, text, [&] { call(conv2d, input, weight, 0, stride, padding, dilation, groups); });
    };
    refused("groups is 0: it must be 1 or more", none, none, none, 0);
    refused("groups is -1: it must be 1 or more", none, none, none, -1);
    refused("groups is 4294967296: it must be 1 or more, and fit into 31 bits", none, none, none, 4294967296);
    refused("groups is 4294967297", none, none, none, 4294967297); // 1 in 32 bits
    refused("stride [0] must be 1 or more", {0}, none, none, 1);
    refused("stride [1, -1] must be 1 or more", {1, -1}, none, none, 1);
    refused("padding [-1] must be 0 or more", none, {-1}, none, 1);
    refused("dilation [0] must be 1 or more", none, none, {0}, 1);
    refused("stride [1, 1, 1] must have one number, or two", {1, 1, 1}, none, none, 1);
    refused("fit into 31 bits", {std::numeric_limits<std::int64_t>::max()}, none, none, 1);
}

TEST_CASE_FIXTURE(Torch, "conv2d of shapes that do not fit fails with both of them") {
    const H input = images();
    expect_error(RT_E_ARGUMENT,
                 "weight must have the shape [channels out, channels in / groups, height, width], and not [4]",
                 [&] { call(conv2d, input, tensor({1, 2, 3, 4}), 0, none, none, none, 1); });
    expect_error(RT_E_CALLEE, "to have 3 channels",
                 [&] { call(conv2d, input, tensor(Values(12, 1), {1, 3, 2, 2}), 0, none, none, none, 1); });
    expect_error(RT_E_CALLEE, "Kernel size can't be greater than actual input size",
                 [&] { call(conv2d, input, tensor(Values(25, 1), {1, 1, 5, 5}), 0, none, none, none, 1); });
}

TEST_CASE_FIXTURE(Torch, "max_pool2d gives each window's largest element, and its gradient goes there") {
    at::manual_seed(2);
    const Twin input({2, 3, 6, 5});
    check_layer(call<H>(max_pool2d, input.handle, Dims{3, 2}, Dims{2, 1}, Dims{1, 1}),
                at::max_pool2d(input.direct, {3, 2}, {2, 1}, {1, 1}), {&input});
    check_values(call<H>(max_pool2d, images(), Dims{2}, Dims{1}, none), {5, 6, 7, 9, 10, 11, 13, 14, 15});
}

TEST_CASE_FIXTURE(Torch, "avg_pool2d gives each window's mean, padding included") {
    at::manual_seed(3);
    const Twin input({2, 3, 6, 5});
    check_layer(call<H>(avg_pool2d, input.handle, Dims{3, 2}, Dims{2, 1}, Dims{1, 1}),
                at::avg_pool2d(input.direct, {3, 2}, {2, 1}, {1, 1}), {&input});
    check_values(call<H>(avg_pool2d, tensor({4}, {1, 1, 1, 1}), Dims{2}, Dims{1}, Dims{1}), {1, 1, 1, 1});
}

TEST_CASE_FIXTURE(Torch, "an empty stride of a pooling is its kernel's size") {
    check_values(call<H>(max_pool2d, images(), Dims{2}, none, none), {5, 7, 13, 15});
    check_values(call<H>(avg_pool2d, images(), Dims{2}, none, none), {2.5, 4.5, 10.5, 12.5});
    CHECK(shape_of(call<H>(max_pool2d, images(), Dims{2, 4}, none, none)) == Dims{1, 1, 2, 1});
}

TEST_CASE_FIXTURE(Torch,
                  "poolings refuse empty, zero and negative windows and strides, and padding that hides a window") {
    const H input = images();
    for (const char *pool : {max_pool2d, avg_pool2d}) {
        CAPTURE(pool);
        expect_error(RT_E_ARGUMENT, "kernel_size [] must have one number, or two",
                     [&] { call(pool, input, none, none, none); });
        expect_error(RT_E_ARGUMENT, "kernel_size [0] must be 1 or more",
                     [&] { call(pool, input, Dims{0}, none, none); });
        expect_error(RT_E_ARGUMENT, "kernel_size [2, -2] must be 1 or more",
                     [&] { call(pool, input, Dims{2, -2}, none, none); });
        expect_error(RT_E_ARGUMENT, "stride [0] must be 1 or more", [&] { call(pool, input, Dims{2}, Dims{0}, none); });
        expect_error(RT_E_ARGUMENT, "padding [-1] must be 0 or more",
                     [&] { call(pool, input, Dims{2}, none, Dims{-1}); });
        expect_error(RT_E_ARGUMENT, "padding is 2: it must be at most half of kernel_size, 1",
                     [&] { call(pool, input, Dims{2}, none, Dims{2}); });
        expect_error(RT_E_ARGUMENT, "kernel_size [5, 5] is larger than the input with its padding, [4, 4]",
                     [&] { call(pool, input, Dims{5}, none, none); });
        expect_error(RT_E_ARGUMENT, "kernel_size [7, 1] is larger than the input with its padding, [6, 4]",
                     [&] { call(pool, input, Dims{7, 1}, none, Dims{1, 0}); });
    }
}

TEST_CASE_FIXTURE(Torch, "poolings refuse a padding that LibTorch would step through for seconds") {
    for (const char *pool : {max_pool2d, avg_pool2d}) {
        expect_error(RT_E_ARGUMENT, "padding is 536870912: it must be at most half of kernel_size, 536870912, and at",
                     [&] { call(pool, images(), Dims{1 << 30}, Dims{1 << 30}, Dims{1 << 29}); });
        CHECK(shape_of(call<H>(pool, images(), Dims{1 << 17}, Dims{1 << 17}, Dims{1 << 16})) == Dims{1, 1, 1, 1});
    }
}

TEST_CASE_FIXTURE(Torch, "what is no image is refused by conv2d and the poolings") {
    const H weight = tensor({1}, {1, 1, 1, 1});
    for (const Dims &dims : {Dims{}, {1}, {1, 1}, {1, 1, 1, 1, 1}}) {
        const H input = tensor({1}, dims);
        const std::string text = "input must have the shape [N, channels, height, width] or [channels, height, width], "
                                 "and not " +
                                 c10::str(at::IntArrayRef(dims));
        expect_error(RT_E_ARGUMENT, text, [&] { call(conv2d, input, weight, 0, none, none, none, 1); });
        expect_error(RT_E_ARGUMENT, text, [&] { call(max_pool2d, input, Dims{1}, none, none); });
        expect_error(RT_E_ARGUMENT, text, [&] { call(avg_pool2d, input, Dims{1}, none, none); });
    }
    const H image = tensor({1, 2, 3, 4}, {1, 2, 2});
    check_values(call<H>(conv2d, image, tensor({10}, {1, 1, 1, 1}), 0, none, none, none, 1), {10, 20, 30, 40});
    check_values(call<H>(max_pool2d, image, Dims{2}, none, none), {4});
    check_values(call<H>(avg_pool2d, image, Dims{2}, none, none), {2.5});
}

TEST_CASE_FIXTURE(Torch, "batch_norm in training normalises by the batch and mixes it into the running statistics") {
    at::manual_seed(4);
    const Twin input({4, 3, 2, 2}), weight({3}), bias({3});
    const at::Tensor mean = at::randn({3});
    const at::Tensor variance = at::rand({3}) + 0.5;
    const H running_mean = from_at(mean);
    const H running_var = from_at(variance);
    check_layer(
        call<H>(batch_norm, input.handle, running_mean, running_var, weight.handle, bias.handle, true, 0.25, 1e-5),
        at::batch_norm(input.direct, weight.direct, bias.direct, mean, variance, true, 0.25, 1e-5, false),
        {&input, &weight, &bias});
    check_same(running_mean, mean);
    check_same(running_var, variance);
}

TEST_CASE_FIXTURE(Torch, "the running statistics move by momentum towards the batch's mean and unbiased variance") {
    const H mean = tensor({10});
    const H variance = tensor({1});
    call(batch_norm, tensor({1, 3}, {2, 1}), mean, variance, 0, 0, true, 0.5, 1e-5);
    check_values(mean, {6});       // (10 + 2) / 2
    check_values(variance, {1.5}); // (1 + 2) / 2
}

TEST_CASE_FIXTURE(Torch, "batch_norm outside training normalises by the running statistics and leaves them alone") {
    const H mean = tensor({1});
    const H variance = tensor({4});
    const H input = tensor({1, 5}, {2, 1});
    check_values(call<H>(batch_norm, input, mean, variance, 0, 0, false, 0.5, 0.0), {0, 2});
    check_values(call<H>(batch_norm, input, mean, variance, tensor({10}), tensor({1}), false, 0.5, 0.0), {1, 21});
    check_values(mean, {1});
    check_values(variance, {4});
}

TEST_CASE_FIXTURE(Torch, "batch_norm in training needs no running statistics, weight or bias") {
    check_values(call<H>(batch_norm, tensor({1, 3}, {2, 1}), 0, 0, 0, 0, true, 0.1, 0.0), {-1, 1});
}

TEST_CASE_FIXTURE(Torch, "batch_norm refuses what has no channels, no statistics or other sizes") {
    const H input = tensor({1, 2, 3, 4}, {2, 2});
    expect_error(RT_E_ARGUMENT, "input must have the shape [N, channels, ...], and not [3]",
                 [&] { call(batch_norm, tensor({1, 2, 3}), 0, 0, 0, 0, true, 0.1, 1e-5); });
    expect_error(RT_E_CALLEE, "running_mean", [&] { call(batch_norm, input, 0, 0, 0, 0, false, 0.1, 1e-5); });
    expect_error(RT_E_CALLEE, "running_mean should contain 2 elements not 3",
                 [&] { call(batch_norm, input, tensor({1, 2, 3}), tensor({1, 1, 1}), 0, 0, false, 0.1, 1e-5); });
}

TEST_CASE_FIXTURE(Torch, "batch_norm refuses what would leave NaN in the running statistics, and leaves them alone") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const H mean = tensor({1, 2});
    const H variance = tensor({3, 4});
    const H input = tensor({1, 2, 3, 4}, {2, 2});
    const auto refused = [&](const char *text, const H &x, double momentum, double eps) {
        expect_error(RT_E_ARGUMENT, text, [&] { call(batch_norm, x, mean, variance, 0, 0, true, momentum, eps); });
        check_values(mean, {1, 2});
        check_values(variance, {3, 4});
    };
    refused("input [1, 2] has one value per channel", tensor({5, 6}, {1, 2}), 0.1, 1e-5);
    refused("input [1, 2, 1, 1] has one value per channel", tensor({5, 6}, {1, 2, 1, 1}), 0.1, 1e-5);
    refused("momentum is nan: it must be from 0 to 1", input, nan, 1e-5);
    refused("momentum is -0.1", input, -0.1, 1e-5);
    refused("momentum is 1.5", input, 1.5, 1e-5);
    refused("eps is nan", input, 0.1, nan);
    refused("eps is -1", input, 0.1, -1);
    refused("eps is inf", input, 0.1, std::numeric_limits<double>::infinity());
    check_values(call<H>(batch_norm, tensor({5, 6}, {1, 2}), mean, variance, 0, 0, false, 0.1, 1.0), {2, 1.788854});
    CHECK(shape_of(call<H>(batch_norm, tensor({}, {0, 2}), mean, variance, 0, 0, true, 0.1, 1e-5)) == Dims{0, 2});
    check_values(mean, {1, 2});
}

TEST_CASE_FIXTURE(Torch, "layer_norm normalises the last dimensions") {
    at::manual_seed(5);
    const Twin input({2, 3, 4}), weight({3, 4}), bias({3, 4});
    check_layer(call<H>(layer_norm, input.handle, Dims{3, 4}, weight.handle, bias.handle, 1e-5),
                at::layer_norm(input.direct, {3, 4}, weight.direct, bias.direct, 1e-5), {&input, &weight, &bias});
    check_values(call<H>(layer_norm, tensor({1, 3, 10, 30}, {2, 2}), Dims{2}, 0, 0, 0.0), {-1, 1, -1, 1});
}

TEST_CASE_FIXTURE(Torch, "layer_norm refuses a shape that is not the end of the input's") {
    const H input = tensor({1, 2, 3, 4}, {2, 2});
    expect_error(RT_E_CALLEE, "normalized_shape=[3]", [&] { call(layer_norm, input, Dims{3}, 0, 0, 1e-5); });
    expect_error(RT_E_CALLEE, "normalized_shape", [&] { call(layer_norm, input, none, 0, 0, 1e-5); });
    expect_error(RT_E_CALLEE, "weight", [&] { call(layer_norm, input, Dims{2}, tensor({1, 2, 3}), 0, 1e-5); });
    for (const double eps : {-1.0, 1e300, std::numeric_limits<double>::quiet_NaN()}) {
        expect_error(RT_E_ARGUMENT, "eps is ", [&] { call(layer_norm, input, Dims{2}, 0, 0, eps); });
    }
}

TEST_CASE_FIXTURE(Torch, "dropout in training zeroes about that part, and scales up the rest and its gradient") {
    call("rt_torch_manual_seed", 6);
    const H input = parameter(Values(10000, 1));
    const H result = call<H>(dropout, input, 0.25, true);
    const at::Tensor kept = read(result).ne(0);
    CHECK(kept.sum().item<double>() == doctest::Approx(7500).epsilon(0.03));
    check_same(result, kept.to(at::kFloat) / 0.75);
    backward(call<H>("rt_torch_loss_mse", result, from_at(at::zeros(10000))));
    check_same(grad(input), kept.to(at::kFloat) * 2 / 0.75 / 0.75 / 10000);
}

TEST_CASE_FIXTURE(Torch, "dropout outside training and with probability 0 changes nothing, with 1 leaves nothing") {
    const H input = tensor({1, 2, 3});
    check_values(call<H>(dropout, input, 0.5, false), {1, 2, 3});
    check_values(call<H>(dropout, input, 0.0, true), {1, 2, 3});
    check_values(call<H>(dropout, input, 1.0, true), {0, 0, 0});
}

TEST_CASE_FIXTURE(Torch, "dropout refuses what is no probability") {
    for (const double p : {-0.1, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
        CAPTURE(p);
        expect_error(RT_E_ARGUMENT, ": it must be from 0 to 1", [&] { call(dropout, tensor({1}), p, true); });
    }
}

TEST_CASE_FIXTURE(Torch, "linear is input times transposed weight plus bias") {
    at::manual_seed(7);
    const Twin input({5, 2, 3}), weight({4, 3}), bias({4});
    check_layer(call<H>(linear, input.handle, weight.handle, bias.handle),
                at::linear(input.direct, weight.direct, bias.direct), {&input, &weight, &bias});
    check_values(call<H>(linear, tensor({1, 2}), tensor({1, 1, 3, 4}, {2, 2}), 0), {3, 11});
}

TEST_CASE_FIXTURE(Torch, "linear of shapes that do not fit fails with LibTorch's message") {
    expect_error(RT_E_CALLEE, "mat1 and mat2 shapes cannot be multiplied (1x2 and 3x1)",
                 [&] { call(linear, tensor({1, 2}, {1, 2}), tensor({1, 2, 3}, {1, 3}), 0); });
    for (const Dims &dims : {Dims{}, {1}, {2, 1}, {1, 2}, {3, 1, 2}}) {
        const H bias = call<H>("rt_torch_tensor_zeros", dims);
        expect_error(RT_E_ARGUMENT, "bias must have the shape [2], one number for each row of weight, and not ",
                     [&] { call(linear, tensor({1, 2}, {1, 2}), tensor({1, 2, 3, 4}, {2, 2}), bias); });
    }
    expect_error(RT_E_ARGUMENT, "weight must have the shape [features out, features in], and not [2]",
                 [&] { call(linear, tensor({1, 2}, {1, 2}), tensor({1, 2}), tensor({1, 2}, {2, 1})); });
    check_values(call<H>(linear, tensor({1, 2}), tensor({3, 4}), 0), {11}); // a vector will do where there is none
}

TEST_CASE_FIXTURE(Torch, "embedding gives the row of each index, and its gradient goes to that row") {
    const Dims dims{3, 2};
    const H weight = parameter({0, 1, 10, 11, 20, 21}, dims);
    for (const char *dtype : {"float32", "float64", "int64", "int32", "uint8"}) {
        CAPTURE(dtype);
        check_values(call<H>(embedding, to_dtype(tensor({2, 0, 2}), dtype), weight), {20, 21, 0, 1, 20, 21});
    }
    const H rows = call<H>(embedding, tensor({2, 0, 2, 2}, {2, 2}), weight);
    CHECK(shape_of(rows) == Dims{2, 2, 2});
    backward(call<H>("rt_torch_loss_mse", rows, from_at(read(rows) - 4))); // 2 (rows - target) / 8 is 1
    check_values(grad(weight), {1, 1, 0, 0, 3, 3});
}

TEST_CASE_FIXTURE(Torch, "embedding refuses indices that are none, and weights that are no table") {
    const H weight = tensor({0, 1, 10, 11}, {2, 2});
    for (const double bad :
         {0.5, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 1e19}) {
        CAPTURE(bad);
        expect_error(RT_E_ARGUMENT, "input must be whole numbers: indices",
                     [&] { call(embedding, tensor({bad}), weight); });
    }
    expect_error(RT_E_ARGUMENT, "input must be whole numbers: indices",
                 [&] { call(embedding, to_dtype(tensor({1}), "bool"), weight); });
    expect_error(RT_E_ARGUMENT, "input holds the index 2, which is out of range: there are 2, counted from 0",
                 [&] { call(embedding, tensor({0, 2}), weight); });
    expect_error(RT_E_ARGUMENT, "input holds the index -1", [&] { call(embedding, tensor({-1}), weight); });
    expect_error(RT_E_ARGUMENT, "weight must have the shape [number of embeddings, size of one], and not [2]",
                 [&] { call(embedding, tensor({0}), tensor({1, 2})); });
}

TEST_CASE_FIXTURE(
    Torch, "layers refuse wrong handles, and say which argument it was; 0 is refused where none is not offered") {
    const H good = images();
    const H stranger = call<H>("rt_torch_module_relu");
    const auto x = rt_handle(good.get());
    const auto list = [](const Dims &dims) { return rt_i64_array(dims.data(), dims.size()); };
    const Dims two{2};
    const struct {
        const char *name;
        std::vector<rt_value> arguments;
        std::vector<std::size_t> handles;
    } cases[] = {
        {conv2d, {x, x, rt_i64(0), list(none), list(none), list(none), rt_i64(1)}, {0, 1}},
        {max_pool2d, {x, list(two), list(none), list(none)}, {0}},
        {avg_pool2d, {x, list(two), list(none), list(none)}, {0}},
        {batch_norm, {x, rt_i64(0), rt_i64(0), rt_i64(0), rt_i64(0), rt_bool(true), rt_f64(0.1), rt_f64(0)}, {0}},
        {layer_norm, {x, list(two), rt_i64(0), rt_i64(0), rt_f64(0)}, {0}},
        {dropout, {x, rt_f64(0.5), rt_bool(true)}, {0}},
        {linear, {x, x, rt_i64(0)}, {0, 1}},
        {embedding, {x, x}, {0, 1}},
    };
    for (const auto &[name, arguments, handles] : cases) {
        for (const std::size_t index : handles) {
            refuses_wrong_handles(name, arguments, index, stranger.get());
        }
    }
    expect_error(RT_E_HANDLE, "argument 3 (bias)", [&] { call(linear, good, good, freed_handle()); });
    expect_error(RT_E_HANDLE, "argument 2 (running_mean)",
                 [&] { call(batch_norm, good, stranger, 0, 0, 0, true, 0.1, 0.0); });
}

TEST_CASE_FIXTURE(Torch, "the native entry of a layer gives a handle, or 0 and an error") {
    const auto pool = native<std::int64_t(std::int64_t, const std::int64_t *, std::size_t, const std::int64_t *,
                                          std::size_t, const std::int64_t *, std::size_t)>(max_pool2d);
    const H input = images();
    const std::int64_t two = 2;
    const std::int64_t zero = 0;
    check_values(H(pool(input.get(), &two, 1, nullptr, 0, nullptr, 0)), {5, 7, 13, 15});
    expect_native_error(RT_E_ARGUMENT, "kernel_size [0]",
                        [&] { CHECK(pool(input.get(), &zero, 1, nullptr, 0, nullptr, 0) == 0); });
}

} // namespace torch_test::test_nn
