// Scopes: what is freed at their end, what is kept, and what they do with what a release makes.
#include <doctest/doctest.h>

#include "support/support.hpp"
#include "support/tracked.hpp"

using test::contains;
using test::Tracked;

TEST_CASE_FIXTURE(Tracked, "the end of a scope frees what was made in it, and nothing else") {
    const std::int64_t before = make(1);
    const std::int64_t scope = rt_scope_begin();
    REQUIRE(scope != 0);
    const std::int64_t inside = make(2);
    make(3);
    std::int64_t elsewhere = 0;
    test::on_thread([&] { elsewhere = make(4); });
    CHECK(rt_scope_end(scope) == RT_OK);
    CHECK(destroyed_since() == 2);
    CHECK(rt_handle_free(inside) == RT_E_HANDLE);
    CHECK(value(before) == 1);
    CHECK(value(elsewhere) == 4);
    const std::int64_t after = make(5);
    for (const std::int64_t handle : {before, elsewhere, after}) {
        CHECK(rt_handle_free(handle) == RT_OK);
    }
}

TEST_CASE_FIXTURE(Tracked, "a kept handle passes to the enclosing scope, and to the caller where there is none") {
    const std::int64_t outer = rt_scope_begin();
    const std::int64_t inner = rt_scope_begin();
    const std::int64_t kept = make(1);
    make(2);
    CHECK(rt_scope_keep(kept) == RT_OK);
    CHECK(rt_scope_end(inner) == RT_OK);
    CHECK(destroyed_since() == 1);
    CHECK(value(kept) == 1);
    CHECK(rt_scope_keep(kept) == RT_OK); // it is in the outer one now
    CHECK(rt_scope_end(outer) == RT_OK);
    CHECK(value(kept) == 1);
    CHECK(rt_handle_free(kept) == RT_OK);
    CHECK(destroyed_since() == 2);
}

TEST_CASE_FIXTURE(Tracked, "what a nested scope keeps and nobody keeps again goes with the outer one") {
    const std::int64_t outer = rt_scope_begin();
    const std::int64_t inner = rt_scope_begin();
    const std::int64_t kept = make(1);
    CHECK(rt_scope_keep(kept) == RT_OK);
    CHECK(rt_scope_end(inner) == RT_OK);
    CHECK(destroyed_since() == 0);
    CHECK(rt_scope_end(outer) == RT_OK);
    CHECK(destroyed_since() == 1);
}

TEST_CASE_FIXTURE(Tracked, "ending an outer scope ends those inside it") {
    const std::int64_t outer = rt_scope_begin();
    make(1);
    const std::int64_t inner = rt_scope_begin();
    make(2);
    CHECK(rt_scope_end(outer) == RT_OK);
    CHECK(destroyed_since() == 2);
    CHECK(rt_scope_end(inner) == RT_E_ARGUMENT);
    CHECK(rt_scope_end(outer) == RT_E_ARGUMENT);
    CHECK(test::last_error().message ==
          "rt_scope_end: this is no open scope of this thread; ended twice, or begun on another thread?");
    CHECK(rt_scope_end(0) == RT_E_ARGUMENT);
    const std::int64_t handle = make(3); // in no scope
    CHECK(value(handle) == 3);
    CHECK(rt_handle_free(handle) == RT_OK);
}

TEST_CASE_FIXTURE(Tracked, "a scope is its thread's own") {
    const std::int64_t scope = rt_scope_begin();
    const std::int64_t handle = make(1);
    test::on_thread([&] {
        CHECK(rt_scope_end(scope) == RT_E_ARGUMENT);
        CHECK(rt_scope_keep(handle) == RT_E_ARGUMENT);
        CHECK(test::last_error().message == "rt_scope_keep: no scope is open on this thread");
        const std::int64_t own = rt_scope_begin();
        CHECK(rt_scope_keep(handle) == RT_E_HANDLE);
        CHECK(rt_scope_end(own) == RT_OK);
    });
    CHECK(value(handle) == 1);
    CHECK(rt_scope_end(scope) == RT_OK);
    CHECK(rt_scope_keep(handle) == RT_E_ARGUMENT);
}

TEST_CASE_FIXTURE(Tracked, "what was freed inside a scope is not freed again, and a clone survives its end") {
    const std::int64_t scope = rt_scope_begin();
    const std::int64_t freed = make(1);
    CHECK(rt_handle_free(freed) == RT_OK);
    const std::int64_t cloned = rt_handle_clone(make(2));
    CHECK(rt_scope_keep(freed) == RT_E_HANDLE);
    CHECK(contains(test::last_error().message, "was not made in the innermost scope of this thread, or was freed"));
    CHECK(rt_scope_end(scope) == RT_OK);
    CHECK(destroyed_since() == 1);
    CHECK(value(cloned) == 2);
    CHECK(rt_handle_free(cloned) == RT_OK);
    CHECK(destroyed_since() == 2);
}

TEST_CASE_FIXTURE(Tracked, "a loop inside a scope does not grow it, and ten thousand handles go at its end") {
    const std::int64_t scope = rt_scope_begin();
    for (int i = 0; i < 100000; i++) {
        rt_handle_free(make(1));
    }
    CHECK(destroyed_since() == 100000);
    for (int i = 0; i < 10000; i++) {
        make(1);
    }
    CHECK(rt_scope_end(scope) == RT_OK);
    CHECK(destroyed_since() == 110000);
}

TEST_CASE_FIXTURE(Tracked, "a release that runs at a scope's end may make handles and begin scopes") {
    struct Context {
        Tracked *tracked;
        std::int64_t left_open = 0;
        int released = 0;
    } context{this};
    const std::int64_t scope = rt_scope_begin();
    rt_callable(
        "fn()", [](const rt_function *, const rt_value *, std::size_t, rt_value *) -> rt_status { return RT_OK; },
        &context,
        [](void *opaque) {
            auto *c = static_cast<Context *>(opaque);
            c->released++;
            c->tracked->make(1);
            const std::int64_t inner = rt_scope_begin();
            c->tracked->make(2);
            CHECK(rt_scope_end(inner) == RT_OK);
            c->left_open = rt_scope_begin(); // forgotten
            c->tracked->make(3);
        },
        0);
    CHECK(rt_scope_end(scope) == RT_OK);
    CHECK(context.released == 1);
    CHECK(destroyed_since() == 3);
    // Neither is open any more.
    CHECK(rt_scope_end(scope) == RT_E_ARGUMENT);
    CHECK(rt_scope_end(context.left_open) == RT_E_ARGUMENT);
    const std::int64_t handle = make(4);
    CHECK(rt_scope_keep(handle) == RT_E_ARGUMENT);
    CHECK(rt_handle_free(handle) == RT_OK);
}

TEST_CASE_FIXTURE(Tracked, "a library that is opened inside a scope stays open") {
    const std::int64_t scope = rt_scope_begin();
    const test::Opened plain(test::library_path("plain"));
    CHECK(rt_scope_end(scope) == RT_OK);
    CHECK(rt_dlsym(plain.handle, "plain_answer") != 0);
}
