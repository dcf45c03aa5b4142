// The ends of threads and of the process: what is called there still works.
#include <pthread.h>

#include <cstdlib>

#include <doctest/doctest.h>

#include "support/child.hpp"
#include "support/support.hpp"
#include "support/tracked.hpp"

using test::expect;
using test::Tracked;

namespace {

// Frees a handle when its thread or the process ends, and fails where that does not work.
struct FreesAtEnd {
    std::int64_t handle = 0;
    ~FreesAtEnd() {
        if (handle != 0) {
            expect(rt_handle_free(handle) == RT_OK, "a handle is freed at the end");
            expect(rt_lookup("exit_no_such_name") == nullptr, "a name is looked up at the end");
        }
    }
};

} // namespace

// ThreadSanitizer takes its own state of a thread down before the last of these destructors.
#if !defined(__SANITIZE_THREAD__)
TEST_CASE_FIXTURE(Tracked,
                  "a thread's last destructors may use the core, whatever the core has done with the thread by then") {
    struct Last {
        Tracked *tracked;
        pthread_key_t key;
        std::int64_t own;
        int rounds;
    };
    const std::int64_t before = destroyed();
    Last last = {this, 0, 0, 0};
    REQUIRE(pthread_key_create(&last.key, [](void *opaque) {
                auto *l = static_cast<Last *>(opaque);
                // Round after round, as often as the system calls destructors.
                CHECK(l->tracked->value(l->own) == l->rounds + 1);
                CHECK(rt_handle_free(l->own) == RT_OK);
                CHECK(rt_lookup("exit_no_such_name") == nullptr);
                CHECK(test::last_error().code == RT_E_NOT_FOUND);
                if (++l->rounds < 3) {
                    l->own = l->tracked->make(l->rounds + 1);
                    pthread_setspecific(l->key, l);
                }
            }) == 0);
    test::on_thread([&] {
        thread_local FreesAtEnd frees;
        frees.handle = make(5);
        last.own = make(1);
        pthread_setspecific(last.key, &last);
    });
    CHECK(last.rounds == 3);
    CHECK(destroyed() - before == 4);
    pthread_key_delete(last.key);
}
#endif

TEST_CASE_FIXTURE(Tracked, "a thousand threads that come and go leave the table as it was") {
    const std::int64_t count = rt_handle_count();
    for (int i = 0; i < 250; i++) {
        test::on_threads(4, [&](int) {
            const std::int64_t handle = make(1);
            CHECK(value(handle) == 1);
            CHECK(rt_handle_free(handle) == RT_OK);
        });
    }
    CHECK(rt_handle_count() == count);
    // The slots were used again: the numbers stay small.
    const std::int64_t last = make(1);
    CHECK((last & ((1 << 25) - 1)) < 100000);
    CHECK(rt_handle_free(last) == RT_OK);
}

namespace {
FreesAtEnd at_exit;

// As test::call, without doctest, which is not there in a child.
std::int64_t call_in_child(const char *name, std::initializer_list<rt_value> args) {
    const rt_function *function = rt_lookup(name);
    rt_value result = rt_none();
    expect(function != nullptr && rt_call(function, args.begin(), args.size(), &result) == RT_OK, name);
    return result.payload.integer;
}
} // namespace

CHILD("exit/static_destructors") {
    // The plugin is never closed, and objects live on to the end.
    rt_dlopen(test::plugin_path("tracked").c_str(), 0);
    at_exit.handle = call_in_child("tracked_make", {rt_i64(1)});
    call_in_child("tracked_make", {rt_i64(2)});
    static const int registered = std::atexit([] {
        expect(call_in_child("tracked_made", {}) == 2, "a function is called at exit");
        expect(rt_dlopen(test::plugin_path("hook_a").c_str(), 0) != 0, "a plugin is loaded at exit");
    });
    expect(registered == 0, "it is registered");
}
TEST_CASE("static destructors and atexit functions may use the core") {
    const test::ChildResult result = test::run_child("exit/static_destructors");
    CHECK_MESSAGE(result.status == 0, result.output);
}
