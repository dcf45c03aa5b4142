// LibTorch's operators by their own names; test_operators_all.cpp compares all of them.
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/jit/runtime/operator.h>

#include <atomic>
#include <limits>
#include <set>
#include <thread>

#include "support.hpp"

namespace torch_test::test_operators {

namespace {

H ones(const Dims &dims) { return call<H>("rt_torch_tensor_ones", dims); }

struct Listed {
    std::set<std::string> names;
    std::set<std::string> signatures;
};

Listed listed(const char *begin) {
    Listed out;
    const auto visit = [](void *data, const rt_function_info *info) {
        auto &all = *static_cast<Listed *>(data);
        all.names.insert(info->name);
        all.signatures.insert(info->signature);
        return true;
    };
    CHECK(rt_each_provided(begin, visit, &out) == RT_OK);
    return out;
}

template <class Use> std::string cause_of(Use use) {
    try {
        use();
    } catch (const rt::Error &error) {
        return error.cause();
    }
    return "no error";
}

std::string signature_of(const char *name) {
    const rt_function *function = rt_lookup(name);
    return function != nullptr ? function->signature : "";
}

} // namespace

TEST_CASE_FIXTURE(Torch, "an operator's schema is its signature, with defaults and keyword-only parameters") {
    CHECK(signature_of("aten::add.Tensor") ==
          "aten::add.Tensor(self: TorchTensor, other: TorchTensor, *, alpha: any = 1) -> TorchTensor");
    CHECK(signature_of("aten::relu.default") == "aten::relu.default(self: TorchTensor) -> TorchTensor");
    CHECK(signature_of("aten::topk") == "aten::topk(...) -> any");
    CHECK(signature_of("aten::topk.default") ==
          "aten::topk.default(self: TorchTensor, k: i64, dim: i64 = -1, largest: bool = true, sorted: bool = true) -> "
          "(TorchTensor, TorchTensor)");
    CHECK(
        signature_of("aten::sum.dim_IntList") ==
        "aten::sum.dim_IntList(self: TorchTensor, dim: [i64]?, keepdim: bool = false, *, dtype: text? = none) -> TorchTensor");
    CHECK(signature_of("aten::contiguous") ==
          "aten::contiguous(self: TorchTensor, *, memory_format: text = \"contiguous_format\") -> TorchTensor");
    CHECK(signature_of("aten::index.Tensor") ==
          "aten::index.Tensor(self: TorchTensor, indices: [TorchTensor?]) -> TorchTensor");
}

TEST_CASE_FIXTURE(Torch, "the bare name of an operator takes the overload that fits the arguments") {
    const H x = tensor({1, 2, 3});
    check_values(call<H>("aten::add", x, x), {2, 4, 6});
    check_values(call<H>("aten::add", x, 2), {3, 4, 5});
    check_values(call<H>("aten::pow", 2, x), {2, 4, 8});
    check_values(call<H>("aten::pow", x, 2), {1, 4, 9});
    check_values(call<H>("aten::add", x, x, arg("alpha") = 10), {11, 22, 33});
    check_values(call<H>("aten::sum", x, arg("dim") = Dims{0}, arg("keepdim") = true), {6});
    CHECK(dtype_of(call<H>("aten::sum", x, arg("dtype") = "float64")) == "float64");
    CHECK(call<std::int64_t>("aten::add", 2, 3) == 5); // TorchScript's own, on integers
}

TEST_CASE_FIXTURE(Torch, "a number stands for a tensor, and one integer for a list of a fixed length") {
    check_values(call<H>("aten::mul.Tensor", tensor({1, 2}), 3), {3, 6});
    // A number has no dtype of its own beside a tensor.
    CHECK(dtype_of(call<H>("aten::mul.Tensor", to_dtype(tensor({1, 2}), "float16"), 3.5)) == "float16");
    const H image = tensor({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, {1, 1, 4, 4});
    check_values(call<H>("aten::max_pool2d", image, 2), {6, 8, 14, 16});
    check_values(call<H>("aten::max_pool2d", image, Dims{2, 4}), {8, 16});
}

TEST_CASE_FIXTURE(Torch, "dtypes, layouts, memory formats and devices go by their names, and come back so") {
    const H x =
        call<H>("aten::zeros", Dims{2, 2}, arg("dtype") = "int64", arg("device") = "cpu", arg("layout") = "strided");
    CHECK(dtype_of(x) == "int64");
    CHECK(call<std::string>("aten::result_type.Tensor", x, ones({2, 2})) == "float32");
    const H image = call<H>("aten::clone", ones({1, 2, 2, 2}), arg("memory_format") = "channels_last");
    CHECK(call<std::int64_t>("aten::stride.int", image, 1) == 1); // the channels lie side by side
    expect_error(RT_E_ARGUMENT, "aten::to.dtype: argument 2 (dtype): 'float33' is not the name of a dtype",
                 [&] { call("aten::to.dtype", x, "float33"); });
}

TEST_CASE_FIXTURE(Torch, "several results come as a tuple, lists as arrays, numbers as numbers") {
    const rt::Value pair = call("aten::topk", tensor({3, 1, 2}), 2);
    REQUIRE(pair.raw().type == RT_VALUES);
    const auto *items = static_cast<const rt_value *>(pair.raw().payload.pointer);
    check_values(H(rt_handle_clone(items[0].payload.integer)), {3, 2});
    check_values(H(rt_handle_clone(items[1].payload.integer)), {0, 2});
    const auto parts = call<std::vector<H>>("aten::split.Tensor", tensor({1, 2, 3}), 2);
    REQUIRE(parts.size() == 2);
    check_values(parts[0], {1, 2});
    check_values(parts[1], {3});
    CHECK(call<Dims>("aten::size", ones({2, 5})) == Dims{2, 5});
    CHECK(call<double>("aten::item", tensor({2.5})) == 2.5);
    CHECK(call<bool>("aten::equal", ones({2}), ones({2})));
}

TEST_CASE_FIXTURE(Torch, "none may stand where a tensor is optional, also inside a list") {
    const H x = tensor({1, 2, 3, 4, 5, 6}, {2, 3});
    const H column = to_dtype(tensor({2, 0}), "int64");
    const rt_value indices[] = {rt_none(), rt_handle(column.get())};
    check_values(call<H>("aten::index", x, rt_memory(RT_VALUES, indices, 2)), {3, 1, 6, 4});
    check_values(call<H>("aten::linear", ones({1, 2}), ones({1, 2}), nullptr), {2});
}

TEST_CASE_FIXTURE(Torch, "operators that write in place or to `out` give a handle to the same tensor") {
    const H x = tensor({1, 2});
    const H same = call<H>("aten::add_", x, 1);
    check_values(x, {2, 3});
    call("aten::mul_", same, 2);
    check_values(x, {4, 6});
    const H out = ones({2});
    call("aten::add.out", x, x, arg("out") = out);
    check_values(out, {8, 12});
}

TEST_CASE_FIXTURE(Torch, "gradients go through operators called by name") {
    const H x = parameter({2, 3}, {2});
    backward(call<H>("aten::sum.default", call<H>("aten::mul", x, x)));
    check_values(grad(x), {4, 6});
}

TEST_CASE_FIXTURE(Torch, "a generator gives the numbers of its seed, and its state can be put back") {
    const H generator = call<H>("rt_torch_generator_create", 3);
    const H state = call<H>("rt_torch_generator_get_state", generator);
    const H first = call<H>("aten::rand.generator", Dims{4}, arg("generator") = generator);
    const H next = call<H>("aten::rand.generator", Dims{4}, arg("generator") = generator);
    call("rt_torch_generator_set_state", generator, state);
    check_same(call<H>("aten::rand.generator", Dims{4}, arg("generator") = generator), read(first));
    check_same(call<H>("aten::rand.generator", Dims{4}, arg("generator") = generator), read(next));
    at::Generator direct = at::detail::createCPUGenerator(3);
    check_same(first, at::rand({4}, direct));
    call("rt_torch_generator_manual_seed", generator, 5);
    CHECK(call<std::int64_t>("rt_torch_generator_initial_seed", generator) == 5);
    expect_error(RT_E_CALLEE, "RNG state", [&] { call("rt_torch_generator_set_state", generator, ones({3})); });
    expect_error(RT_E_HANDLE, "is a TorchTensor", [&] { call("rt_torch_generator_initial_seed", state); });
}

TEST_CASE_FIXTURE(Torch, "a complex number travels as a TorchValue, which can be looked into") {
    const H number = call<H>("rt_torch_value_complex", 1.0, -2.0);
    CHECK(call<std::string>("rt_torch_value_type", number) == "complex");
    CHECK(call<Values>("rt_torch_value_get", number) == Values{1, -2});
    const H sum = call<H>("aten::add.Scalar", tensor({1}), number);
    check_same(sum, at::tensor({c10::complex<float>(2, -2)}));
    const H item = call<H>("aten::item", sum);
    CHECK(call<Values>("rt_torch_value_get", item) == Values{2, -2});
    CHECK(!call<std::string>("rt_torch_value_text", number).empty());
}

TEST_CASE_FIXTURE(Torch, "mistakes are told with the signature, and leave everything as it was") {
    const H x = ones({2, 3});
    expect_error(RT_E_NOT_FOUND, "aten::no_such", [] { call("aten::no_such"); });
    expect_error(RT_E_NOT_FOUND, "aten::add.NoSuch", [] { call("aten::add.NoSuch"); });
    expect_error(RT_E_ARGUMENT, "the parameter 'other' is not given; the function is `aten::add.Tensor(",
                 [&] { call("aten::add.Tensor", x); });
    expect_error(RT_E_TYPE, "aten::add.Tensor: argument 2 (other): expected TorchTensor, got a text",
                 [&] { call("aten::add.Tensor", x, "word"); });
    expect_error(RT_E_TYPE, "argument 1 (self): expected TorchTensor, got none",
                 [&] { call("aten::relu.default", nullptr); });
    expect_error(RT_E_HANDLE, "freed", [&] { call("aten::relu.default", rt_handle(freed_handle())); });
    expect_error(RT_E_HANDLE, "freed", [&] { call("aten::add", x, rt_handle(freed_handle())); });
    expect_error(RT_E_TYPE, "aten::add: no overload takes these arguments; there are `aten::add.Tensor(",
                 [&] { call("aten::add", x, "word"); });
    rt_value result = {};
    CHECK(rt_call(rt_lookup("aten::add"), nullptr, 0, &result) == RT_E_TYPE);
    rt_error error = {};
    error.struct_size = sizeof error;
    CHECK(rt_last_error(&error) == RT_E_TYPE);
    CHECK(std::string(error.cause) == "no_overload");
    expect_error(RT_E_ARGUMENT, "no parameter is named 'beta'",
                 [&] { call("aten::add.Tensor", x, x, arg("beta") = 1); });
    expect_error(RT_E_CALLEE, "aten::mm.default: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
                 [&] { call("aten::mm.default", x, x); });
    // Newer LibTorches have no such overloads any more.
    const bool named = c10::Dispatcher::singleton().findSchema({"aten::all", "dimname"}).has_value();
    expect_error(named ? RT_E_UNAVAILABLE : RT_E_NOT_FOUND, named ? "takes dimensions by name" : "aten::all.dimname",
                 [&] { call("aten::all.dimname", x, "N"); });
    check_values(call<H>("aten::relu", x), {1, 1, 1, 1, 1, 1});
}

TEST_CASE_FIXTURE(Torch, "a misspelt operator, overload or keyword is answered with the nearest one") {
    const H x = ones({2});
    const struct {
        const char *name;
        const char *text;
    } misspelt[] = {
        {"aten::ad", "LibTorch has no such operator; did you mean aten::add?"},
        {"aten::rellu", "LibTorch has no such operator; did you mean aten::relu?"},
        {"atn::relu", "LibTorch has no such operator; did you mean aten::relu?"},
        {"aten::add.Tensr", "LibTorch has no such overload of aten::add; did you mean aten::add.Tensor?"},
        {"aten::ad.Tensor", "LibTorch has no such operator; did you mean aten::add.Tensor?"},
        {"aten::cat.defalt", "did you mean aten::cat.default?"},
    };
    for (const auto &[name, text] : misspelt) {
        expect_error(RT_E_NOT_FOUND,
                     std::string("no function named '") + name + "' is registered: ", [&] { call(name, x); });
        CHECK(rt_lookup(name) == nullptr);
        CHECK_MESSAGE(contains(rt_dlerror(), text), name);
        const rt_function *function = nullptr;
        CHECK(rt_bind(name, nullptr, 0, &function) == RT_E_NOT_FOUND);
        CHECK_MESSAGE(contains(rt_dlerror(), text), name);
    }
    CHECK(rt_lookup("aten::nothing_at_all_like_it_1234567") == nullptr);
    CHECK(!contains(rt_dlerror(), "did you mean"));
    expect_error(
        RT_E_ARGUMENT,
        "aten::add: none of the overloads has a parameter named 'alpa'; did you mean alpha? rtffi info aten::add lists them",
        [&] { call("aten::add", x, x, arg("alpa") = 1); });
    expect_error(RT_E_ARGUMENT, "none of the overloads has a parameter named 'keepdims'; did you mean keepdim?",
                 [&] { call("aten::sum", x, arg("keepdims") = true); });
    expect_error(RT_E_ARGUMENT,
                 "none of the overloads has a parameter named 'zzzzzzzz'; rtffi info aten::add lists them",
                 [&] { call("aten::add", x, x, arg("zzzzzzzz") = 1); });
    expect_error(RT_E_TYPE, "no overload takes", [&] { call("aten::add", x, arg("alpha") = 1); });
}

TEST_CASE_FIXTURE(Torch, "the overload that a call takes can be asked for, without calling it") {
    const H x = ones({2});
    const auto overload = [](const auto &...args) { return call<std::string>("rt_torch_operator_overload", args...); };
    CHECK(overload("aten::add", x, x) == "aten::add.Tensor");
    CHECK(overload("aten::add", x, 2) == "aten::add.Scalar");
    CHECK(overload("aten::add", 2, 3) == "aten::add.int");
    CHECK(overload("aten::add_", x, arg("other") = x) == "aten::add_.Tensor");
    check_values(x, {1, 1}); // nothing was added
    CHECK(overload("aten::sum", x, arg("dim") = Dims{0}) == "aten::sum.dim_IntList");
    CHECK(overload("aten::contiguous", x) == "aten::contiguous");
    CHECK(overload("aten::relu.default") == "aten::relu.default");
    expect_error(RT_E_TYPE, "rt_torch_operator_overload: no overload takes these arguments",
                 [&] { overload("aten::add", x, "word"); });
    expect_error(RT_E_TYPE, "the first argument is an operator's name", [&] { overload(x); });
    expect_error(RT_E_NOT_FOUND, "did you mean aten::add?", [&] { overload("aten::ad", x); });
    expect_error(RT_E_ARGUMENT, "rt_torch_tensor_zeros is no operator", [&] { overload("rt_torch_tensor_zeros"); });
    CHECK(cause_of([&] { overload("rt_torch_tensor_zeros"); }) == "not_an_operator");
    CHECK(cause_of([&] { overload("aten::ad"); }) == "not_provided");
    CHECK(cause_of([&] { overload("aten::add", x, x, arg("alpa") = 1); }) == "unknown_parameter");
}

TEST_CASE_FIXTURE(Torch, "of many overloads an error shows the first few, and says where all of them are") {
    const auto message = [](const auto &use) -> std::string {
        try {
            use();
        } catch (const rt::Error &error) {
            return error.what();
        }
        return "";
    };
    const auto shown = [](const std::string &text) {
        std::size_t count = 0;
        for (std::size_t at = text.find('`'); at != std::string::npos; at = text.find('`', at + 1)) {
            count++;
        }
        return count / 2;
    };
    const H x = ones({2});
    const std::string many = message([&] { call("aten::add", x, "word"); });
    const std::size_t all = torch::jit::getAllOperatorsFor(c10::Symbol::fromQualString("aten::add")).size();
    REQUIRE(all > 3);
    CHECK(shown(many) == 3);
    CHECK(many.ends_with("` and " + std::to_string(all - 3) + " more; rtffi info aten::add lists them"));
    const std::string few = message([&] { call("aten::conv2d", "word"); });
    CHECK(shown(few) == 2);
    CHECK(!contains(few, "more"));
}

TEST_CASE_FIXTURE(Torch, "an argument whose memory is not what it says is refused before it is read") {
    const H x = ones({2, 3});
    const std::int64_t numbers[] = {0, 1};
    const unsigned char bools[] = {1, 7};
    const char *const unaligned = reinterpret_cast<const char *>(numbers) + 1;
    const struct {
        const char *name;
        rt_value value;
        const char *text;
    } wrong[] = {
        {"aten::to.dtype", rt_memory(RT_TEXT, nullptr, 5), "the pointer is null but the count is not 0"},
        {"aten::to.dtype", rt_memory(RT_TEXT, "float32", static_cast<std::size_t>(-1)), "larger than memory"},
        {"aten::sum", rt_memory(RT_I64_ARRAY, nullptr, 2), "the pointer is null but the count is not 0"},
        {"aten::sum.dim_IntList", rt_memory(RT_I64_ARRAY, numbers, std::size_t{1} << 61U), "larger than memory"},
        {"aten::sum.dim_IntList", rt_memory(RT_I64_ARRAY, unaligned, 1), "the pointer is not aligned"},
        {"aten::sum.dim_IntList", rt_memory(RT_BOOL_ARRAY, bools, 2), "a bool is 0 or 1"},
    };
    for (const auto &[name, value, text] : wrong) {
        expect_error(RT_E_ARGUMENT, text, [&] { call(name, x, value); });
    }
    const rt_value none[] = {rt_memory(RT_HANDLE_ARRAY, nullptr, 2), rt_memory(RT_VALUES, nullptr, 2)};
    for (const rt_value &value : none) {
        expect_error(RT_E_ARGUMENT, "the pointer is null", [&] { call("aten::cat", value); });
        expect_error(RT_E_ARGUMENT, "the pointer is null", [&] { call("aten::relu.default", value); });
    }
}

TEST_CASE_FIXTURE(Torch, "what is given twice, or where it would be lost, is refused") {
    const H x = ones({2});
    expect_error(RT_E_ARGUMENT, "'alpha' is given twice",
                 [&] { call("aten::add", x, x, arg("alpha") = 2, arg("alpha") = 3); });
    expect_error(RT_E_TYPE, "no overload takes", [&] { call("aten::add", x, x, arg("other") = x); });
    expect_error(RT_E_TYPE, "expected TorchTensor, got an integer", [] { call("aten::add_.Tensor", 5, 6); });
    const std::int64_t numbers[] = {x.get(), x.get()};
    expect_error(RT_E_TYPE, "no overload takes", [&] { call("aten::stack", rt_memory(RT_I64_ARRAY, numbers, 2)); });
    const std::int64_t dead[] = {x.get(), freed_handle()};
    expect_error(RT_E_HANDLE, "freed", [&] { call("aten::cat", rt_memory(RT_HANDLE_ARRAY, dead, 2)); });
    expect_error(RT_E_TYPE, "a number is needed, not an object", [&] { call("aten::add.Scalar", x, x); });
    expect_error(RT_E_ARGUMENT, "is not the name of a device",
                 [&] { call("aten::to.device", x, "cpu:256", "float32"); });
    expect_error(RT_E_NOT_FOUND, "aten::add.", [] { call("aten::add."); });
}

TEST_CASE_FIXTURE(Torch, "a remainder by zero is an error, and no end of the process") {
    CHECK(call<std::int64_t>("aten::remainder", 7, 4) == 3);
    CHECK(call<std::int64_t>("aten::remainder", -7, -1) == 0);
    CHECK(call<std::int64_t>("aten::remainder", std::numeric_limits<std::int64_t>::min(), -1) == 0);
    expect_error(RT_E_CALLEE, "ZeroDivisionError", [] { call("aten::remainder", 7, 0); });
}

TEST_CASE_FIXTURE(Torch, "what LibTorch would divide by is looked at before") {
    const H image = ones({1, 2, 4, 4});
    expect_error(RT_E_ARGUMENT, "aten::native_channel_shuffle: groups is 0, which LibTorch would divide by",
                 [&] { call("aten::native_channel_shuffle", image, 0); });
    CHECK(cause_of([&] { call("aten::native_channel_shuffle", image, 0); }) == "division_by_zero");
    check_values(call<H>("aten::native_channel_shuffle", tensor({1, 2, 3, 4}, {1, 4, 1, 1}), 2), {1, 3, 2, 4});
    expect_error(RT_E_ARGUMENT, "aten::_transform_bias_rescale_qkv: num_heads is 0",
                 [&] { call("aten::_transform_bias_rescale_qkv", ones({1, 4, 12}), ones({12}), 0); });
    expect_error(RT_E_ARGUMENT, "stride is 0", [&] { call("aten::mkldnn_max_pool2d", image, Dims{2, 2}, Dims{1, 0}); });
}

TEST_CASE_FIXTURE(Torch, "names of several namespaces can be looked up by several threads at once") {
    const std::set<std::string> mathematics = listed("aten::_foreach_").names;
    const std::set<std::string> quantized = listed("quantized::").names;
    REQUIRE(!mathematics.empty());
    REQUIRE(!quantized.empty());
    std::atomic<int> wrong{0};
    const auto look_up = [&](const std::set<std::string> &names) {
        for (const std::string &name : names) {
            const rt_function *found = rt_lookup(name.c_str());
            wrong += found == nullptr || !std::string_view(found->signature).starts_with(name + "(") ? 1 : 0;
        }
    };
    std::thread other([&] { look_up(quantized); });
    look_up(mathematics);
    other.join();
    CHECK(wrong == 0);
}

TEST_CASE_FIXTURE(Torch, "all operators of the dispatcher are listed, each once and with a signature") {
    std::size_t all = 0;
    std::set<std::string> namespaces;
    for (const c10::OperatorName &name : c10::Dispatcher::singleton().getAllOpNames()) {
        namespaces.insert(name.name.substr(0, name.name.find("::") + 2));
        all++;
    }
    std::size_t found = 0;
    for (const std::string &begin : namespaces) {
        const Listed list = listed(begin.c_str());
        CHECK(list.names.size() == list.signatures.size());
        found += list.names.size();
    }
    CHECK(found == all);
    CHECK(listed("aten::conv2d").names == std::set<std::string>{"aten::conv2d.default", "aten::conv2d.padding"});
    CHECK(listed("nobody::").names.empty());
}

} // namespace torch_test::test_operators
