// What NVIDIA's driver says of its devices, asked of a library that stands in for it (fake_libcuda.c).
#include "support.hpp"

#include "../../../plugins/torch/cuda_driver.hpp"

using namespace torch_test;
using rt::libtorch::cuda_properties;

TEST_SUITE("device") {

    TEST_CASE("the driver tells a device's name, memory, compute capability and multiprocessors") {
        const rt::libtorch::CudaProperties first = cuda_properties(0, RTFFI_TEST_LIBCUDA);
        CHECK(first.name == "Fake device 0");
        CHECK(first.total_memory == std::int64_t{8} << 30);
        CHECK(first.major == 9);
        CHECK(first.minor == 0);
        CHECK(first.multi_processor_count == 140);
        const rt::libtorch::CudaProperties second = cuda_properties(1, RTFFI_TEST_LIBCUDA);
        CHECK(second.name == "Fake device 1");
        CHECK(second.total_memory == std::int64_t{16} << 30);
        CHECK(second.minor == 1);
    }

    TEST_CASE("a driver that is not there, that lacks a function, or that fails is an error that says so") {
        expect_error(RT_E_UNAVAILABLE, "/no/such/libcuda.so, NVIDIA's driver: does not load: ", [] {
            cuda_properties(0, "/no/such/libcuda.so");
        });
        expect_error(RT_E_UNAVAILABLE, "libc.so.6, NVIDIA's driver: has no function cuInit",
                     [] { cuda_properties(0, "libc.so.6"); });
        expect_error(RT_E_UNAVAILABLE, "cuDeviceGet fails with CUDA's error 101",
                     [] { cuda_properties(2, RTFFI_TEST_LIBCUDA); });
    }

    TEST_CASE_FIXTURE(Device, "the properties of CUDA devices are an error where there is none") {
        for (const char *name : {"rt_torch_cuda_device_name", "rt_torch_cuda_device_total_memory",
                                 "rt_torch_cuda_device_capability", "rt_torch_cuda_device_multi_processor_count"}) {
            expect_error(RT_E_UNAVAILABLE, "LibTorch finds no CUDA device", [&] { call(name, -1); });
        }
    }

} // TEST_SUITE
