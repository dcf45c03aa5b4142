// Devices where there is none but the CPU: plain answers to questions, clear errors for requests.
#include "support.hpp"

#include <cstdint>

namespace torch_test::test_device {

TEST_SUITE("device") {

    TEST_CASE_FIXTURE(Torch, "without CUDA: there is no device, and saying so is no error") {
        CHECK_FALSE(call<bool>("rt_torch_cuda_available"));
        CHECK(call<std::int64_t>("rt_torch_cuda_device_count") == 0);
        CHECK_FALSE(native<bool()>("rt_torch_cuda_available")());
        CHECK(native<std::int64_t()>("rt_torch_cuda_device_count")() == 0);
    }

    TEST_CASE_FIXTURE(Torch, "a tensor on the CPU is not on CUDA, and its device is -1") {
        const H x = tensor({1, 2});
        CHECK_FALSE(call<bool>("rt_torch_torchtensor_is_cuda", x));
        CHECK(call<std::int32_t>("rt_torch_torchtensor_device", x) == -1);
        CHECK(native<std::int32_t(std::int64_t)>("rt_torch_torchtensor_device")(x.get()) == -1);
    }

    TEST_CASE_FIXTURE(Torch, "cpu() of a tensor on the CPU is the same tensor under a handle of its own") {
        const H x = parameter({1, 2});
        const H same = call<H>("rt_torch_torchtensor_cpu", x);
        CHECK(same.get() != x.get());
        check_values(same, {1, 2});
        call("rt_torch_autograd_set_requires_grad", same, false);
        CHECK_FALSE(call<bool>("rt_torch_autograd_requires_grad", x));
    }

    TEST_CASE_FIXTURE(Torch, "a clone has memory of its own, the same dtype, and passes gradients on") {
        const H x = parameter({1, 2});
        const H copy = call<H>("rt_torch_torchtensor_clone", x);
        backward(call<H>("rt_torch_loss_mse", copy, tensor({0, 0})));
        check_values(grad(x), {1, 2});

        const H gradient = grad(x);
        const H kept = call<H>("rt_torch_torchtensor_clone", gradient);
        call("rt_torch_autograd_zero_grad", x);
        check_values(gradient, {0, 0});
        check_values(kept, {1, 2});
        CHECK(dtype_of(call<H>("rt_torch_torchtensor_clone", to_dtype(x, "int16"))) == "int16");
    }

    TEST_CASE_FIXTURE(Torch, "without CUDA: cuda() says that there is no device and what to look at") {
        const H x = tensor({1});
        for (const int device : {0, -1, 7}) {
            CAPTURE(device);
            expect_error(RT_E_UNAVAILABLE,
                         "LibTorch finds no CUDA device: use a CUDA build of LibTorch and NVIDIA's driver",
                         [&] { call("rt_torch_torchtensor_cuda", x, device); });
        }
        expect_native_error(RT_E_UNAVAILABLE, "rt_torch_torchtensor_cuda: ", [&] {
            CHECK(native<std::int64_t(std::int64_t, std::int32_t)>("rt_torch_torchtensor_cuda")(x.get(), 0) == 0);
        });
        check_values(x, {1});
    }

    TEST_CASE_FIXTURE(Torch, "without CUDA: the error's cause tells programs that it is the device that is missing") {
        try {
            call("rt_torch_torchtensor_cuda", tensor({1}), 0);
            FAIL("it should have failed");
        } catch (const rt::Error &error) {
            CHECK(std::string_view(error.cause()) == "no_device");
            CHECK(std::string_view(error.function()) == "rt_torch_torchtensor_cuda");
        }
    }

    TEST_CASE_FIXTURE(Torch, "without CUDA: streams need a device, of CUDA or PrivateUse1") {
        constexpr const char *message = "streams need a device: there is no CUDA device and no PrivateUse1 device";
        expect_error(RT_E_UNAVAILABLE, message, [] { call("rt_torch_stream_create", -1); });
        expect_error(RT_E_UNAVAILABLE, message, [] { call("rt_torch_stream_create", 0); });
        expect_error(RT_E_UNAVAILABLE, message, [] { call("rt_torch_torchtensor_to_stream", tensor({1}), -1, 0); });
        expect_native_error(RT_E_UNAVAILABLE, message,
                            [] { CHECK(native<std::int64_t(std::int32_t)>("rt_torch_stream_create")(0) == 0); });
    }

    TEST_CASE_FIXTURE(Torch, "without CUDA: memory statistics are an error, and there is no cache to empty") {
        for (const char *name : {"rt_torch_cuda_memory_allocated", "rt_torch_cuda_max_memory_allocated"}) {
            CAPTURE(name);
            expect_error(RT_E_UNAVAILABLE, "LibTorch finds no CUDA device", [&] { call(name, -1); });
            expect_error(RT_E_UNAVAILABLE, "LibTorch finds no CUDA device", [&] { call(name, 0); });
            expect_native_error(RT_E_UNAVAILABLE, "LibTorch finds no CUDA device",
                                [&] { CHECK(native<std::int64_t(std::int32_t)>(name)(0) == 0); });
        }
        call("rt_torch_cuda_empty_cache");
    }

    TEST_CASE_FIXTURE(Torch, "without CUDA: there is no accelerator, and what needs one says so") {
        CHECK(call<std::string>("rt_torch_accelerator_type").empty());
        CHECK(call<std::int64_t>("rt_torch_accelerator_device_count") == 0);
        constexpr const char *message = "a device: there is no CUDA device and no PrivateUse1 device; LibTorch finds";
        expect_error(RT_E_UNAVAILABLE, message, [] { call("rt_torch_accelerator_current_device"); });
        expect_error(RT_E_UNAVAILABLE, message, [] { call("rt_torch_event_create"); });
        expect_error(RT_E_UNAVAILABLE, message, [] { call("rt_torch_torchtensor_pin_memory", tensor({1})); });
        expect_error(RT_E_UNAVAILABLE, message, [] { call("rt_torch_accelerator_memory_stat", 0, "num_ooms"); });
        for (const char *name :
             {"rt_torch_accelerator_set_current_device", "rt_torch_accelerator_synchronize", "rt_torch_stream_current",
              "rt_torch_stream_default", "rt_torch_accelerator_memory_stats", "rt_torch_accelerator_memory_info",
              "rt_torch_accelerator_reset_peak_memory_stats", "rt_torch_accelerator_reset_accumulated_memory_stats"}) {
            CAPTURE(name);
            for (const int device : {-1, 0, 5}) {
                expect_error(RT_E_UNAVAILABLE, message, [&] { call(name, device); });
            }
        }
        for (const char *name : {"rt_torch_cuda_device_name", "rt_torch_cuda_device_capability",
                                 "rt_torch_cuda_device_total_memory", "rt_torch_cuda_device_multi_processor_count"}) {
            expect_error(RT_E_UNAVAILABLE, "LibTorch finds no CUDA device", [&] { call(name, 0); });
        }
        expect_error(RT_E_ARGUMENT, "there is no rt_torch_stream_begin on this thread",
                     [] { call("rt_torch_stream_end"); });
        call("rt_torch_accelerator_empty_cache");
        CHECK_FALSE(call<bool>("rt_torch_torchtensor_is_pinned", tensor({1})));
    }

    TEST_CASE_FIXTURE(Torch, "a tensor goes to a device by its name") {
        const H x = tensor({1, 2});
        const H same = call<H>("rt_torch_torchtensor_to_device", x, "cpu");
        call("rt_torch_torchtensor_add_scalar_", same, 1.0);
        check_values(x, {2, 3}); // it was there
        call("rt_torch_torchtensor_add_scalar_", call<H>("rt_torch_torchtensor_to_device", x, "cpu:0"), -1.0);
        check_values(x, {1, 2}); // and is by its other name
        check_values(call<H>("rt_torch_torchtensor_to_device", x, "cpu:0", arg("non_blocking") = true), {1, 2});
        for (const char *name : {"gpu", "", "CPU", "cuda:x", "cuda:256"}) {
            expect_error(RT_E_ARGUMENT, "it must be cpu, cuda, or a numbered one such as cuda:1",
                         [&] { call("rt_torch_torchtensor_to_device", x, name); });
        }
        expect_error(RT_E_ARGUMENT, "there is no device cpu:1 here",
                     [&] { call("rt_torch_torchtensor_to_device", x, "cpu:1"); });
        call("rt_torch_torchtensor_copy_non_blocking_", x, tensor({7}));
        check_values(x, {7, 7});
        expect_error(RT_E_CALLEE, "size",
                     [&] { call("rt_torch_torchtensor_copy_non_blocking_", x, tensor({1, 2, 3})); });
    }

    TEST_CASE_FIXTURE(Torch, "a device number that is no 32-bit integer is refused") {
        expect_error(RT_E_ARGUMENT, "argument 2 (device_id)",
                     [] { call("rt_torch_torchtensor_cuda", tensor({1}), std::int64_t{1} << 40); });
        expect_error(RT_E_TYPE, "argument 2 (device_id)",
                     [] { call("rt_torch_torchtensor_cuda", tensor({1}), "cuda:0"); });
        expect_error(RT_E_TYPE, "argument 1 (device_id)", [] { call("rt_torch_stream_create", 0.5); });
        expect_error(RT_E_TYPE, "argument 1 (device_id)", [] { call("rt_torch_cuda_memory_allocated", "0"); });
    }

    TEST_CASE_FIXTURE(Torch, "freeing a tensor frees its handle, 0 does nothing, and a second time is an error") {
        const std::int64_t x = tensor({1}).release();
        call("rt_torch_torchtensor_free", x);
        expect_error(RT_E_HANDLE, "freed", [x] { call("rt_torch_torchtensor_free", x); });
        expect_error(RT_E_HANDLE, "freed", [x] { call("rt_torch_torchtensor_numel", x); });
        call("rt_torch_torchtensor_free", 0);
        call("rt_torch_torchtensor_free", nullptr);
        call("rt_torch_torchstream_free", 0);

        const auto free_tensor = native<void(std::int64_t)>("rt_torch_torchtensor_free");
        *rt_error_location() = RT_OK;
        free_tensor(0);
        free_tensor(tensor({1}).release());
        CHECK(*rt_error_location() == RT_OK);
    }

    TEST_CASE_FIXTURE(Torch, "a tensor of two owners outlives the first that frees it") {
        const H x = tensor({1});
        call("rt_torch_torchtensor_free", x.clone().release());
        check_values(x, {1});
    }

    TEST_CASE_FIXTURE(Torch, "devices' functions refuse wrong handles") {
        const H stranger = call<H>("rt_torch_module_relu");
        const H good = tensor({1});
        const rt_value zero = rt_i64(0);
        refuses_wrong_handles("rt_torch_torchtensor_cuda", {zero, zero}, 0, stranger.get());
        refuses_wrong_handles("rt_torch_torchtensor_to_stream", {zero, zero, zero}, 0, stranger.get());
        for (const char *name : {"rt_torch_torchtensor_cpu", "rt_torch_torchtensor_is_cuda",
                                 "rt_torch_torchtensor_device", "rt_torch_torchtensor_clone"}) {
            refuses_wrong_handles(name, {zero}, 0, stranger.get());
        }
        for (const char *name : {"rt_torch_torchtensor_pin_memory", "rt_torch_torchtensor_is_pinned"}) {
            refuses_wrong_handles(name, {zero}, 0, stranger.get());
        }
        refuses_wrong_handles("rt_torch_torchtensor_to_device", {zero, rt_text("cpu")}, 0, stranger.get());
        refuses_wrong_handles("rt_torch_torchtensor_copy_non_blocking_", {zero, rt_handle(good.get())}, 0,
                              stranger.get());
        refuses_wrong_handles("rt_torch_torchtensor_copy_non_blocking_", {rt_handle(good.get()), zero}, 1,
                              stranger.get());
        for (const char *name : {"rt_torch_torchstream_sync", "rt_torch_torchstream_query", "rt_torch_torchstream_id",
                                 "rt_torch_torchstream_device", "rt_torch_stream_begin", "rt_torch_torchevent_query"}) {
            refuses_wrong_handles(name, {zero}, 0, good.get());
        }
        expect_error(RT_E_HANDLE, "argument 1 (handle)", [&] { call("rt_torch_torchstream_free", good); });
        expect_error(RT_E_HANDLE, "argument 1 (handle)", [&] { call("rt_torch_torchtensor_free", stranger); });
        expect_error(RT_E_HANDLE, "argument 3 (stream)",
                     [&] { call("rt_torch_torchtensor_to_stream", good, 0, good); });
    }

} // TEST_SUITE

} // namespace torch_test::test_device
