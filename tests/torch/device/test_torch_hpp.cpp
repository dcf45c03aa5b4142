// rtffi/torch.hpp's streams, events and torch::cuda on the device that is registered here.
#include "support.hpp"

#include <rtffi/torch.hpp>

using namespace torch_test;

namespace api = rt::torch;
namespace cuda = rt::torch::cuda;

namespace {

// On the device of that index: Device has no name for it, and Stream does.
api::Tensor there(const api::Tensor &tensor, int device) {
    return tensor.to(api::Device(api::kCUDA, device), cuda::current_stream(device));
}

} // namespace

TEST_SUITE("device") {

    TEST_CASE_FIXTURE(Device, "torch.hpp: streams are made, compared, waited for, and current for a while") {
        const cuda::Stream stream(1);
        const cuda::Stream other(1);
        CHECK(stream.device_index() == 1);
        CHECK(stream.id() == 1);
        CHECK_FALSE(stream == other);
        CHECK(cuda::current_stream(1) == cuda::default_stream(1));
        CHECK_FALSE(cuda::current_stream(0) == cuda::current_stream(1));
        {
            const cuda::StreamGuard outer(stream);
            CHECK(cuda::current_stream() == stream);
            const api::StreamGuard inner(other);
            CHECK(cuda::current_stream() == other);
            CHECK(cuda::current_device() == 1);
        }
        CHECK(cuda::current_device() == 0);
        CHECK(cuda::current_stream(1) == cuda::default_stream(1));
        cuda::set_stream(other);
        CHECK(cuda::current_stream() == other);
        cuda::set_device(0);
        CHECK(cuda::current_device() == 0);
        asked();
        stream.wait_stream(other);
        stream.synchronize();
        CHECK(stream.query());
        CHECK(asked() == Requests{"record event 1 on 1:2", "stream 1:1 waits for event 1", "synchronize stream 1:1"});
        expect_error(RT_E_ARGUMENT, "there is no device 5", [] { cuda::Stream(5); });
    }

    TEST_CASE_FIXTURE(Device, "torch.hpp: events are recorded, waited for, and measure") {
        const cuda::Stream stream(0);
        const cuda::Event start(true);
        const cuda::Event end(true);
        asked();
        start.record();
        fake_device::set_clock(2.5);
        end.record(stream);
        stream.wait_event(start);
        end.wait();
        const cuda::Event third = stream.record_event();
        third.wait(stream);
        CHECK(asked() == Requests{"record event 1 on 0:0", "record event 2 on 0:1", "stream 0:1 waits for event 1",
                                  "stream 0:0 waits for event 2", "record event 3 on 0:1",
                                  "stream 0:1 waits for event 3"});
        CHECK(end.query());
        end.synchronize();
        if (guards_wait) {
            CHECK(start.elapsed_time(end) == 2.5);
            cuda::synchronize(1);
            CHECK(asked() == Requests{"synchronize event 2", "synchronize device 1"});
        } else {
            expect_error(RT_E_UNAVAILABLE, "use 2.9", [&] { start.elapsed_time(end); });
            expect_error(RT_E_UNAVAILABLE, "LibTorch 2.x", [] { cuda::synchronize(); });
        }
    }

    TEST_CASE_FIXTURE(Device,
                      "torch.hpp: pinned memory, copies that are not waited for, and memory kept for a stream") {
        const api::Tensor pinned = api::ones({2}).pin_memory();
        CHECK(pinned.is_pinned());
        const cuda::Stream stream(1);
        const api::Tensor copy = there(pinned, 1);
        asked();
        copy.copy_(pinned * 3, true);
        copy.record_stream(stream);
        copy.copy_(pinned * 2, false);
        CHECK(asked() == Requests{"begin copy on 1:0", "keep memory for 1:1", "copy on 1:0"});
        CHECK(copy.to("cpu", true).to_vector<double>() == Values{2, 2});
        CHECK_FALSE(copy.is_pinned());
    }

    TEST_CASE_FIXTURE(Device, "torch.hpp: statistics of memory by name") {
        if (!RT_LIBTORCH_AT_LEAST(2, 9)) {
            expect_error(RT_E_UNAVAILABLE, "use 2.9", [] { cuda::memory_stats(); });
            expect_error(RT_E_UNAVAILABLE, "use 2.9", [] { cuda::memory_reserved(); });
            expect_error(RT_E_UNAVAILABLE, "use 2.9", [] { cuda::mem_get_info(); });
            return;
        }
        cuda::empty_cache();
        const auto before = cuda::memory_stats(1);
        const api::Tensor tensor = there(api::zeros({1000}), 1);
        auto after = cuda::memory_stats(1);
        CHECK(after["allocated_bytes.all.current"] == before.at("allocated_bytes.all.current") + 4000);
        CHECK(cuda::memory_reserved(1) == after["reserved_bytes.all.current"]);
        CHECK(cuda::max_memory_reserved(1) == after["reserved_bytes.all.peak"]);
        cuda::reset_peak_memory_stats(1);
        cuda::reset_accumulated_memory_stats(1);
        CHECK(cuda::memory_stats(1)["allocated_bytes.all.allocated"] == 0);
        const auto [free_bytes, all_bytes] = cuda::mem_get_info(1);
        CHECK(all_bytes == 1 << 20);
        CHECK(free_bytes == all_bytes - cuda::memory_reserved(1));
    }

    TEST_CASE_FIXTURE(Device, "torch.hpp: what is CUDA's alone says that there is no CUDA device") {
        CHECK_FALSE(cuda::is_available());
        CHECK(cuda::device_count() == 0);
        expect_error(RT_E_UNAVAILABLE, "no CUDA device", [] { cuda::get_device_properties(); });
        expect_error(RT_E_UNAVAILABLE, "no CUDA device", [] { cuda::get_device_name(0); });
        expect_error(RT_E_UNAVAILABLE, "no CUDA device", [] { cuda::memory_allocated(); });
        expect_error(RT_E_UNAVAILABLE, "no CUDA device", [] { cuda::get_rng_state(); });
    }

} // TEST_SUITE
