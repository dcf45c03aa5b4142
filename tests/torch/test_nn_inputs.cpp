// What layers are not made for: dtypes of every kind, null lists, shapes beyond all measure. Each is an error, and everything
// stays usable.
#include "against_libtorch.hpp"

#include <functional>

namespace torch_test::test_nn_inputs {

namespace {

const Dims none;
using Tensors = std::vector<at::Tensor>;

// LibTorch's answer: its result, or the first line of its message.
struct Answer {
    std::optional<at::Tensor> result;
    std::string message;
};
Answer ask(const std::function<at::Tensor()> &direct) {
    try {
        return {direct(), ""};
    } catch (const c10::Error &error) {
        const std::string text = error.what_without_backtrace();
        return {std::nullopt, text.substr(0, text.find('\n'))};
    } catch (const std::exception &error) {
        const std::string text = error.what();
        return {std::nullopt, text.substr(0, text.find('\n'))};
    }
}

struct Layer {
    const char *name;
    std::vector<Dims> dims; // of its tensors
    std::function<at::Tensor(const Tensors &)> direct;
    std::function<H(const std::vector<H> &)> through_registry;
};

const std::vector<Layer> &layers() {
    static const std::vector<Layer> all = {
        {"conv2d",
         {{1, 1, 3, 3}, {1, 1, 2, 2}, {1}},
         [](const Tensors &t) { return at::conv2d(t[0], t[1], t[2]); },
         [](const std::vector<H> &t) { return call<H>("rt_torch_nn_conv2d", t[0], t[1], t[2], none, none, none, 1); }},
        {"max_pool2d",
         {{1, 1, 4, 4}},
         [](const Tensors &t) { return at::max_pool2d(t[0], 2); },
         [](const std::vector<H> &t) { return call<H>("rt_torch_nn_max_pool2d", t[0], Dims{2}, none, none); }},
        {"avg_pool2d",
         {{1, 1, 4, 4}},
         [](const Tensors &t) { return at::avg_pool2d(t[0], 2); },
         [](const std::vector<H> &t) { return call<H>("rt_torch_nn_avg_pool2d", t[0], Dims{2}, none, none); }},
        {"batch_norm, training",
         {{3, 2}, {2}, {2}},
         [](const Tensors &t) { return at::batch_norm(t[0], t[1], t[2], {}, {}, true, 0.1, 1e-5, false); },
         [](const std::vector<H> &t) {
             return call<H>("rt_torch_nn_batch_norm", t[0], 0, 0, t[1], t[2], true, 0.1, 1e-5);
         }},
        {"batch_norm, evaluating",
         {{3, 2}, {2}, {2}},
         [](const Tensors &t) { return at::batch_norm(t[0], {}, {}, t[1], t[2], false, 0.1, 1e-5, false); },
         [](const std::vector<H> &t) {
             return call<H>("rt_torch_nn_batch_norm", t[0], t[1], t[2], 0, 0, false, 0.1, 1e-5);
         }},
        {"layer_norm",
         {{3, 2}, {2}, {2}},
         [](const Tensors &t) { return at::layer_norm(t[0], {2}, t[1], t[2]); },
         [](const std::vector<H> &t) { return call<H>("rt_torch_nn_layer_norm", t[0], Dims{2}, t[1], t[2], 1e-5); }},
        {"linear",
         {{3, 2}, {4, 2}, {4}},
         [](const Tensors &t) { return at::linear(t[0], t[1], t[2]); },
         [](const std::vector<H> &t) { return call<H>("rt_torch_nn_linear", t[0], t[1], t[2]); }},
        {"dropout",
         {{3, 2}},
         [](const Tensors &t) { return at::dropout(t[0], 1, true); },
         [](const std::vector<H> &t) { return call<H>("rt_torch_nn_dropout", t[0], 1.0, true); }},
    };
    return all;
}

// Of those dtypes the layer answers as LibTorch does.
void check_answer(const Layer &layer, std::span<const at::ScalarType> types) {
    Tensors direct;
    std::vector<H> handles;
    std::string shown = layer.name;
    for (std::size_t i = 0; i < layer.dims.size(); i++) {
        direct.push_back(at::arange(1, c10::multiply_integers(layer.dims[i]) + 1).reshape(layer.dims[i]).to(types[i]));
        handles.push_back(from_at(direct.back()));
        shown += std::string(" ") + c10::toString(types[i]);
    }
    CAPTURE(shown);
    const Answer want = ask([&] { return layer.direct(direct); });
    if (want.result) {
        check_same(layer.through_registry(handles), *want.result, 1e-2); // of float16, too
    } else {
        expect_error(RT_E_CALLEE, want.message, [&] { layer.through_registry(handles); });
    }
}

constexpr const char *null_list = "the pointer is null but the count is not 0";

} // namespace

TEST_CASE_FIXTURE(Torch, "layers of every dtype answer as LibTorch does") {
    for (const Layer &layer : layers()) {
        for (const auto &[type, name] : dtypes) {
            const std::vector<at::ScalarType> types(layer.dims.size(), type);
            check_answer(layer, types);
        }
    }
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "layers of tensors whose dtypes differ answer as LibTorch does") {
    constexpr at::ScalarType others[] = {at::kDouble, at::kLong, at::kComplexFloat, at::kBool, at::kHalf};
    for (const Layer &layer : layers()) {
        for (std::size_t place = 0; place < layer.dims.size(); place++) {
            for (const at::ScalarType other : others) {
                std::vector<at::ScalarType> types(layer.dims.size(), at::kFloat);
                types[place] = other;
                check_answer(layer, types);
            }
        }
    }
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "whole and complex numbers are refused where a layer computes fractions") {
    const auto refused_by = [](const char *name, const char *dtype, const auto &run) {
        CAPTURE(name);
        CAPTURE(dtype);
        const H input = to_dtype(from_at(at::ones({1, 1, 4, 4})), dtype);
        expect_error(RT_E_CALLEE, name, [&] { run(input); });
    };
    const H weight = from_at(at::ones({1, 1, 2, 2}));
    for (const char *dtype : {"int64", "complex64"}) {
        refused_by("rt_torch_nn_conv2d: ", dtype,
                   [&](const H &x) { call("rt_torch_nn_conv2d", x, weight, 0, none, none, none, 1); });
        refused_by("rt_torch_nn_linear: ", dtype,
                   [&](const H &x) { call("rt_torch_nn_linear", x, tensor({1, 1, 1, 1}, {1, 4}), 0); });
        refused_by("rt_torch_nn_layer_norm: ", dtype,
                   [&](const H &x) { call("rt_torch_nn_layer_norm", x, Dims{4}, 0, 0, 1e-5); });
    }
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "null lists are refused with the argument's name, by both entries") {
    const H image = from_at(at::ones({1, 1, 4, 4}));
    const H weight = from_at(at::ones({1, 1, 2, 2}));
    const std::int64_t two[] = {2, 2};
    const auto list = [&](bool good) { return rt_i64_array(good ? two : nullptr, 2); };
    const auto pointer = [&](bool good) { return good ? two : nullptr; };
    using i64 = std::int64_t;
    using List = const i64 *;
    using Size = std::size_t;
    const auto refused_at = [](int argument, const char *name, const auto &dynamic, const auto &through_native) {
        const std::string text = "argument " + std::to_string(argument) + " (" + name + "): " + null_list;
        CAPTURE(text);
        expect_error(RT_E_ARGUMENT, text, dynamic);
        expect_native_error(RT_E_ARGUMENT, text, [&] { CHECK(through_native() == 0); });
    };

    const auto conv2d = native<i64(i64, i64, i64, List, Size, List, Size, List, Size, i64)>("rt_torch_nn_conv2d");
    constexpr const char *conv2d_lists[] = {"stride", "padding", "dilation"};
    for (int bad = 0; bad < 3; bad++) {
        refused_at(
            4 + bad, conv2d_lists[bad],
            [&] { call("rt_torch_nn_conv2d", image, weight, 0, list(bad != 0), list(bad != 1), list(bad != 2), 1); },
            [&] {
                return conv2d(image.get(), weight.get(), 0, pointer(bad != 0), 2, pointer(bad != 1), 2,
                              pointer(bad != 2), 2, 1);
            });
    }
    constexpr const char *pool_lists[] = {"kernel_size", "stride", "padding"};
    for (const char *name : {"rt_torch_nn_max_pool2d", "rt_torch_nn_avg_pool2d"}) {
        const auto pool = native<i64(i64, List, Size, List, Size, List, Size)>(name);
        for (int bad = 0; bad < 3; bad++) {
            refused_at(
                2 + bad, pool_lists[bad], [&] { call(name, image, list(bad != 0), list(bad != 1), list(bad != 2)); },
                [&] { return pool(image.get(), pointer(bad != 0), 2, pointer(bad != 1), 2, pointer(bad != 2), 2); });
        }
    }
    const auto layer_norm = native<i64(i64, List, Size, i64, i64, double)>("rt_torch_nn_layer_norm");
    refused_at(
        2, "normalized_shape", [&] { call("rt_torch_nn_layer_norm", image, list(false), 0, 0, 1e-5); },
        [&] { return layer_norm(image.get(), nullptr, 2, 0, 0, 1e-5); });
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "a normalized_shape beyond all measure is refused") {
    const H input = tensor({1, 2, 3, 4}, {2, 2});
    constexpr const char *layer_norm = "rt_torch_nn_layer_norm";
    const std::int64_t no_tensor = 0;
    for (const Dims &shape : {Dims{most}, Dims{most, most}, Dims{0}}) {
        refused(RT_E_CALLEE, "Given normalized_shape=[", layer_norm, input, shape, no_tensor, no_tensor, 1e-5);
    }
    for (const Dims &shape :
         {Dims{huge, huge, huge}, Dims{-1}, Dims{least, 2}, Dims(100'000, 2), Dims(100, most), Dims{1, 2, 2}}) {
        refused(RT_E_ARGUMENT, "must be the end of the input's shape, which is [2, 2]", layer_norm, input, shape,
                no_tensor, no_tensor, 1e-5);
    }
    refused(RT_E_ARGUMENT, "normalized_shape [2, 2, 2, 2, 2, 2, 2, 2, ... (100000 numbers)] must be", layer_norm, input,
            Dims(100'000, 2), no_tensor, no_tensor, 1e-5);
    check_usable();
}

} // namespace torch_test::test_nn_inputs
