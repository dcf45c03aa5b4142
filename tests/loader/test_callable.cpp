// Callables: functions of the host's that it hands to plugins.
#include <cmath>

#include <doctest/doctest.h>

#include "support/support.hpp"

using test::contains;
using test::native;

namespace {

struct Counts {
    std::atomic<int> calls{0};
    std::atomic<int> released{0};
};

rt_status plus_one(const rt_function *self, const rt_value *args, std::size_t, rt_value *result) {
    static_cast<Counts *>(self->context)->calls++;
    if (args[0].payload.number < 0) {
        return rt_fail(RT_E_ARGUMENT, "negative", "x is negative");
    }
    *result = rt_f64(args[0].payload.number + 1);
    return RT_OK;
}

void released(void *context) { static_cast<Counts *>(context)->released++; }

std::int64_t make(Counts &counts, std::uint64_t flags = 0) {
    return rt_callable("fn(x: f64) -> f64", plus_one, &counts, released, flags);
}

rt_status call_with(std::int64_t callable, double x, double *out) {
    const rt_value argument = rt_f64(x);
    rt_value result = rt_i64(-1);
    const rt_status status = rt_callable_call(callable, &argument, 1, &result);
    *out = result.type == RT_DOUBLE ? result.payload.number : -1;
    return status;
}

struct ValuesThatCall {
    test::Opened values{test::plugin_path("values")};
    double (*apply)(std::int64_t, double) = native<double(std::int64_t, double)>("v_apply");
};

} // namespace

TEST_CASE_FIXTURE(ValuesThatCall, "a plugin calls the callable it is given, and its failure is the call's") {
    Counts counts;
    const std::int64_t callable = make(counts);
    CHECK(std::string(rt_handle_class(callable)) == "Callable");
    CHECK(apply(callable, 2) == 3);
    CHECK(test::call("v_apply", {rt_handle(callable), rt_f64(4)}).payload.number == 5);
    test::call("v_apply", {rt_handle(callable), rt_f64(-1)}, RT_E_ARGUMENT);
    CHECK(test::last_error().message == "v_apply: x is negative");
    CHECK(test::last_error().cause == "negative");
    CHECK(test::last_error().function == "v_apply");
    CHECK(counts.calls == 3);
    CHECK(rt_handle_free(callable) == RT_OK);
    CHECK(counts.released == 1);
    test::call("v_apply", {rt_handle(callable), rt_f64(4)}, RT_E_HANDLE);
    CHECK(contains(test::last_error().message, "v_apply: argument 1 (f): handle"));
    CHECK(contains(test::last_error().message, "was freed"));
}

TEST_CASE_FIXTURE(ValuesThatCall,
                  "a callable that a plugin calls on a thread that may not is the call's error, with its cause") {
    Counts counts;
    const std::int64_t callable = make(counts);
    test::on_thread([&] {
        test::call("v_apply", {rt_handle(callable), rt_f64(1)}, RT_E_UNAVAILABLE);
        CHECK(test::last_error().cause == "wrong_thread");
    });
    CHECK(counts.calls == 0);
    CHECK(rt_handle_free(callable) == RT_OK);
}

TEST_CASE_FIXTURE(ValuesThatCall, "what a callable gives is what its signature says, or the call's error") {
    const auto gives = [](const char *signature, rt_value (*value)()) {
        return rt_callable(
            signature,
            [](const rt_function *self, const rt_value *, std::size_t, rt_value *result) -> rt_status {
                *result = reinterpret_cast<rt_value (*)()>(self->context)();
                return RT_OK;
            },
            reinterpret_cast<void *>(value), nullptr, 0);
    };
    const std::int64_t seven = gives("fn(x: f64) -> f64", [] { return rt_i64(7); });
    CHECK(apply(seven, 1) == 7); // an integer is a number
    CHECK(rt_handle_free(seven) == RT_OK);

    struct Wrong {
        rt_value (*value)();
        const char *told;
    };
    for (const Wrong &wrong : {Wrong{[] { return rt_text("s"); }, "what it gave is a text, not f64"},
                               Wrong{[] { return rt_none(); }, "what it gave is none, not f64"},
                               Wrong{[] { return rt_bool(true); }, "what it gave is a bool, not f64"}}) {
        const std::int64_t callable = gives("fn(x: f64) -> f64", wrong.value);
        test::call("v_apply", {rt_handle(callable), rt_f64(1)}, RT_E_TYPE);
        CHECK(test::last_error().message == std::string("v_apply: the callable `fn(x: f64) -> f64`: ") + wrong.told);
        CHECK(test::last_error().cause == "wrong_type");
        CHECK(rt_handle_free(callable) == RT_OK);
    }

    const std::int64_t other = gives("fn(x: i64) -> i64", [] { return rt_i64(7); });
    test::call("v_apply", {rt_handle(other), rt_f64(1)}, RT_E_TYPE);
    CHECK(test::last_error().message == "v_apply: the callable `fn(x: i64) -> i64`: argument 1 is a double, not i64");
    CHECK(rt_handle_free(other) == RT_OK);
}

TEST_CASE_FIXTURE(ValuesThatCall, "a callable that fails without a word is not given the words of another error") {
    const auto silent = [](const rt_function *, const rt_value *args, std::size_t, rt_value *) -> rt_status {
        if (args[0].payload.number < 0) {
            rt_lookup("something_that_the_callable_does_without"); // its own affair
        }
        return RT_E_BUSY;
    };
    const std::int64_t callable = rt_callable("fn(x: f64) -> f64", silent, nullptr, nullptr, 0);
    const auto fails = [&](double x) {
        test::call("v_apply", {rt_handle(callable), rt_f64(x)}, RT_E_BUSY);
        CHECK(test::last_error().code == RT_E_BUSY);
        CHECK(contains(test::last_error().message, "failed and did not say why"));
        CHECK(test::last_error().cause.empty());
    };
    rt_fail(RT_E_BUSY, "stale", "an earlier error");
    fails(1);
    fails(-1);
    test::on_thread([&] {
        const std::int64_t own = rt_callable("fn(x: f64) -> f64", silent, nullptr, nullptr, 0);
        test::call("v_apply", {rt_handle(own), rt_f64(1)}, RT_E_BUSY); // a thread without any error before
        CHECK(rt_handle_free(own) == RT_OK);
    });
    CHECK(rt_handle_free(callable) == RT_OK);
}

TEST_CASE_FIXTURE(ValuesThatCall, "what a callable that succeeds did without is no failure of the call") {
    const std::int64_t callable = rt_callable(
        "fn(x: f64) -> f64",
        [](const rt_function *, const rt_value *, std::size_t, rt_value *result) -> rt_status {
            rt_lookup("something_that_the_callable_does_without");
            *result = rt_f64(NAN);
            return RT_OK;
        },
        nullptr, nullptr, 0);
    *rt_error_location() = RT_OK;
    CHECK(std::isnan(apply(callable, 1)));
    CHECK(*rt_error_location() == RT_OK);
    CHECK(rt_handle_free(callable) == RT_OK);
}

TEST_CASE("a callable is refused on another thread than its own, unless it says it may be called there") {
    Counts counts;
    const std::int64_t own = make(counts);
    const std::int64_t any = make(counts, RT_FUNCTION_ANY_THREAD);
    test::on_thread([&] {
        double out = 0;
        CHECK(call_with(own, 1, &out) == RT_E_UNAVAILABLE);
        CHECK(test::last_error().cause == "wrong_thread");
        CHECK(test::last_error().message ==
              "the callable `fn(x: f64) -> f64` may be called by the thread that made it alone; make it with "
              "RT_FUNCTION_ANY_THREAD");
        CHECK(call_with(any, 1, &out) == RT_OK);
        CHECK(out == 2);
    });
    CHECK(counts.calls == 1);
    // A thread that ended leaves its number to nobody.
    std::int64_t orphan = 0;
    test::on_thread([&] { orphan = make(counts); });
    for (int i = 0; i < 20; i++) {
        test::on_thread([&] {
            double out = 0;
            CHECK(call_with(orphan, 1, &out) == RT_E_UNAVAILABLE);
        });
    }
    for (const std::int64_t callable : {own, any, orphan}) {
        CHECK(rt_handle_free(callable) == RT_OK);
    }
}

TEST_CASE("a callable's release runs once, on whichever thread frees it last") {
    Counts counts;
    const std::int64_t callable = make(counts);
    CHECK(rt_handle_clone(callable) == callable);
    test::on_thread([&] { CHECK(rt_handle_free(callable) == RT_OK); });
    CHECK(counts.released == 0);
    test::on_thread([&] { CHECK(rt_handle_free(callable) == RT_OK); });
    CHECK(counts.released == 1);
    CHECK(rt_handle_free(callable) == RT_E_HANDLE);
    CHECK(counts.released == 1);
}

TEST_CASE("a callable may free itself, and is released after it has returned") {
    struct Context {
        std::int64_t self = 0;
        int released_inside = -1;
        int released = 0;
    } context;
    context.self = rt_callable(
        "fn()",
        [](const rt_function *self, const rt_value *, std::size_t, rt_value *) -> rt_status {
            auto *c = static_cast<Context *>(self->context);
            CHECK(rt_handle_free(c->self) == RT_OK);
            c->released_inside = c->released;
            return RT_OK;
        },
        &context, [](void *opaque) { static_cast<Context *>(opaque)->released++; }, 0);
    rt_value result = {};
    CHECK(rt_callable_call(context.self, nullptr, 0, &result) == RT_OK);
    CHECK(context.released_inside == 0);
    CHECK(context.released == 1);
}

TEST_CASE("an exception of a callable's is its caller's error") {
    const std::int64_t callable = rt_callable(
        "fn()",
        [](const rt_function *, const rt_value *, std::size_t, rt_value *) -> rt_status { throw std::string("ouch"); },
        nullptr, nullptr, 0);
    rt_value result = {};
    CHECK(rt_callable_call(callable, nullptr, 0, &result) == RT_E_CALLEE);
    CHECK(test::last_error().message == "callable: an unknown exception was thrown");
    CHECK(rt_handle_free(callable) == RT_OK);
}

TEST_CASE("what a callable cannot be made of or called with is refused") {
    Counts counts;
    CHECK(rt_callable(nullptr, plus_one, &counts, released, 0) == 0);
    CHECK(rt_callable("fn(x: f64", plus_one, &counts, released, 0) == 0);
    CHECK(test::last_error().code == RT_E_SIGNATURE);
    CHECK(rt_callable("fn(x: f64)", nullptr, &counts, released, 0) == 0);
    CHECK(counts.released == 0); // it was not made
    const std::int64_t callable = make(counts);
    rt_value result = rt_i64(1);
    CHECK(rt_callable_call(callable, nullptr, 0, &result) == RT_E_ARGUMENT);
    CHECK(result.type == RT_NONE);
    CHECK(test::last_error().message == "the callable `fn(x: f64) -> f64` was given 0 arguments");
    CHECK(rt_callable_call(callable, nullptr, 1, &result) == RT_E_ARGUMENT);
    CHECK(rt_callable_call(callable, nullptr, 0, nullptr) == RT_E_ARGUMENT);
    CHECK(rt_callable_call(0, nullptr, 0, &result) == RT_E_HANDLE);
    CHECK(test::last_error().cause == "bad_callable");
    CHECK(rt_handle_free(callable) == RT_OK);
    CHECK(rt_callable_call(callable, nullptr, 0, &result) == RT_E_HANDLE);
}

TEST_CASE("a callable that is freed while another thread is inside it is released when that call is over") {
    struct Context {
        std::atomic<bool> entered{false};
        std::atomic<bool> leave{false};
        std::atomic<int> released{0};
    } context;
    const std::int64_t callable = rt_callable(
        "fn()",
        [](const rt_function *self, const rt_value *, std::size_t, rt_value *) -> rt_status {
            auto *c = static_cast<Context *>(self->context);
            c->entered = true;
            while (!c->leave) {
                std::this_thread::yield();
            }
            CHECK(c->released == 0);
            return RT_OK;
        },
        &context, [](void *opaque) { static_cast<Context *>(opaque)->released++; }, RT_FUNCTION_ANY_THREAD);
    std::thread caller([&] {
        rt_value result = {};
        CHECK(rt_callable_call(callable, nullptr, 0, &result) == RT_OK);
    });
    while (!context.entered) {
        std::this_thread::yield();
    }
    CHECK(rt_handle_free(callable) == RT_OK);
    CHECK(context.released == 0);
    context.leave = true;
    caller.join();
    CHECK(context.released == 1);
}
