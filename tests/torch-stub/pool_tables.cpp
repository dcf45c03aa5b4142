// pool_tables.cpp - the literal values, by the names of functions and parameters.
#include "pool_tables.hpp"

#include <limits>

namespace stub_test {

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr double infinity = std::numeric_limits<double>::infinity();

} // namespace

const std::map<std::string_view, Numbers> &whole_numbers() {
    static const std::map<std::string_view, Numbers> table{
        {"", {-1, 0, 1, 2, 3}},        {"dim", {-4, -3, -2, -1, 0, 1, 2, 3}},
        {"dim0", {-3, -1, 0, 1, 2}},   {"dim1", {-3, -1, 0, 1, 2}},
        {"start", {-7, -1, 0, 1, 9}},  {"end", {-1, 0, 2, most}},
        {"step", {-1, 0, 1, 2, most}}, {"steps", {-1, 0, 1, 5}},
        {"n", {-1, 0, 3, 1LL << 40}},  {"chunks", {-1, 0, 1, 2, 5}},
        {"count", {0, 1, 3, 1000000}}, {"groups", {0, 1, 2, 3}},
        {"in_channels", {0, 2, 4}},    {"out_channels", {-1, 4}},
        {"start_dim", {-5, 0, 1, 3}},  {"end_dim", {-1, 0, 2}},
        {"max_iter", {0, 5}},          {"max_eval", {-1, 0, 7}},
        {"history_size", {0, 3}},      {"group", {-1, 0, 1}},
        {"number", {-1, 0, 1}},
    };
    return table;
}

const std::map<std::string_view, std::vector<Numbers>> &lists_of_numbers() {
    static const std::map<std::string_view, std::vector<Numbers>> table{
        {"dims",
         {{},
          {0},
          {1},
          {3},
          {2, 3},
          {3, 2},
          {6},
          {-1},
          {-1, 2},
          {2, -1, 1},
          {-1, -1},
          {-2},
          {0, -1},
          {7},
          {12, 2},
          {1, 0},
          {0, 1},
          {0, 0},
          {-1, 0},
          {2, 0, 1},
          {0, 2, 1},
          {0, 3, 1, 2},
          {0, 2, 3, 1},
          {4, 6},
          {3, 8},
          {1, 50},
          {1LL << 40, 1LL << 40},
          {0, 1LL << 40, 1LL << 40}}},
        {"strides", {{}, {1}, {0}, {-1}, {3, 1}, {1, 2}, {1, 1, 1}, {1LL << 62, 1}}},
        {"kernel_size", {{}, {1}, {2}, {3, 2}, {0}, {1, 2, 3}, {6}}},
        {"stride", {{}, {1}, {2, 1}, {0}}},
        {"padding", {{}, {0}, {1}, {1, 0}, {-1}, {3}}},
        {"dilation", {{}, {1}, {2, 1}, {0}}},
        {"normalized_shape", {{}, {3}, {2, 3}, {4}, {3, 4}, {0}, {1}}},
    };
    return table;
}

const std::map<std::string_view, std::vector<double>> &fractions() {
    static const std::map<std::string_view, std::vector<double>> table{
        {"", {-1, 0, 0.5, 2, 1e39, infinity, -infinity, std::numeric_limits<double>::quiet_NaN()}},
        {"p", {-0.1, 0, 0.5, 1, 1.1}},
        {"eps", {1e-5, 0, -1, infinity}},
        {"momentum", {0.1, 0, 1.5}},
        {"weight_decay", {0, -1}},
        {"dampening", {0, 0.5, infinity}},
        {"lr", {0.1, -1, infinity}},
        {"beta1", {0.9, 1}},
        {"beta2", {0.9, -1}},
        {"alpha", {0.9, 2}},
        {"lr_decay", {0, -1}},
        {"initial_accumulator_value", {0.5, infinity}},
        {"tolerance_grad", {1e-7, -1}},
        {"tolerance_change", {1e-9, -1}},
    };
    return table;
}

const std::map<std::string_view, std::vector<const char *>> &texts() {
    static const std::map<std::string_view, std::vector<const char *>> table{
        {"dtype",
         {"float32", "float64", "float16", "bfloat16", "int64", "int32", "int8", "uint8", "bool", "complex64",
          "complex128", "double", ""}},
        {"name",
         {"weight", "bias", "0.weight", "2.bias", "1.0.weight", "no\nname", "", "lr", "momentum", "amsgrad", "max_iter",
          "running_mean", "0", "inner"}},
        {"mode", {"min", "max", "least"}},
        {"threshold_mode", {"rel", "abs", ""}},
        {"device", {"cpu", "cpu:0", "cpu:1", "cuda", "cuda:0", "cuda:01", "cuda:300", "cuda:", "CPU", "gpu", ""}},
        {"path", {"/no/such/file", "/", ""}},
    };
    return table;
}

const std::map<std::string_view, std::vector<std::vector<const char *>>> &lists_of_names() {
    static const std::map<std::string_view, std::vector<std::vector<const char *>>> table{
        {"names",
         {{}, {"weight"}, {"weight", "bias"}, {"bias", "weight"}, {"weight", "weight"}, {"0.weight", "0.bias"}}},
        {"parameter_names", {{}, {"weight"}, {"weight", "bias"}, {"a.b"}, {""}, {"same", "same"}}},
        {"buffer_names", {{}, {"mean"}, {"weight"}}},
        {"module_names", {{}, {"first", "second"}, {"mean", "second"}}},
    };
    return table;
}

const std::map<std::string_view, std::vector<std::string_view>> &chosen_tensors() {
    static const std::map<std::string_view, std::vector<std::string_view>> table{
        {"rt_torch_torchtensor_index.handle",
         {"none", "[]", "[0]", "[2]", "[2,3]", "[2,0]", "[2,3,4]", "int64 [2,3]", "uint8 [3]", "t [2,3]", "permuted",
          "every second", "[2,3] grad", "[2,3] result", "[] grad"}},
        // None that shares memory with an index or a value: LibTorch looks, and the stub cannot.
        {"rt_torch_torchtensor_index_put_.handle",
         {"none", "[0]", "[1]", "[3,2]", "[2,0]", "[2,3,4]", "uint8 [3]", "float64 [2,3]", "[2,3] grad", "[] grad"}},
        {"rt_torch_nn_conv2d.input",
         {"[2,3]", "[2,3,4]", "[2,5,5]", "[1,2,5,5]", "[2,4,6,7]", "[0,2,5,5]", "nhwc", "float64 [1,2,5,5]"}},
        {"rt_torch_nn_conv2d.weight", {"[2,3]", "[4,2,3,3]", "[4,1,1,2]", "[4,2,1,1] grad", "[3,4,6,6]"}},
        {"rt_torch_nn_conv2d.bias", {"none", "[4]", "[3]", "[2,3]", "float64 [4]"}},
        {"rt_torch_nn_batch_norm.input",
         {"[3]", "[2,3]", "[2,3] grad", "[1,3]", "[2,3,4]", "nhwc", "[2,4,6,7]", "float64 [2,3]", "int64 [2,3]",
          "t [2,3]"}},
        {"rt_torch_nn_batch_norm.running_mean", {"none", "[3]", "[4]"}},
        {"rt_torch_nn_batch_norm.running_var", {"none", "[3]", "[4]"}},
        {"rt_torch_nn_batch_norm.weight", {"none", "[3]", "[3] grad", "[2]"}},
        {"rt_torch_nn_batch_norm.bias", {"none", "[3]", "float64 [3]"}},
        {"rt_torch_nn_layer_norm.weight", {"none", "[3]", "[2,3]", "[3] grad", "float64 [3]"}},
        {"rt_torch_nn_layer_norm.bias", {"none", "[3]", "[2,3]", "[4]"}},
        {"rt_torch_nn_linear.bias", {"none", "[2]", "[3]", "[3] grad", "float64 [2]", "[2,3]"}},
    };
    return table;
}

const std::map<std::string_view, std::vector<std::vector<std::string_view>>> &chosen_lists() {
    static const std::vector<std::vector<std::string_view>> outputs{{},
                                                                    {"none"},
                                                                    {"[2,3]"},
                                                                    {"[] result"},
                                                                    {"[2,3] result"},
                                                                    {"[2,3] grad"},
                                                                    {"[] grad"},
                                                                    {"[] result", "[2,3] result"}};
    static const std::vector<std::vector<std::string_view>> gradients{
        {}, {"none"}, {"[]"}, {"[2,3]"}, {"none", "[2,3]"}, {"[3]"}, {"float64 [2,3]"}, {"int64 [2,3]"}};
    static const std::vector<std::vector<std::string_view>> inputs{
        {}, {"none"}, {"[2,3]"}, {"[] grad"}, {"[2,3] grad"}, {"[2,3] result"}, {"[3] grad", "[] result"}};
    static const std::map<std::string_view, std::vector<std::vector<std::string_view>>> table{
        {"rt_torch_autograd_gradients.outputs", outputs},
        {"rt_torch_autograd_gradients.inputs", inputs},
        {"rt_torch_autograd_gradients.grad_outputs", gradients},
        {"rt_torch_autograd_backward_with.tensors", outputs},
        {"rt_torch_autograd_backward_with.inputs", inputs},
        {"rt_torch_autograd_backward_with.grad_tensors", gradients},
        {"rt_torch_autograd_apply.inputs", inputs},
        {"rt_torch_autograd_checkpoint.inputs", inputs},
        {"rt_torch_module_create.parameters",
         {{}, {"[2,3]"}, {"[2,3]", "[3]"}, {"int64 [2]"}, {"[2,3] grad"}, {"[2,3] result"}, {"none"}}},
        {"rt_torch_module_create.buffers", {{}, {"[3]"}, {"int64 []"}}},
        {"rt_torch_module_load_state.tensors",
         {{}, {"[2,3]"}, {"[2,3]", "[2]"}, {"[2]", "[2,3]"}, {"[3,2]"}, {"int64 [2,3]"}, {"none"}}},
    };
    return table;
}

} // namespace stub_test
