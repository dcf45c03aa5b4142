// The memory of a device: statistics and cache; pinned memory of the host, and copies that nobody waits for.
#include "support.hpp"

#include <cstddef>

using namespace torch_test;

namespace {

constexpr bool tells_memory = RT_LIBTORCH_AT_LEAST(2, 9);
constexpr const char *needs_newer = "use 2.9 or newer";

std::int64_t stat(int device, const char *name) {
    return call<std::int64_t>("rt_torch_accelerator_memory_stat", device, name);
}
H zeros_on(int device, std::int64_t count) { return to_device(call<H>("rt_torch_tensor_zeros", Dims{count}), device); }

} // namespace

TEST_SUITE("device") {

    TEST_CASE_FIXTURE(Device, "statistics of memory follow tensors as they come and go, each device's its own") {
        if (!tells_memory) {
            expect_error(RT_E_UNAVAILABLE, needs_newer, [] { stat(0, "allocated_bytes.all.current"); });
            return;
        }
        const std::int64_t before = stat(1, "allocated_bytes.all.current");
        const std::int64_t other = stat(0, "allocated_bytes.all.allocated");
        {
            const H there = zeros_on(1, 1000);
            CHECK(stat(1, "allocated_bytes.all.current") == before + 4000);
            CHECK(stat(1, "allocated_bytes.all.peak") >= before + 4000);
        }
        CHECK(stat(1, "allocated_bytes.all.current") == before);
        CHECK(stat(0, "allocated_bytes.all.allocated") == other);
        CHECK(stat(-1, "allocated_bytes.all.allocated") == other);
    }

    TEST_CASE_FIXTURE(Device,
                      "all statistics come at once, under the names that torch.cuda.memory_stats has for them") {
        if (!tells_memory) {
            expect_error(RT_E_UNAVAILABLE, needs_newer, [] { call("rt_torch_accelerator_memory_stats", 0); });
            return;
        }
        const rt::Value both = call("rt_torch_accelerator_memory_stats", 0);
        const auto names = both[0].as<std::vector<std::string>>();
        const auto numbers = both[1].as<std::vector<std::int64_t>>();
        CHECK(names.size() == 9 * 3 * 4 + 2 * 4 + 6);
        REQUIRE(numbers.size() == names.size());
        for (std::size_t i = 0; i < names.size(); i++) {
            CAPTURE(names[i]);
            const std::int64_t want = names[i] == "segment.large_pool.freed" ? 7
                                      : names[i] == "oversize_segments.peak" ? 8
                                      : names[i] == "num_ooms"               ? 9
                                      : names[i] == "max_split_size"         ? 10
                                                                             : numbers[i];
            CHECK(numbers[i] == want);
            CHECK((numbers[i] == 0 || names[i].find("_bytes.all.") != std::string::npos || want <= 10));
        }
        CHECK(stat(0, "segment.large_pool.freed") == 7);
        expect_error(RT_E_ARGUMENT, "there is no statistic \"allocated_bytes\": there are ",
                     [] { stat(0, "allocated_bytes"); });
    }

    TEST_CASE_FIXTURE(Device, "peaks and sums are counted anew, and the cache is given back") {
        if (!tells_memory) {
            for (const char *name : {"rt_torch_accelerator_reset_peak_memory_stats",
                                     "rt_torch_accelerator_reset_accumulated_memory_stats"}) {
                expect_error(RT_E_UNAVAILABLE, needs_newer, [&] { call(name, 0); });
            }
            call("rt_torch_accelerator_empty_cache"); // there is nothing that could be given back
            return;
        }
        call("rt_torch_accelerator_empty_cache");
        const std::int64_t reserved = stat(1, "reserved_bytes.all.current");
        zeros_on(1, 5000);
        CHECK(stat(1, "reserved_bytes.all.current") == reserved + 20000);
        call("rt_torch_accelerator_empty_cache");
        CHECK(stat(1, "reserved_bytes.all.current") == reserved);
        CHECK(stat(1, "allocated_bytes.all.peak") >= 20000);
        call("rt_torch_accelerator_reset_peak_memory_stats", 1);
        CHECK(stat(1, "allocated_bytes.all.peak") == stat(1, "allocated_bytes.all.current"));
        CHECK(stat(1, "allocated_bytes.all.freed") > 0);
        call("rt_torch_accelerator_reset_accumulated_memory_stats", 1);
        CHECK(stat(1, "allocated_bytes.all.freed") == 0);
    }

    TEST_CASE_FIXTURE(Device, "what is free of a device's memory is told, and how much it has") {
        if (!tells_memory) {
            expect_error(RT_E_UNAVAILABLE, needs_newer, [] { call("rt_torch_accelerator_memory_info", 1); });
            return;
        }
        call("rt_torch_accelerator_empty_cache");
        const Dims info = call<Dims>("rt_torch_accelerator_memory_info", 1);
        const H there = zeros_on(1, 1000);
        CHECK(call<Dims>("rt_torch_accelerator_memory_info", 1) == Dims{info[0] - 4000, info[1]});
        CHECK(info[1] == 1 << 20);
    }

    TEST_CASE_FIXTURE(Device, "memory of CUDA devices stays CUDA's, and a device that is not there is refused") {
        expect_error(RT_E_UNAVAILABLE, "LibTorch finds no CUDA device",
                     [] { call("rt_torch_cuda_memory_allocated", 0); });
        call("rt_torch_cuda_empty_cache");
        expect_error(RT_E_ARGUMENT, "there is no device 2", [] { stat(2, "num_ooms"); });
        expect_error(RT_E_ARGUMENT, "there is no device 7", [] { call("rt_torch_accelerator_memory_info", 7); });
        expect_error(RT_E_TYPE, "argument 2 (name)", [] { call("rt_torch_accelerator_memory_stat", 0, 1); });
    }

    TEST_CASE_FIXTURE(Device, "a tensor is copied to pinned memory once") {
        const H plain = tensor({1, 2, 3});
        CHECK_FALSE(call<bool>("rt_torch_torchtensor_is_pinned", plain));
        const H pinned = call<H>("rt_torch_torchtensor_pin_memory", plain);
        CHECK(asked() == Requests{"pin 12 bytes"});
        CHECK(call<bool>("rt_torch_torchtensor_is_pinned", pinned));
        check_values(pinned, {1, 2, 3});
        const H again = call<H>("rt_torch_torchtensor_pin_memory", pinned);
        CHECK(asked().empty());
        CHECK(call<bool>("rt_torch_torchtensor_is_pinned", again));
        CHECK_FALSE(call<bool>("rt_torch_torchtensor_is_pinned", to_device(plain, 0)));
    }

    TEST_CASE_FIXTURE(
        Device, "a copy to a device is waited for unless it is non-blocking, and then goes to the current stream") {
        const std::string device = std::string(fake_device::name) + ":1";
        const H pinned = call<H>("rt_torch_torchtensor_pin_memory", tensor({1, 2}));
        const H stream = create_stream(1);
        asked();
        const H waited = call<H>("rt_torch_torchtensor_to_device", pinned, device);
        CHECK(asked() == Requests{"copy on 1:0"});
        call("rt_torch_stream_begin", stream);
        const H begun = call<H>("rt_torch_torchtensor_to_device", pinned, device, arg("non_blocking") = true);
        CHECK(asked() == Requests{"begin copy on 1:1"});
        call("rt_torch_torchtensor_copy_non_blocking_", begun, waited);
        CHECK(asked() == Requests{"begin copy on 1:1"});
        call("rt_torch_stream_end");
        CHECK(device_of(begun) == 1);
        check_values(begun, {1, 2});
        CHECK(device_of(call<H>("rt_torch_torchtensor_to_device", begun, "cpu", true)) == -1);
        asked();
        call<H>("rt_torch_torchtensor_to_device", begun, device);
        CHECK(asked().empty()); // it is there
    }

    TEST_CASE_FIXTURE(Device, "tensors go from device to device, and to none that is not there") {
        const H x = to_dtype(tensor({1, 2, 3, 4}, {2, 2}), "int16");
        const H there = to_device(call<H>("rt_torch_torchtensor_t", x), 0);
        const H other = call<H>("rt_torch_torchtensor_to_device", there, std::string(fake_device::name) + ":1");
        CHECK(device_of(other) == 1);
        CHECK(dtype_of(other) == "int16");
        check_values(other, {1, 3, 2, 4});
        expect_error(RT_E_ARGUMENT, "there is no device 2",
                     [&] { call("rt_torch_torchtensor_to_device", there, std::string(fake_device::name) + ":2"); });
        for (const char *name : {"gpu", "", "cuda:", "cuda:256"}) {
            expect_error(RT_E_ARGUMENT, "it must be cpu, cuda, or a numbered one such as cuda:1",
                         [&] { call("rt_torch_torchtensor_to_device", there, name); });
        }
        expect_error(RT_E_UNAVAILABLE, "LibTorch finds no CUDA device",
                     [&] { call("rt_torch_torchtensor_to_device", there, "cuda"); });
        check_values(there, {1, 3, 2, 4});
    }

} // TEST_SUITE
