// Streams of a device that is not CUDA's: which is current, copies on one, one that waits for another.
#include "support.hpp"

#include <rtffi/torch.hpp>

#include <thread>

using namespace torch_test;

namespace {

H to_stream(const H &x, int device, const H &stream) {
    return call<H>("rt_torch_torchtensor_to_stream", x, device, stream);
}
H current(int device) { return call<H>("rt_torch_stream_current", device); }
std::int64_t id_of(const H &stream) { return call<std::int64_t>("rt_torch_torchstream_id", stream); }
std::int32_t index_of(const H &stream) { return call<std::int32_t>("rt_torch_torchstream_device", stream); }

} // namespace

TEST_SUITE("device") {

    TEST_CASE_FIXTURE(Device, "a PrivateUse1 device is none of CUDA's") {
        CHECK_FALSE(call<bool>("rt_torch_cuda_available"));
        CHECK(call<std::int64_t>("rt_torch_cuda_device_count") == 0);
        expect_error(RT_E_UNAVAILABLE, "LibTorch finds no CUDA device",
                     [] { call("rt_torch_torchtensor_cuda", tensor({1}), 0); });
    }

    TEST_CASE_FIXTURE(
        Device, "where CUDA has no device, the accelerator is the PrivateUse1 device, of which there are several") {
        CHECK(call<std::string>("rt_torch_accelerator_type") == fake_device::name);
        CHECK(call<std::int64_t>("rt_torch_accelerator_device_count") == 2);
        CHECK(call<std::int32_t>("rt_torch_accelerator_current_device") == 0);
        call("rt_torch_accelerator_set_current_device", 1);
        CHECK(fake_device::current_device().index() == 1);
        CHECK(call<std::int32_t>("rt_torch_accelerator_current_device") == 1);
        call("rt_torch_accelerator_set_current_device", -1);
        CHECK(call<std::int32_t>("rt_torch_accelerator_current_device") == 1);
        CHECK(index_of(create_stream(-1)) == 1);
        std::thread([] { CHECK(call<std::int32_t>("rt_torch_accelerator_current_device") == 0); }).join();
        expect_error(RT_E_ARGUMENT, "there is no device 2: devices are numbered from 0 to 1",
                     [] { call("rt_torch_accelerator_set_current_device", 2); });
        CHECK(call<std::int32_t>("rt_torch_accelerator_current_device") == 1);
    }

    TEST_CASE_FIXTURE(Device,
                      "to rtffi/torch.hpp a PrivateUse1 tensor is on no CUDA device, but on one it has no name for") {
        const rt::torch::Tensor there(to_stream(tensor({1, 2}), 1, create_stream(1)));
        CHECK_FALSE(there.is_cuda());
        expect_error(RT_E_UNAVAILABLE, "neither the CPU nor CUDA's", [&] { there.device(); });
        expect_error(RT_E_UNAVAILABLE, "neither the CPU nor CUDA's", [&] { rt::torch::zeros_like(there); });
        CHECK(there.cpu().device() == rt::torch::Device("cpu"));
        CHECK(there.cpu().to_vector<double>() == Values{1, 2});
    }

    TEST_CASE_FIXTURE(Device, "a stream is waited for and asked") {
        const H stream = create_stream(1);
        CHECK(std::string_view(stream.class_name()) == "TorchStream");
        CHECK(index_of(stream) == 1);
        CHECK(id_of(stream) == 1);
        call("rt_torch_torchstream_sync", stream);
        CHECK(asked() == Requests{"create stream 1:1", "synchronize stream 1:1"});
        fake_device::set_busy(true);
        CHECK_FALSE(call<bool>("rt_torch_torchstream_query", stream));
        fake_device::set_busy(false);
        CHECK(call<bool>("rt_torch_torchstream_query", stream));
    }

    TEST_CASE_FIXTURE(Device, "a freed stream is an error to use") {
        const std::int64_t stream = create_stream(0).release();
        call("rt_torch_torchstream_free", stream);
        expect_error(RT_E_HANDLE, "freed", [stream] { call("rt_torch_torchstream_query", stream); });
        expect_error(RT_E_HANDLE, "freed", [stream] { call("rt_torch_torchstream_free", stream); });
    }

    TEST_CASE_FIXTURE(Device, "a device that is not there is refused with the numbers of those that are") {
        for (const char *name : {"rt_torch_stream_create", "rt_torch_stream_current", "rt_torch_stream_default",
                                 "rt_torch_accelerator_synchronize"}) {
            for (const int device : {2, -2, 1000}) {
                expect_error(RT_E_ARGUMENT,
                             "there is no device " + std::to_string(device) +
                                 ": devices are numbered from 0 to 1, and -1 is the "
                                 "current one",
                             [&] { call(name, device); });
            }
        }
    }

    TEST_CASE_FIXTURE(Device, "a stream that was made current gets what this thread does until another one is") {
        const H stream = create_stream(1);
        call("rt_torch_stream_set_current", stream);
        CHECK(fake_device::current_device().index() == 1);
        CHECK(fake_device::current_stream(1) == 1);
        CHECK(id_of(current(1)) == 1);
        CHECK(id_of(current(-1)) == 1);
        CHECK(id_of(current(0)) == 0);
        CHECK(id_of(call<H>("rt_torch_stream_default", 1)) == 0);
        asked();
        to_device(tensor({1}), 1);
        CHECK(asked().front() == "begin copy on 1:1");
        std::thread([] { CHECK(id_of(current(1)) == 0); }).join();
        call("rt_torch_stream_set_current", call<H>("rt_torch_stream_default", 1));
        CHECK(id_of(current(1)) == 0);
    }

    TEST_CASE_FIXTURE(Device, "a stream is current from its begin to its end, nested, and then all is as before") {
        const H outer = create_stream(0);
        const H inner = create_stream(1);
        const H second = create_stream(1);
        call("rt_torch_stream_begin", outer);
        call("rt_torch_stream_begin", inner);
        call("rt_torch_stream_begin", second);
        CHECK(fake_device::current_stream(1) == 3);
        call("rt_torch_stream_end");
        CHECK(fake_device::current_stream(1) == 2);
        CHECK(fake_device::current_device().index() == 1);
        call("rt_torch_stream_end");
        CHECK(fake_device::current_stream(1) == 0);
        CHECK(fake_device::current_stream(0) == 1);
        CHECK(fake_device::current_device().index() == 0);
        call("rt_torch_stream_end");
        CHECK(fake_device::current_stream(0) == 0);
        expect_error(RT_E_ARGUMENT, "there is no rt_torch_stream_begin on this thread for it to end",
                     [] { call("rt_torch_stream_end"); });
    }

    TEST_CASE_FIXTURE(Device, "what a thread begins is its own, and gone with it") {
        const H stream = create_stream(0);
        std::thread([&] { call("rt_torch_stream_begin", stream); }).join();
        CHECK(fake_device::current_stream(0) == 0);
        std::thread([] {
            expect_error(RT_E_ARGUMENT, "there is no rt_torch_stream_begin", [] { call("rt_torch_stream_end"); });
        }).join();
    }

    TEST_CASE_FIXTURE(Device, "a stream waits for another by an event of its own, which is gone afterwards") {
        const H one = create_stream(0);
        const H other = create_stream(1);
        asked();
        call("rt_torch_torchstream_wait", one, other);
        CHECK(asked() == Requests{"record event 1 on 1:2", "stream 0:1 waits for event 1"});
        CHECK(fake_device::live_events() == 0);
    }

    TEST_CASE_FIXTURE(Device, "to_stream copies on the stream and leaves the thread's device and stream as they were") {
        const H stream = create_stream(1);
        asked();
        const H there = to_stream(tensor({1, 2, 3}), 1, stream);
        CHECK(asked() == Requests{"begin copy on 1:1"});
        CHECK(device_of(there) == 1);
        CHECK_FALSE(call<bool>("rt_torch_torchtensor_is_cuda", there));
        CHECK(fake_device::current_device().index() == 0);
        CHECK(fake_device::current_stream(1) == 0);
        check_values(there, {1, 2, 3});
    }

    TEST_CASE_FIXTURE(Device,
                      "device -1 is the stream's device, and without a stream the thread's current device and stream") {
        const H stream = create_stream(1);
        CHECK(device_of(to_stream(tensor({1}), -1, stream)) == 1);
        call("rt_torch_stream_set_current", create_stream(0));
        asked();
        const H there = to_stream(tensor({4}), -1, H());
        CHECK(asked() == Requests{"begin copy on 0:2"});
        CHECK(device_of(there) == 0);
        check_values(there, {4});
    }

    TEST_CASE_FIXTURE(Device, "a stream of one device does not copy to another") {
        const H stream = create_stream(1);
        expect_error(RT_E_ARGUMENT, "stream belongs to device 1, and device_id is 0",
                     [&] { to_stream(tensor({1}), 0, stream); });
    }

    TEST_CASE_FIXTURE(Device, "the memory that a copy on a stream reads is kept for that stream") {
        const H stream = create_stream(1);
        H there = to_device(tensor({5, 6}), 0);
        asked();
        const H copy = to_stream(there, 1, stream);
        CHECK(asked().back() == "keep memory for 1:1");
        there.reset();
        check_values(copy, {5, 6});
    }

    TEST_CASE_FIXTURE(Device, "a tensor's memory is kept for each stream that is said to use it, on the CPU for none") {
        const H stream = create_stream(0);
        const H there = to_device(tensor({1}), 0);
        asked();
        call("rt_torch_torchtensor_record_stream", there, stream);
        call("rt_torch_torchtensor_record_stream", tensor({1}), stream);
        CHECK(asked() == Requests{"keep memory for 0:1"});
    }

    TEST_CASE_FIXTURE(Device, "a stream may be used on a thread that did not create it") {
        const H stream = create_stream(1);
        asked();
        H there;
        std::thread([&] { there = to_stream(tensor({8}), 1, stream); }).join();
        CHECK(asked() == Requests{"begin copy on 1:1"});
        check_values(there, {8});
    }

    TEST_CASE_FIXTURE(Device, "all of a device is waited for, where LibTorch's guards can") {
        if (guards_wait) {
            call("rt_torch_accelerator_synchronize", 1);
            call("rt_torch_accelerator_synchronize", -1);
            CHECK(asked() == Requests{"synchronize device 1", "synchronize device 0"});
        } else {
            expect_error(RT_E_UNAVAILABLE, "wait for its streams, or use LibTorch 2.x",
                         [] { call("rt_torch_accelerator_synchronize", 1); });
        }
    }

    TEST_CASE_FIXTURE(Device, "streams' functions refuse wrong handles") {
        const H stranger = tensor({1});
        const H stream = create_stream(0);
        const rt_value zero = rt_i64(0);
        for (const char *name : {"rt_torch_stream_set_current", "rt_torch_stream_begin", "rt_torch_torchstream_device",
                                 "rt_torch_torchstream_id", "rt_torch_torchstream_query"}) {
            refuses_wrong_handles(name, {zero}, 0, stranger.get());
        }
        refuses_wrong_handles("rt_torch_torchstream_wait", {zero, rt_handle(stream.get())}, 0, stranger.get());
        refuses_wrong_handles("rt_torch_torchstream_wait", {rt_handle(stream.get()), zero}, 1, stranger.get());
        refuses_wrong_handles("rt_torch_torchtensor_record_stream", {rt_handle(stranger.get()), zero}, 1,
                              stranger.get());
        expect_error(RT_E_ARGUMENT, "no rt_torch_stream_begin", [] { call("rt_torch_stream_end"); });
    }

} // TEST_SUITE
