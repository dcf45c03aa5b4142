// Events: marks in the work of streams, to wait for and to measure between.
#include "support.hpp"

#include <atomic>
#include <chrono>
#include <thread>

using namespace torch_test;

namespace {

void record(const H &event, const H &stream) { call("rt_torch_torchevent_record", event, stream); }
bool query(const H &event) { return call<bool>("rt_torch_torchevent_query", event); }
double elapsed(const H &start, const H &end) { return call<double>("rt_torch_torchevent_elapsed_time", start, end); }

} // namespace

TEST_SUITE("device") {

    TEST_CASE_FIXTURE(Device, "an event is recorded on a stream, and another stream waits for it") {
        const H one = create_stream(1);
        const H other = create_stream(0);
        const H event = create_event();
        CHECK(std::string_view(event.class_name()) == "TorchEvent");
        asked();
        record(event, one);
        call("rt_torch_torchevent_wait", event, other);
        CHECK(asked() == Requests{"record event 1 on 1:1", "stream 0:2 waits for event 1"});
    }

    TEST_CASE_FIXTURE(Device, "without a stream it is the thread's current one") {
        const H event = create_event();
        const H stream = create_stream(1);
        call("rt_torch_stream_begin", stream);
        asked();
        record(event, H());
        call("rt_torch_torchevent_wait", event, nullptr);
        call("rt_torch_stream_end");
        CHECK(asked() == Requests{"record event 1 on 1:1", "stream 1:1 waits for event 1"});
    }

    TEST_CASE_FIXTURE(Device, "an event that marks nothing is done, and nobody waits for it") {
        const H event = create_event(true);
        fake_device::set_busy(true);
        CHECK(query(event));
        call("rt_torch_torchevent_wait", event, nullptr);
        call("rt_torch_torchevent_sync", event);
        CHECK(asked().empty());
    }

    TEST_CASE_FIXTURE(Device, "an event is asked, and waited for until the device has come to it") {
        const H event = create_event();
        record(event, H());
        CHECK(query(event));
        fake_device::set_busy(true);
        CHECK_FALSE(query(event));
        asked();
        std::atomic<bool> over{false};
        std::thread waiting([&] {
            call("rt_torch_torchevent_sync", event);
            over = true;
        });
        if (guards_wait) {
            waiting.join();
            CHECK(asked() == Requests{"synchronize event 1"});
        } else { // it asks again and again
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            CHECK_FALSE(over);
            CHECK_FALSE(query(event)); // and others may, too
            fake_device::set_busy(false);
            waiting.join();
        }
        CHECK(over);
    }

    TEST_CASE_FIXTURE(Device, "an event that is recorded again marks what is newer, and stays with its device") {
        const H one = create_stream(1);
        const H other = create_stream(1);
        const H event = create_event();
        asked();
        record(event, one);
        record(event, other);
        CHECK(asked() == Requests{"record event 1 on 1:1", "record event 1 on 1:2"});
        expect_error(RT_E_CALLEE, "the event is of device 1, and the stream of device 0",
                     [&] { record(event, create_stream(0)); });
        call("rt_torch_torchevent_wait", event, one);
        CHECK(asked().back() == "stream 1:1 waits for event 1");
    }

    TEST_CASE_FIXTURE(Device, "the time between two events is told in milliseconds") {
        const H start = create_event(true);
        const H end = create_event(true);
        fake_device::set_clock(10);
        record(start, H());
        fake_device::set_clock(35.5);
        record(end, H());
        if (guards_wait) {
            CHECK(elapsed(start, end) == 25.5);
            CHECK(elapsed(end, start) == -25.5);
            fake_device::set_clock(40);
            record(end, H());
            CHECK(elapsed(start, end) == 30);
        } else {
            expect_error(RT_E_UNAVAILABLE, "use 2.9 or newer", [&] { elapsed(start, end); });
        }
    }

    TEST_CASE_FIXTURE(Device, "nothing is measured with events that cannot, that mark nothing, or that are not done") {
        const H start = create_event(true);
        const H end = create_event(true);
        const H plain = create_event();
        record(start, H());
        record(plain, H());
        expect_error(RT_E_ARGUMENT, "end is an event that was not recorded", [&] { elapsed(start, end); });
        expect_error(RT_E_ARGUMENT, "handle is an event that was not recorded", [&] { elapsed(end, start); });
        expect_error(RT_E_ARGUMENT, "end is an event that does not measure: make it with rt_torch_event_create(true)",
                     [&] { elapsed(start, plain); });
        record(end, H());
        fake_device::set_busy(true);
        expect_error(RT_E_ARGUMENT, "wait for it with rt_torch_torchevent_sync", [&] { elapsed(start, end); });
    }

    TEST_CASE_FIXTURE(Device, "several threads may use one event") {
        const H event = create_event(true);
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; i++) {
            threads.emplace_back([&] {
                for (int j = 0; j < 200; j++) {
                    record(event, H());
                    CHECK(query(event));
                    call("rt_torch_torchevent_sync", event);
                }
            });
        }
        for (std::thread &thread : threads) {
            thread.join();
        }
        CHECK(fake_device::live_events() == 1);
    }

    TEST_CASE_FIXTURE(Device, "events' functions refuse wrong handles") {
        const H stranger = create_stream(0);
        const H event = create_event(true);
        const rt_value zero = rt_i64(0);
        for (const char *name : {"rt_torch_torchevent_query", "rt_torch_torchevent_sync"}) {
            refuses_wrong_handles(name, {zero}, 0, stranger.get());
        }
        for (const char *name : {"rt_torch_torchevent_record", "rt_torch_torchevent_wait"}) {
            refuses_wrong_handles(name, {zero, rt_handle(0)}, 0, stranger.get());
            for (const auto &[handle, text] : wrong_handles(event.get(), false)) {
                check_refuses(name, {rt_handle(event.get()), rt_handle(handle)}, 1, text);
            }
        }
        refuses_wrong_handles("rt_torch_torchevent_elapsed_time", {rt_handle(event.get()), zero}, 1, stranger.get());
        expect_error(RT_E_TYPE, "argument 1 (enable_timing)", [] { call("rt_torch_event_create", "yes"); });
    }

} // TEST_SUITE
