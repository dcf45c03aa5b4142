// CUDA devices, on a machine that has one: run with RTFFI_TEST_CUDA=1, by `./dev gpu-check`. See main.cpp.
#include "support.hpp"

#include <torch/version.h>

#include <thread>

namespace torch_test::test_cuda {

namespace {

H to_cuda(const H &x, int device = 0) { return call<H>("rt_torch_torchtensor_cuda", x, device); }
H to_cpu(const H &x) { return call<H>("rt_torch_torchtensor_cpu", x); }
std::int32_t device_of(const H &x) { return call<std::int32_t>("rt_torch_torchtensor_device", x); }
bool is_cuda(const H &x) { return call<bool>("rt_torch_torchtensor_is_cuda", x); }

constexpr bool tells_memory = TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 9);

} // namespace

TEST_SUITE("device") {

    TEST_CASE_FIXTURE(Torch, "with CUDA: there is a device") {
        CHECK(call<bool>("rt_torch_cuda_available"));
        CHECK(call<std::int64_t>("rt_torch_cuda_device_count") >= 1);
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: a tensor goes to the device and back with its numbers and its dtype") {
        const H x = tensor({1, 2, 3, 4}, {2, 2});
        for (const int device : {0, -1}) {
            CAPTURE(device);
            const H there = to_cuda(x, device);
            CHECK(is_cuda(there));
            CHECK(device_of(there) == 0);
            CHECK(shape_of(there) == Dims{2, 2});
            const H back = to_cpu(there);
            CHECK_FALSE(is_cuda(back));
            CHECK(device_of(back) == -1);
            check_values(back, {1, 2, 3, 4});
        }
        CHECK_FALSE(is_cuda(x));
        CHECK(dtype_of(to_cuda(to_dtype(x, "int64"))) == "int64");
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: operations compute on the device") {
        const H a = to_cuda(tensor({1, 2, 3, 4}, {2, 2}));
        const H b = to_cuda(tensor({10, 20, 30, 40}, {2, 2}));
        const H sum = call<H>("rt_torch_torchtensor_add", a, b);
        CHECK(is_cuda(sum));
        check_values(to_cpu(sum), {11, 22, 33, 44});
        const H product = call<H>("rt_torch_torchtensor_matmul", a, b);
        CHECK(is_cuda(product));
        check_values(to_cpu(product), {70, 100, 150, 220}, 1e-3);
        CHECK(call<double>("rt_torch_torchtensor_sum", a) == 10);
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: host memory is read from the device, and a clone stays there") {
        const H there = to_cuda(tensor({1, 2, 3}));
        check_values(there, {1, 2, 3});
        const H copy = call<H>("rt_torch_torchtensor_clone", there);
        CHECK(is_cuda(copy));
        check_values(copy, {1, 2, 3});
        CHECK(contains(call<std::string>("rt_torch_torchtensor_to_text", there), "CUDA"));
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: gradients flow through the copy to the device") {
        const H x = parameter({1, 2});
        backward(call<H>("rt_torch_loss_mse", to_cuda(x), to_cuda(tensor({0, 0}))));
        check_values(grad(x), {1, 2});
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: indices and class targets are checked before the device sees them") {
        const H weight = to_cuda(tensor({0, 1, 10, 11}, {2, 2}));
        check_values(call<H>("rt_torch_nn_embedding", to_cuda(tensor({1, 0})), weight), {10, 11, 0, 1});
        expect_error(RT_E_ARGUMENT, "index out of range",
                     [&] { call("rt_torch_nn_embedding", to_cuda(tensor({2})), weight); });
        expect_error(RT_E_ARGUMENT, "target holds class 2 at position 0",
                     [&] { call("rt_torch_loss_nll", weight, to_cuda(tensor({2, 0}))); });
        const H outside = to_dtype(to_cuda(tensor({0, -3})), "int64");
        const std::vector<rt_value> list = {rt_text(":"), rt_handle(outside.get())};
        expect_error(RT_E_ARGUMENT, "indices[1] holds the index -3, which is out of range: there are 2",
                     [&] { call("rt_torch_torchtensor_index", weight, std::span<const rt_value>(list)); });
        check_values(weight, {0, 1, 10, 11}); // the device is as usable as before
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: a device that is not there is refused with the numbers of those that are") {
        const std::int64_t count = call<std::int64_t>("rt_torch_cuda_device_count");
        const std::string text = "there is no device " + std::to_string(count) + ": devices are numbered from 0 to " +
                                 std::to_string(count - 1);
        expect_error(RT_E_ARGUMENT, text, [&] { call("rt_torch_torchtensor_cuda", tensor({1}), count); });
        expect_error(RT_E_ARGUMENT, text, [&] { call("rt_torch_stream_create", count); });
        expect_error(RT_E_ARGUMENT, "there is no device -2",
                     [] { call("rt_torch_torchtensor_cuda", tensor({1}), -2); });
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: tensors on different devices do not mix") {
        expect_error(RT_E_CALLEE, "same device",
                     [] { call("rt_torch_torchtensor_add", tensor({1, 2}), to_cuda(tensor({1, 2}))); });
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: a stream is created, waited for, asked and freed") {
        for (const int device : {0, -1}) {
            const H stream = call<H>("rt_torch_stream_create", device);
            CHECK(std::string_view(stream.class_name()) == "TorchStream");
            call("rt_torch_torchstream_sync", stream);
            CHECK(call<bool>("rt_torch_torchstream_query", stream));
        }
        const std::int64_t stream = call<H>("rt_torch_stream_create", 0).release();
        call("rt_torch_torchstream_free", stream);
        expect_error(RT_E_HANDLE, "freed", [&] { call("rt_torch_torchstream_sync", stream); });
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: to_stream puts the copy on the stream, there when it was waited for") {
        const H stream = call<H>("rt_torch_stream_create", 0);
        const H x = call<H>("rt_torch_tensor_arange", 0.0, 1e6, 1.0);
        for (const int device : {0, -1}) {
            const H there = call<H>("rt_torch_torchtensor_to_stream", x, device, stream);
            CHECK(is_cuda(there));
            call("rt_torch_torchstream_sync", stream);
            CHECK(call<bool>("rt_torch_torchstream_query", stream));
            check_same(there, read(x));
        }
        const H on_current = call<H>("rt_torch_torchtensor_to_stream", x, 0, 0);
        check_same(on_current, read(x));
        const H again = call<H>("rt_torch_torchtensor_to_stream", on_current, 0, stream);
        call("rt_torch_torchstream_sync", stream);
        check_same(again, read(x));
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: a stream is used and waited for from another thread") {
        const H stream = call<H>("rt_torch_stream_create", 0);
        const H x = tensor({1, 2});
        H there;
        std::thread([&] {
            there = call<H>("rt_torch_torchtensor_to_stream", x, 0, stream);
            call("rt_torch_torchstream_sync", stream);
        }).join();
        check_values(there, {1, 2});
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: memory_allocated grows with a tensor and shrinks when it goes") {
        if constexpr (tells_memory) {
            const auto allocated = [] { return call<std::int64_t>("rt_torch_cuda_memory_allocated", 0); };
            const std::int64_t before = allocated();
            {
                const H big = to_cuda(call<H>("rt_torch_tensor_zeros", Dims{1024, 1024}));
                CHECK(allocated() >= before + 4 * 1024 * 1024);
                CHECK(call<std::int64_t>("rt_torch_cuda_memory_allocated", -1) == allocated());
            }
            CHECK(allocated() == before);
            CHECK(call<std::int64_t>("rt_torch_cuda_max_memory_allocated", 0) >= before + 4 * 1024 * 1024);
        } else {
            expect_error(RT_E_UNAVAILABLE, "use 2.9 or newer", [] { call("rt_torch_cuda_memory_allocated", 0); });
        }
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: empty_cache leaves what is in use alone") {
        const H there = to_cuda(tensor({1, 2}));
        call("rt_torch_cuda_empty_cache");
        check_values(there, {1, 2});
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: more memory than the device has is RT_E_MEMORY, and the device stays usable") {
        const H column = to_cuda(call<H>("rt_torch_tensor_zeros", Dims{1 << 20, 1}));
        const H row = to_cuda(call<H>("rt_torch_tensor_zeros", Dims{1, 1 << 20}));
        expect_error(RT_E_MEMORY, "out of memory", [&] { call("rt_torch_torchtensor_matmul", column, row); });
        check_values(to_cuda(tensor({1})), {1});
    }

} // TEST_SUITE

} // namespace torch_test::test_cuda
