// Memory that a tensor and the host share: each sees what the other writes, and the host learns when it is its own again.
#include "support.hpp"

#include <atomic>
#include <thread>

namespace torch_test::test_shared_memory {

namespace {

constexpr const char *from_blob = "rt_torch_tensor_from_blob";
constexpr const char *data_ptr = "rt_torch_torchtensor_data_ptr";

using Released = std::atomic<int>;

H counts(Released &released) {
    return rt::make_callable("fn()", [&released](std::span<const rt_value>) { released++; }, RT_FUNCTION_ANY_THREAD);
}

template <class T>
H blob(std::vector<T> &memory, const Dims &dims, const Dims &strides, const char *dtype, Released &released) {
    return call<H>(from_blob, std::as_writable_bytes(std::span(memory)), dims, strides, dtype, counts(released));
}

} // namespace

TEST_CASE_FIXTURE(Torch, "from_blob shares: what one writes the other reads") {
    std::vector<float> memory{1, 2, 3, 4, 5, 6};
    Released released = 0;
    const H x = blob(memory, {2, 3}, {}, "float32", released);
    memory[0] = 9;
    check_values(x, {9, 2, 3, 4, 5, 6});
    call("rt_torch_torchtensor_zero_", x);
    CHECK(memory == std::vector<float>(6));
    CHECK(call<void *>(data_ptr, x) == memory.data());
    CHECK(released == 0);
}

TEST_CASE_FIXTURE(Torch, "from_blob with strides is a view: a transposed matrix, and one number many times") {
    std::vector<std::int64_t> memory{1, 2, 3, 4, 5, 6};
    Released released = 0;
    const H transposed = blob(memory, {3, 2}, {1, 3}, "int64", released);
    check_same(transposed, at::tensor(memory, at::kLong).reshape({2, 3}).t());
    CHECK(call<Dims>("rt_torch_torchtensor_strides", transposed) == Dims{1, 3});
    check_values(blob(memory, {4}, {0}, "int64", released), {1, 1, 1, 1});
}

TEST_CASE_FIXTURE(Torch,
                  "release is called once, when the last tensor over the memory goes, on whatever thread that is") {
    std::vector<float> memory{1, 2};
    Released released = 0;
    H view;
    {
        const H x = blob(memory, {2}, {}, "float32", released);
        view = call<H>("rt_torch_torchtensor_view", x, Dims{2, 1});
    }
    CHECK(released == 0);
    std::thread([&] { view = H(); }).join();
    CHECK(released == 1);
}

TEST_CASE_FIXTURE(Torch, "gradients flow to a parameter in the host's memory, and a step writes there") {
    std::vector<double> memory{2};
    Released released = 0;
    const H x = blob(memory, {1}, {}, "float64", released);
    call("rt_torch_autograd_set_requires_grad", x, true);
    backward(call<H>("rt_torch_torchtensor_mul", x, x));
    check_values(grad(x), {4});
}

TEST_CASE_FIXTURE(Torch, "from_blob refuses what does not lie within the memory, and does not release it then") {
    std::vector<float> memory(6);
    Released released = 0;
    const auto refused = [&](const char *text, const Dims &dims, const Dims &strides, const char *dtype) {
        expect_error(RT_E_ARGUMENT, text, [&] { blob(memory, dims, strides, dtype, released); });
    };
    refused("data has 24 bytes, and dims [7] of float32 stand for 28", {7}, {}, "float32");
    refused("data has 24 bytes, and dims [3, 2] with strides [1, 4] of float32 reach beyond", {3, 2}, {1, 4},
            "float32");
    refused("reach beyond", {2}, {INT64_MAX}, "float32");
    refused("reach beyond", {3, 3}, {INT64_MAX / 2, INT64_MAX / 2}, "float32");
    refused("strides [-1] has a negative one", {2}, {-1}, "float32");
    refused("there are 1 strides for 2 dims", {2, 3}, {1}, "float32");
    refused("a tensor of qint8 needs a scale as well", {6}, {1}, "qint8");
    expect_error(RT_E_ARGUMENT, "a multiple of 4 bytes", [&] {
        call<H>(from_blob, std::as_writable_bytes(std::span(memory)).subspan(1, 4), Dims{1}, Dims{}, "float32",
                counts(released));
    });
    expect_error(RT_E_ARGUMENT, "argument 1 (data)", [&] {
        call<H>(from_blob, std::as_bytes(std::span(memory)), Dims{6}, Dims{}, "float32", counts(released));
    });
    expect_error(RT_E_HANDLE, "argument 5 (release)",
                 [&] { call<H>(from_blob, std::as_writable_bytes(std::span(memory)), Dims{6}, Dims{}, "float32", 0); });
    CHECK(released == 0);
}

TEST_CASE_FIXTURE(Torch, "from_blob of no elements needs no memory, and is released as any other") {
    std::vector<float> memory;
    Released released = 0;
    CHECK(shape_of(blob(memory, {0, 3}, {}, "float32", released)) == Dims{0, 3});
    CHECK(released == 1);
}

TEST_CASE_FIXTURE(Torch, "a release that fails is told in the log, and the tensor is gone all the same") {
    std::vector<std::string> messages;
    rt_log_set([](void *context, std::int32_t, const char *,
                  const char *message) { static_cast<std::vector<std::string> *>(context)->emplace_back(message); },
               &messages);
    std::vector<float> memory(1);
    const H fails =
        rt::make_callable("fn()", [](std::span<const rt_value>) { throw rt::Error(RT_E_CALLEE, "no way"); }, 0);
    call<H>(from_blob, std::as_writable_bytes(std::span(memory)), Dims{1}, Dims{}, "float32", fails);
    rt_log_set(nullptr, nullptr);
    REQUIRE(messages.size() == 1);
    CHECK(contains(messages[0], "the release of a tensor's memory failed: "));
    CHECK(contains(messages[0], "no way"));
}

TEST_CASE_FIXTURE(Torch,
                  "data_ptr is where the elements lie, views included, and an error where the host cannot read") {
    const H x = tensor({1, 2, 3, 4}, {2, 2});
    const auto *numbers = static_cast<const float *>(call<void *>(data_ptr, x));
    CHECK(numbers[3] == 4);
    const H row = call<H>("rt_torch_torchtensor_slice", x, 0, 1, 2, 1);
    CHECK(call<void *>(data_ptr, row) == numbers + 2);
    const H sparse = call<H>("aten::to_sparse", x);
    expect_error(RT_E_ARGUMENT, "only a dense tensor on the CPU", [&] { call<void *>(data_ptr, sparse); });
}

TEST_CASE_FIXTURE(Torch, "elements that are computed when they are read have no address") {
    const H complex = call<H>("rt_torch_torchtensor_to_dtype", tensor({1, 2}), "complex64");
    const H conjugate = call<H>("aten::conj", complex);
    const H negative = call<H>("aten::_neg_view", tensor({1, 2}));
    for (const H *lazy : {&conjugate, &negative}) {
        expect_error(RT_E_ARGUMENT, "computed when they are read", [&] { call<void *>(data_ptr, *lazy); });
    }
    CHECK(call<void *>(data_ptr, call<H>("aten::resolve_conj", conjugate)) != nullptr);
    CHECK(call<void *>(data_ptr, call<H>("rt_torch_torchtensor_clone", conjugate)) != nullptr);
}

TEST_CASE_FIXTURE(Torch, "a tensor whose address the host has does not move") {
    const H x = tensor({1, 2, 3, 4});
    const auto *numbers = static_cast<const float *>(call<void *>(data_ptr, x));
    expect_error(RT_E_CALLEE, "not resizable", [&] { call<H>("aten::resize_", x, Dims{1000000}); });
    CHECK(call<void *>(data_ptr, x) == numbers);
    CHECK(numbers[3] == 4);
}

} // namespace torch_test::test_shared_memory
