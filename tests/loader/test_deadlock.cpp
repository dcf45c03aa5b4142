// Loads that wait for each other. Each case runs in a process of its own with a deadline, so that one that hangs fails.
#include <array>
#include <cstdlib>

#include <pthread.h>

#include <doctest/doctest.h>

#include "support/child.hpp"
#include "support/support.hpp"

using test::contains;
using test::expect;

namespace {

std::string path(const char *name) { return test::plugin_path(name); }

void passes_in_time(const char *name, const std::vector<std::string> &environment = {"RTFFI_LOAD_TIMEOUT=100"}) {
    const test::ChildResult result = test::run_child(name, environment);
    CHECK_MESSAGE(result.status == 0, result.status, ": ", result.output);
}

} // namespace

CHILD("deadlock/init_joins_another_load") {
    std::int64_t inner = 0;
    const test::HostFunction hook("hook_on_load_hook_a()", [&](auto...) {
        test::on_thread([&] { inner = rt_dlopen(path("hook_b").c_str(), 0); });
        return rt_status{RT_OK};
    });
    const test::Opened a(path("hook_a"));
    expect(a.handle != 0 && inner != 0, "both are open");
    expect(test::call("hook_b_answer", {}).payload.integer == 42, "the inner one works");
}
TEST_CASE("an init may join a thread that loads another plugin") { passes_in_time("deadlock/init_joins_another_load"); }

CHILD("deadlock/init_joins_its_own_load") {
    std::string inner;
    const test::HostFunction hook("hook_on_load_hook_a()", [&](auto...) {
        test::on_thread([&] {
            expect(rt_dlopen(path("hook_a").c_str(), 0) == 0, "the inner open fails");
            inner = test::last_error().cause + "; " + test::last_error().message;
        });
        return rt_status{RT_OK};
    });
    const test::Opened a(path("hook_a"));
    expect(inner == "load_timeout; hook_a is still being loaded or closed by another thread; waited 0.2000 s "
                    "(RTFFI_LOAD_TIMEOUT)",
           inner);
    expect(a.handle != 0, "the outer one opens");
    const test::Opened again(path("hook_a"));
    expect(again.handle == a.handle, "and can be opened again");
}
TEST_CASE("an init that joins a thread which loads the same plugin ends with an error there, after the deadline") {
    passes_in_time("deadlock/init_joins_its_own_load", {"RTFFI_LOAD_TIMEOUT=0.2"});
}

CHILD("deadlock/init_opens_itself") {
    std::string inner;
    const test::HostFunction hook("hook_on_load_hook_a()", [&](auto...) {
        expect(rt_dlopen(path("hook_a").c_str(), 0) == 0, "the inner open fails");
        inner = test::last_error().cause + "; " + test::last_error().message;
        return rt_status{RT_OK};
    });
    const test::Opened a(path("hook_a"));
    expect(inner == "load_cycle; a cycle of loads: hook_a -> hook_a", inner);
    expect(a.handle != 0, "the outer one opens");
}
TEST_CASE("an init that opens its own plugin gets the cycle as an error") {
    passes_in_time("deadlock/init_opens_itself");
}

CHILD("deadlock/init_opens_another_that_opens_it") {
    std::string inner;
    const test::HostFunction on_a("hook_on_load_hook_a()", [&](auto...) {
        return rt_dlopen(path("hook_b").c_str(), 0) != 0 ? rt_status{RT_OK} : rt_status{RT_E_LOAD};
    });
    const test::HostFunction on_b("hook_on_load_hook_b()", [&](auto...) {
        return rt_dlopen(path("hook_c").c_str(), 0) != 0 ? rt_status{RT_OK} : rt_status{RT_E_LOAD};
    });
    const test::HostFunction on_c("hook_on_load_hook_c()", [&](auto...) {
        expect(rt_dlopen(path("hook_a").c_str(), 0) == 0, "the innermost open fails");
        inner = test::last_error().message;
        return rt_status{RT_OK};
    });
    const test::Opened a(path("hook_a"));
    expect(inner == "a cycle of loads: hook_a -> hook_b -> hook_c -> hook_a", inner);
    expect(a.handle != 0, "all three open");
}
TEST_CASE("a cycle over three plugins is named from end to end") {
    passes_in_time("deadlock/init_opens_another_that_opens_it");
}

CHILD("deadlock/two_threads_need_each_other") {
    std::atomic<int> inside{0};
    std::atomic<int> cycles{0};
    const auto need = [&](const char *other) {
        inside++;
        while (inside < 2) { // both are loading before either asks for the other
            std::this_thread::yield();
        }
        if (rt_dlopen(path(other).c_str(), 0) == 0) {
            const std::string message = test::last_error().message;
            expect(message == "a cycle of loads: hook_a -> hook_b -> hook_a" ||
                       message == "a cycle of loads: hook_b -> hook_a -> hook_b",
                   message);
            cycles++;
        }
        return rt_status{RT_OK};
    };
    const test::HostFunction on_a("hook_on_load_hook_a()", [&](auto...) { return need("hook_b"); });
    const test::HostFunction on_b("hook_on_load_hook_b()", [&](auto...) { return need("hook_a"); });
    test::on_threads(2, [&](int i) {
        expect(rt_dlopen(path(i == 0 ? "hook_a" : "hook_b").c_str(), 0) != 0, "both open in the end");
    });
    expect(cycles == 1, "one of the two gets the error");
}
TEST_CASE("of two plugins that need each other on two threads one gets the error that names the chain") {
    passes_in_time("deadlock/two_threads_need_each_other");
}

CHILD("deadlock/four_threads_in_a_ring") {
    std::atomic<int> inside{0};
    std::atomic<int> cycles{0};
    const char *names[] = {"hook_a", "hook_b", "hook_c", "hook_d"};
    const auto need = [&](int other) {
        inside++;
        while (inside < 4) {
            std::this_thread::yield();
        }
        cycles += rt_dlopen(path(names[other]).c_str(), 0) == 0;
        return rt_status{RT_OK};
    };
    const test::HostFunction on_a("hook_on_load_hook_a()", [&](auto...) { return need(1); });
    const test::HostFunction on_b("hook_on_load_hook_b()", [&](auto...) { return need(2); });
    const test::HostFunction on_c("hook_on_load_hook_c()", [&](auto...) { return need(3); });
    const test::HostFunction on_d("hook_on_load_hook_d()", [&](auto...) { return need(0); });
    test::on_threads(4, [&](int i) { expect(rt_dlopen(path(names[i]).c_str(), 0) != 0, "all open in the end"); });
    expect(cycles == 1, "one of the four gets the error");
}
TEST_CASE("a ring of four plugins on four threads is broken in one place") {
    passes_in_time("deadlock/four_threads_in_a_ring");
}

CHILD("deadlock/shutdown") {
    test::Opened a(path("hook_a"));
    std::string inner;
    const test::HostFunction hook("hook_on_unload_hook_a()", [&](auto...) {
        expect(rt_dlclose(a.handle) != RT_OK, "closing it again fails");
        inner = test::last_error().message;
        expect(rt_dlopen(path("hook_a").c_str(), 0) == 0, "so does opening it");
        test::on_thread([&] { expect(rt_dlopen(path("hook_b").c_str(), 0) != 0, "another one opens"); });
        return rt_status{RT_OK};
    });
    expect(a.close() == RT_OK, "it closes");
    expect(inner == "a cycle of loads: hook_a -> hook_a", inner);
    const test::Opened again(path("hook_a"));
    expect(again.handle != 0, "and opens again");
}
TEST_CASE("a shutdown that opens and closes libraries does not hang") { passes_in_time("deadlock/shutdown"); }

CHILD("deadlock/constructor") {
    setenv("RTFFI_TEST_OPEN", path("hook_b").c_str(), 1);
    const test::HostFunction target("constructor_target()", [](auto...) { return rt_status{RT_OK}; });
    const test::Opened plugin(path("constructor"));
    expect(plugin.handle != 0, "it opens");
    expect(test::call("constructor_opened", {}).payload.integer != 0, "its constructor opened another");
    expect(test::call("hook_b_answer", {}).payload.integer == 42, "which works");
    expect(test::call("constructor_looked_up", {}).payload.integer == 1, "it looked a name up");
    expect(test::call("constructor_registered", {}).payload.integer == RT_OK, "and published a function");
    expect(test::call("constructor_seven", {}).payload.integer == 7, "which works");
}
TEST_CASE("a file's constructor may open, look up and publish") { passes_in_time("deadlock/constructor"); }

CHILD("deadlock/constructor_opens_itself") {
    setenv("RTFFI_TEST_OPEN", path("constructor").c_str(), 1);
    const test::Opened plugin(path("constructor"));
    expect(plugin.handle != 0, "it opens");
    expect(test::call("constructor_opened", {}).payload.integer == 0, "its constructor did not open it");
}
TEST_CASE("a file's constructor that opens the file itself gets the cycle as an error") {
    passes_in_time("deadlock/constructor_opens_itself");
}

CHILD("deadlock/init_ends_its_thread") {
    {
        const test::HostFunction hook("hook_on_load_hook_a()", [](auto...) -> rt_status { pthread_exit(nullptr); });
        pthread_t thread = {};
        pthread_create(
            &thread, nullptr,
            [](void *) -> void * { return reinterpret_cast<void *>(rt_dlopen(path("hook_a").c_str(), 0)); }, nullptr);
        void *result = &thread;
        pthread_join(thread, &result);
        expect(result == nullptr, "the thread ended inside init");
        expect(rt_lookup("hook_a_answer") == nullptr, "nothing of the plugin shows");
    }
    const test::Opened again(path("hook_a"));
    expect(again.handle != 0, "it opens");
    expect(test::call("hook_a_answer", {}).payload.integer == 42, "and works");
}
TEST_CASE("an init that ends its thread leaves a plugin that can be loaded") {
    passes_in_time("deadlock/init_ends_its_thread");
}

CHILD("deadlock/cancelled_while_loading") {
    // The thread is cancelled inside init; the load ends first, and then the thread.
    const test::HostFunction hook("hook_on_load_hook_a()", [](auto...) {
        pthread_cancel(pthread_self());
        pthread_testcancel();
        return rt_status{RT_OK};
    });
    pthread_t thread = {};
    pthread_create(
        &thread, nullptr,
        [](void *) -> void * {
            rt_dlopen(path("hook_a").c_str(), 0);
            pthread_testcancel();
            return nullptr;
        },
        nullptr);
    void *result = nullptr;
    pthread_join(thread, &result);
    expect(result == PTHREAD_CANCELED, "the thread was cancelled");
    expect(test::call("hook_a_answer", {}).payload.integer == 42, "the plugin is loaded");
}
TEST_CASE("a thread that is cancelled while it loads finishes the load first") {
    passes_in_time("deadlock/cancelled_while_loading");
}

CHILD("deadlock/waiters") {
    // While one thread is inside init, seven others open the same plugin and wait; then look-ups and calls go on all the time.
    std::atomic<int> waiting{0};
    const test::HostFunction hook("hook_on_load_hook_a()", [&](auto...) {
        while (waiting < 7) {
            std::this_thread::yield();
        }
        expect(rt_lookup("hook_on_load_hook_a") != nullptr, "look-ups work inside init");
        test::on_thread([] { expect(rt_lookup("hook_a_answer") == nullptr, "not published yet"); });
        return rt_status{RT_OK};
    });
    std::array<std::int64_t, 8> handles = {};
    test::on_threads(8, [&](int i) {
        waiting++;
        handles[static_cast<std::size_t>(i)] = rt_dlopen(path("hook_a").c_str(), 0);
    });
    for (const std::int64_t handle : handles) {
        expect(handle == handles[0] && handle != 0, "all have the same handle");
    }
    for (int i = 0; i < 7; i++) {
        expect(rt_dlclose(handles[0]) == RT_OK, "each counts");
        expect(rt_lookup("hook_a_answer") != nullptr, "still open");
    }
    expect(rt_dlclose(handles[0]) == RT_OK, "the last one closes it");
    expect(rt_lookup("hook_a_answer") == nullptr, "closed");
}
TEST_CASE("eight threads that open one plugin at once get one handle, counted eight times") {
    passes_in_time("deadlock/waiters");
}

CHILD("deadlock/failed_for_all_waiters") {
    std::atomic<int> waiting{0};
    std::atomic<int> inits{0};
    const test::HostFunction hook("hook_on_load_hook_a()", [&](auto...) {
        inits++;
        while (waiting < 4) {
            std::this_thread::yield();
        }
        return rt_fail(RT_E_UNAVAILABLE, "no_device", "there is no device");
    });
    std::atomic<int> told{0};
    test::on_threads(4, [&](int) {
        waiting++;
        expect(rt_dlopen(path("hook_a").c_str(), 0) == 0, "it does not open");
        told += test::last_error().cause == "no_device" && contains(test::last_error().message, "there is no device");
    });
    expect(told == 4, "all are told why");
    expect(inits >= 1 && inits <= 4, "those who waited do not try again");
}
TEST_CASE("threads that waited for a load which failed get its error") {
    passes_in_time("deadlock/failed_for_all_waiters");
}
