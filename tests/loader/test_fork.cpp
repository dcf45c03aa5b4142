// A forked child goes on using the registry and the handles, also while other threads of the parent are inside the core.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include <doctest/doctest.h>

#include "support/child.hpp"
#include "support/support.hpp"
#include "support/trust.hpp"

using test::expect;

namespace {

// Runs `body` in a forked child, which has to end with status 0 before an alarm ends it.
template <class Body> void in_forked_child(Body body) {
    const pid_t pid = fork();
    if (pid == 0) {
        alarm(60);
        body();
        _exit(0);
    }
    int status = -1;
    expect(waitpid(pid, &status, 0) == pid, "the child ends");
    expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "with status 0, " + std::to_string(status));
}

// Every part of the core once.
void use_everything(std::int64_t object) {
    expect(test::call("tracked_value", {rt_handle(object)}).payload.integer == 5, "a handle of the parent");
    expect(rt_handle_free(object) == RT_OK, "is freed");
    const rt_value own = test::call("tracked_make", {rt_i64(6)});
    expect(rt_handle_free(own.payload.integer) == RT_OK, "an own one");
    std::vector<std::int64_t> many;
    for (int i = 0; i < 1000; i++) {
        many.push_back(test::call("tracked_make", {rt_i64(6)}).payload.integer);
    }
    for (const std::int64_t handle : many) {
        rt_handle_free(handle);
    }
    expect(rt_lookup("fork_no_such_name") == nullptr, "a miss");
    const test::HostFunction f("fork_child_function()", [](auto...) { return rt_status{RT_OK}; });
    test::Opened other(test::plugin_path("hook_a"));
    expect(other.handle != 0, "a load");
    expect(other.close() == RT_OK, "a close");
    expect(rt_lookup("provided::add.77") != nullptr, "a resolver");
    rt_value json = {};
    expect(rt_handle_report(&json) == RT_OK, "a report");
    rt_value_clear(&json);
    test::on_thread([] { expect(test::call("tracked_made", {}).type == RT_INTEGER, "a new thread"); });
    rt_log_set(nullptr, nullptr);
}

} // namespace

CHILD("fork/plain") {
    const test::Opened tracked(test::plugin_path("tracked"));
    const test::Opened provider(test::plugin_path("provider"));
    std::int64_t foreign = 0;
    test::on_thread([&] { foreign = test::call("tracked_make", {rt_i64(5)}).payload.integer; });
    const std::int64_t object = test::call("tracked_make", {rt_i64(5)}).payload.integer;
    in_forked_child([&] {
        use_everything(object);
        expect(rt_handle_free(foreign) == RT_OK, "one of a thread that is not there");
    });
    expect(test::call("tracked_value", {rt_handle(object)}).payload.integer == 5, "the parent's is untouched");
    expect(rt_handle_free(object) == RT_OK && rt_handle_free(foreign) == RT_OK, "and freed here");
}
TEST_CASE("a forked child uses registry, handles, loads and resolvers") { test::passes("fork/plain"); }

// The sanitizers' own allocators and threads do not survive a fork in a program with several threads (gcc 12).
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
CHILD("fork/threads") {
    const test::Opened tracked(test::plugin_path("tracked"));
    const test::Opened provider(test::plugin_path("provider"));
    std::atomic<bool> stop{false};
    std::vector<std::thread> busy;
    for (int i = 0; i < 3; i++) {
        busy.emplace_back([&, i] {
            for (int n = 0; !stop; n++) {
                // What takes each of the core's mutexes.
                rt_lookup("fork_no_such_name");
                rt_lookup(("provided::add." + std::to_string(n % 50 + i * 1000)).c_str());
                const std::string name = "fork_" + std::to_string(i);
                const test::HostFunction f((name + "()").c_str(), [](auto...) { return rt_status{RT_OK}; });
                rt_search_path_add("/no/such/folder");
                rt_log_set(nullptr, nullptr);
                rt_each_plugin([](void *, const rt_plugin_info *) { return true; }, nullptr);
                test::on_thread([] { rt_handle_free(test::call("tracked_make", {rt_i64(1)}).payload.integer); });
            }
        });
    }
    for (int round = 0; round < 50; round++) {
        const std::int64_t object = test::call("tracked_make", {rt_i64(5)}).payload.integer;
        in_forked_child([&] {
            expect(rt_lookup("fork_no_such_name") == nullptr, "a miss");
            expect(rt_lookup("tracked_make") != nullptr, "a hit");
            expect(rt_handle_free(object) == RT_OK, "a free");
            rt_each_plugin([](void *, const rt_plugin_info *) { return true; }, nullptr);
            rt_search_path_add("/no/such/folder/in/the/child");
            rt_log_set(nullptr, nullptr);
            const test::HostFunction f("fork_child_function()", [](auto...) { return rt_status{RT_OK}; });
            for (int i = 0; i < 200; i++) { // more slots than a thread's pool has at hand
                expect(test::call("tracked_make", {rt_i64(5)}).payload.integer != 0, "a handle");
            }
        });
        rt_handle_free(object);
    }
    stop = true;
    for (std::thread &thread : busy) {
        thread.join();
    }
}
TEST_CASE("a child that is forked while other threads are inside the core finds no lock held") {
    test::passes("fork/threads");
}

CHILD("fork/demands") {
    const test::Listed files;
    const std::string first = files.listed("hook_a"); // libsodium is open from here on
    const std::string second = files.add("hook_b");
    const std::string lists[] = {files.folder.file("hook_a.sums"),
                                 files.folder.write("hook_b.sums", test::sums({second}))};
    const auto demand = [](const std::string &list) {
        expect(rt_trust_require(RT_TRUST_DIGESTS, list.c_str()) == RT_OK, "demanded");
    };
    const std::string unlisted = files.add("values");
    std::atomic<bool> stop{false};
    std::vector<std::thread> busy;
    for (int i = 0; i < 2; i++) {
        busy.emplace_back([&] {
            while (!stop) {
                demand(lists[0]);
            }
        });
    }
    for (int round = 0; round < 50; round++) {
        in_forked_child([&] {
            test::refused(second, "bad_digest");
            demand(lists[1]);
            for (const std::string &path : {first, second}) {
                expect(rt_dlopen(path.c_str(), 0) != 0, "what is listed is loaded");
            }
            test::refused(unlisted, "bad_digest");
        });
    }
    stop = true;
    for (std::thread &thread : busy) {
        thread.join();
    }
}
TEST_CASE("a child that is forked while other threads demand makes demands of its own, and loads what keeps them") {
    test::passes("fork/demands");
}
#endif
