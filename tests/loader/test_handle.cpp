// Handles: what a wrong one gives, and how long what it stands for lives. The plugin tracked counts its objects.
#include <semaphore>

#include <doctest/doctest.h>

#include "support/child.hpp"
#include "support/support.hpp"
#include "support/tracked.hpp"

using test::contains;
using test::expect;
using test::native;

namespace {

// What tracked_hold waits on, as in plugins/tracked.cpp.
struct Gate {
    std::binary_semaphore entered{0};
    std::binary_semaphore leave{0};
};

struct TrackedHandles : test::Tracked {
    std::string refusal(std::int64_t handle) const {
        *rt_error_location() = RT_OK;
        CHECK(value(handle) == 0);
        CHECK(*rt_error_location() == RT_E_HANDLE);
        CHECK(test::last_error().function == "tracked_value");
        return test::last_error().message;
    }
};

std::string hexadecimal(std::int64_t handle) {
    char text[32];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(handle));
    return text;
}

} // namespace

TEST_CASE_FIXTURE(TrackedHandles, "a handle that is none, freed, of another class or never given out is told as such") {
    const std::int64_t handle = make(1);
    const std::int64_t other = native<std::int64_t()>("tracked_other")();
    CHECK(refusal(0) == "tracked_value: argument 1 (t): it is 0 (none), but a Tracked is needed; the function is "
                        "`tracked_value(t: Tracked) -> i64`");
    CHECK(test::last_error().cause == "null_handle");
    CHECK(refusal(other) == "tracked_value: argument 1 (t): handle " + hexadecimal(other) +
                                " is a TrackedOther, but a Tracked is needed; the function is "
                                "`tracked_value(t: Tracked) -> i64`");
    CHECK(test::last_error().cause == "wrong_class");
    REQUIRE(rt_handle_free(handle) == RT_OK);
    CHECK(refusal(handle) == "tracked_value: argument 1 (t): handle " + hexadecimal(handle) + " was freed");
    CHECK(test::last_error().cause == "freed_handle");
    CHECK(refusal((std::int64_t{1} << 52) + 123456) ==
          "tracked_value: argument 1 (t): handle 0x1000000001e240 was never given out; a Tracked is needed");
    CHECK(contains(refusal(plugin.handle), "is a Library, but a Tracked is needed"));
    for (const std::int64_t number :
         {std::int64_t{-1}, INT64_MIN, INT64_MAX, std::int64_t{1}, handle + (std::int64_t{1} << 60)}) {
        CHECK(contains(refusal(number), "was never given out"));
    }
    CHECK(rt_handle_free(other) == RT_OK);
}

TEST_CASE_FIXTURE(TrackedHandles, "a second free is an error and does no harm") {
    const std::int64_t handle = make(1);
    CHECK(rt_handle_free(handle) == RT_OK);
    CHECK(destroyed_since() == 1);
    CHECK(rt_handle_free(handle) == RT_E_HANDLE);
    CHECK(test::last_error().message == "rt_handle_free: handle " + hexadecimal(handle) + " was freed");
    const std::int64_t next = make(2); // most likely in the same slot
    CHECK(next != handle);
    CHECK(rt_handle_free(handle) == RT_E_HANDLE);
    CHECK(value(next) == 2);
    CHECK(rt_handle_free(next) == RT_OK);
    CHECK(destroyed_since() == 2);
    CHECK(rt_handle_free(0) == RT_OK);
    CHECK(rt_handle_free(-5) == RT_E_HANDLE);
}

TEST_CASE_FIXTURE(TrackedHandles, "every clone needs one more free") {
    const std::int64_t handle = make(3);
    CHECK(rt_handle_clone(handle) == handle);
    CHECK(rt_handle_clone(handle) == handle);
    CHECK(rt_handle_free(handle) == RT_OK);
    CHECK(rt_handle_free(handle) == RT_OK);
    CHECK(value(handle) == 3);
    CHECK(destroyed_since() == 0);
    CHECK(rt_handle_free(handle) == RT_OK);
    CHECK(destroyed_since() == 1);
    CHECK(rt_handle_clone(handle) == 0);
    CHECK(contains(test::last_error().message, "rt_handle_clone: handle"));
    CHECK(rt_handle_clone(0) == 0);
}

TEST_CASE_FIXTURE(TrackedHandles, "a library's handle is closed, not freed") {
    CHECK(rt_handle_free(plugin.handle) == RT_E_HANDLE);
    CHECK(test::last_error().message == "rt_handle_free: this is a library; close it with rt_dlclose");
    CHECK(rt_lookup("tracked_made") != nullptr);
}

TEST_CASE_FIXTURE(TrackedHandles,
                  "an object freed while another thread uses it is destroyed once, when that call is over") {
    for (const bool made_by_holder : {false, true}) {
        INFO(made_by_holder);
        const std::int64_t before = destroyed_since();
        Gate gate;
        std::atomic<std::int64_t> handle{made_by_holder ? 0 : make(7)};
        std::int64_t held = 0;
        std::thread holder([&] {
            if (made_by_holder) {
                handle = make(7);
            }
            held = hold(handle, &gate);
        });
        gate.entered.acquire();
        CHECK(rt_handle_free(handle) == RT_OK);
        CHECK(rt_handle_free(handle) == RT_E_HANDLE);
        CHECK(destroyed_since() == before); // still in use
        CHECK(contains(refusal(handle), "was freed"));
        gate.leave.release();
        holder.join();
        CHECK(held == 7);
        CHECK(destroyed_since() == before + 1);
    }
}

TEST_CASE_FIXTURE(TrackedHandles, "of many calls that use a freed object the last one destroys it") {
    constexpr int threads = 4;
    Gate gates[threads];
    const std::int64_t handle = make(9);
    std::vector<std::thread> holders;
    for (Gate &gate : gates) {
        holders.emplace_back([&] { CHECK(hold(handle, &gate) == 9); });
        gate.entered.acquire();
    }
    test::on_thread([&] { CHECK(rt_handle_free(handle) == RT_OK); });
    for (int i = 0; i < threads; i++) {
        CHECK(destroyed_since() == 0);
        gates[i].leave.release();
        holders[static_cast<std::size_t>(i)].join();
    }
    CHECK(destroyed_since() == 1);
}

TEST_CASE_FIXTURE(TrackedHandles, "an object may be freed by the very thread that uses it, inside the call") {
    // A callable that frees the handle whose object the calling function holds.
    const std::int64_t handle = make(11);
    Gate gate;
    std::thread freer([&] {
        gate.entered.acquire();
        CHECK(rt_handle_free(handle) == RT_OK);
        CHECK(destroyed_since() == 0);
        gate.leave.release();
    });
    CHECK(hold(handle, &gate) == 11); // here the pin is the creating thread's own
    freer.join();
    CHECK(destroyed_since() == 1);
}

TEST_CASE_FIXTURE(TrackedHandles, "handles outlive the thread that made them, and any thread may use and free them") {
    std::vector<std::int64_t> handles(300);
    test::on_thread([&] {
        for (std::size_t i = 0; i < handles.size(); i++) {
            handles[i] = make(static_cast<std::int64_t>(i) + 1);
        }
    });
    // Threads that never had to do with handles before: each may take the ended thread's slots over.
    for (std::size_t i = 0; i < handles.size(); i += 3) {
        test::on_thread([&] { CHECK(value(handles[i]) == static_cast<std::int64_t>(i) + 1); });
        test::on_thread([&] {
            CHECK(rt_handle_clone(handles[i + 1]) == handles[i + 1]);
            CHECK(rt_handle_free(handles[i + 1]) == RT_OK);
            CHECK(value(handles[i + 1]) == static_cast<std::int64_t>(i) + 2);
        });
    }
    CHECK(destroyed_since() == 0);
    for (const std::int64_t handle : handles) {
        CHECK(rt_handle_free(handle) == RT_OK);
    }
    CHECK(destroyed_since() == 300);
}

TEST_CASE_FIXTURE(TrackedHandles, "a slot whose generations are used up is retired: no handle ever comes again") {
    const test::Opened cycle(test::plugin_path("cycle"));
    REQUIRE(cycle.handle != 0);
    // A thread of its own, so that the slot is fresh or of a thread that ended.
    test::on_thread([&] {
        const std::int64_t count = native<std::int64_t()>("cycle_until_retired")();
        CHECK(count > 0);
        CHECK(count < std::int64_t{1} << 27);
        const std::int64_t after = make(1);
        CHECK(value(after) == 1);
        CHECK(rt_handle_free(after) == RT_OK);
    });
}

TEST_CASE_FIXTURE(TrackedHandles, "what is alive is counted and reported by class and plugin") {
    const std::int64_t count = rt_handle_count();
    const std::int64_t a = make(1);
    const std::int64_t b = make(2);
    CHECK(rt_handle_count() == count + 2);
    rt_value json = {};
    REQUIRE(rt_handle_report(&json) == RT_OK);
    CHECK((json.type == RT_TEXT && (json.flags & RT_VALUE_OWNED) != 0));
    CHECK(contains(static_cast<const char *>(json.payload.pointer),
                   R"({"class":"Tracked","plugin":"tracked","count":2,"created":[]})"));
    rt_value_clear(&json);
    CHECK(rt_handle_free(a) == RT_OK);
    CHECK(rt_handle_free(b) == RT_OK);
    CHECK(rt_handle_count() == count);
    CHECK(rt_handle_report(nullptr) == RT_E_ARGUMENT);
}

CHILD("handle/trace") {
    const TrackedHandles tracked;
    tracked.make(1);
    rt_value json = {};
    expect(rt_handle_report(&json) == RT_OK, "a report");
    const std::string text = static_cast<const char *>(json.payload.pointer);
    expect(test::contains(text, R"("class":"Tracked","plugin":"tracked","count":1,"created":[[")"), text);
    expect(test::contains(text, "librtffi_tracked.so"), text);
    expect(!test::contains(text, "in librtffi.so"), text);
    rt_value_clear(&json);
}
TEST_CASE("with RTFFI_TRACE_HANDLES the report says where each handle was made") {
    const test::ChildResult result = test::run_child("handle/trace", {"RTFFI_TRACE_HANDLES=1"});
    CHECK_MESSAGE(result.status == 0, result.output);
}
