// Errors: each thread's own, those that travel with a call, and what becomes of exceptions in a plugin's bodies.
#include <cmath>

#include <pthread.h>

#include <doctest/doctest.h>
#include <rtffi/host.hpp>

#include "support/support.hpp"

using test::call;
using test::contains;
using test::native;

namespace {

struct Throwing {
    test::Opened plugin{test::plugin_path("throwing")};
};

} // namespace

TEST_CASE_FIXTURE(Throwing, "an exception in a body is the call's error, with its text") {
    call("t_std", {rt_f64(1)}, RT_E_CALLEE);
    CHECK(test::last_error().message == "t_std: the bridge is out");
    CHECK(test::last_error().function == "t_std");
    CHECK(test::last_error().plugin == "throwing");
    CHECK(test::last_error().cause.empty());
    call("t_int", {rt_i64(1)}, RT_E_CALLEE);
    CHECK(test::last_error().message == "t_int: it threw an exception that is not a std::exception");
    call("t_bad_alloc", {rt_text("x")}, RT_E_MEMORY);
    CHECK(test::last_error().message == "t_bad_alloc: memory is exhausted");
    call("t_rt", {rt_bool(true)}, RT_E_UNAVAILABLE);
    CHECK(test::last_error().message == "t_rt: no such device");
    CHECK(test::last_error().cause == "no_device");
    call("t_void", {}, RT_E_CALLEE);
    CHECK(test::last_error().message == "t_void: nothing to give back");
    call("t_array", {rt_i64(1)}, RT_E_CALLEE);
}

TEST_CASE_FIXTURE(Throwing,
                  "an object of a class that its plugin does not register is an error that says which line lacks") {
    call("t_forgotten", {}, RT_E_CALLEE);
    CHECK(
        test::last_error().message ==
        "t_forgotten: the class Forgotten is not registered: its plugin lacks the line RT_CLASS(..., \"Forgotten\", ...)");
    CHECK(test::last_error().cause == "class_not_registered");
}

TEST_CASE_FIXTURE(Throwing, "a native call that fails gives 0, NaN, false or null and sets the thread's status") {
    const auto status_after = [](auto native_call) {
        *rt_error_location() = RT_OK;
        native_call();
        return *rt_error_location();
    };
    CHECK(status_after([] { CHECK(std::isnan(native<double(double)>("t_std")(1))); }) == RT_E_CALLEE);
    CHECK(status_after([] { CHECK(native<std::int64_t(std::int64_t)>("t_int")(1) == 0); }) == RT_E_CALLEE);
    CHECK(status_after([] { CHECK(native<const char *(const char *)>("t_bad_alloc")("x") == nullptr); }) ==
          RT_E_MEMORY);
    CHECK(status_after([] { CHECK_FALSE(native<bool(bool)>("t_rt")(true)); }) == RT_E_UNAVAILABLE);
    CHECK(status_after([] { native<void()>("t_void")(); }) == RT_E_CALLEE);
    CHECK(status_after([] {
              std::size_t count = 9;
              CHECK(native<const std::int64_t *(std::int64_t, std::size_t *)>("t_array")(1, &count) == nullptr);
              CHECK(count == 0);
          }) == RT_E_CALLEE);
    CHECK(status_after([] { native<const char *(const char *)>("t_bad_alloc")(nullptr); }) == RT_E_ARGUMENT);
    CHECK(test::last_error().message == "t_bad_alloc: argument 1 (x): the text is null");
}

TEST_CASE_FIXTURE(Throwing, "a thread that is cancelled inside a body is unwound through it") {
    std::int64_t unwound = 0;
    pthread_t thread = {};
    const auto run = [](void *context) -> void * {
        native<std::int64_t(void *)>("t_cancel")(context);
        return context; // not reached
    };
    REQUIRE(pthread_create(&thread, nullptr, run, &unwound) == 0);
    void *result = nullptr;
    REQUIRE(pthread_join(thread, &result) == 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK(unwound == 1);

    const auto run_dynamic = [](void *context) -> void * {
        const rt_value argument = rt_memory(RT_POINTER, context, 0);
        rt_value out = {};
        rt_call(rt_lookup("t_cancel"), &argument, 1, &out);
        return context;
    };
    REQUIRE(pthread_create(&thread, nullptr, run_dynamic, &unwound) == 0);
    REQUIRE(pthread_join(thread, &result) == 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK(unwound == 2);

    const auto run_unchecked = [](void *context) -> void * {
        rt::Function<std::int64_t(void *)>("t_cancel").unchecked(context);
        return context;
    };
    REQUIRE(pthread_create(&thread, nullptr, run_unchecked, &unwound) == 0);
    REQUIRE(pthread_join(thread, &result) == 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK(unwound == 3);
}

TEST_CASE("each thread has its own error and status") {
    CHECK(rt_lookup("no_such_function_here") == nullptr);
    CHECK(*rt_error_location() == RT_E_NOT_FOUND);
    CHECK(rt_thread_status == RT_E_NOT_FOUND);
    CHECK(rt_error_location() == &rt_thread_status);
    test::on_thread([] {
        CHECK(*rt_error_location() == RT_OK);
        CHECK(test::last_error().code == RT_OK);
        CHECK(test::last_error().message.empty());
        CHECK(rt_dlerror() == nullptr);
        CHECK(rt_handle_free(99) == RT_E_HANDLE);
        CHECK(rt_thread_status == RT_E_HANDLE);
    });
    CHECK(test::last_error().code == RT_E_NOT_FOUND);
    CHECK(rt_thread_status == RT_E_NOT_FOUND);
    rt_thread_status = RT_OK;
    CHECK(test::last_error().code == RT_E_NOT_FOUND); // the status alone was reset
}

TEST_CASE("rt_dlerror gives an error once, as dlerror does") {
    CHECK(rt_dlopen("/no/such/file.so", 0) == 0);
    const char *text = rt_dlerror();
    REQUIRE(text != nullptr);
    CHECK(contains(text, "/no/such/file.so"));
    CHECK(rt_dlerror() == nullptr);
    CHECK(test::last_error().code == RT_E_NOT_FOUND); // rt_last_error still has it
}

TEST_CASE("rt_last_error fills an older caller's struct as far as it goes") {
    CHECK(rt_handle_free(1) == RT_E_HANDLE);
    rt_error error = {};
    CHECK(rt_last_error(&error) == RT_E_ARGUMENT); // struct_size is not set
    CHECK(rt_last_error(nullptr) == RT_E_ARGUMENT);
    CHECK(rt_handle_free(1) == RT_E_HANDLE);
    error.struct_size = offsetof(rt_error, function);
    error.function = "untouched";
    CHECK(rt_last_error(&error) == RT_E_HANDLE);
    CHECK(contains(error.message, "0x1"));
    CHECK(std::string(error.function) == "untouched");
    CHECK(error.struct_size == offsetof(rt_error, function));
}

TEST_CASE_FIXTURE(Throwing, "rt_call_ex gives an error that outlives the thread's next one") {
    rt_error error = {};
    error.struct_size = sizeof error;
    const rt_value argument = rt_bool(true);
    rt_value result = rt_i64(1);
    CHECK(rt_call_ex(rt_lookup("t_rt"), &argument, 1, &result, &error) == RT_E_UNAVAILABLE);
    CHECK(result.type == RT_NONE);
    CHECK(rt_handle_free(1) == RT_E_HANDLE);
    CHECK(error.code == RT_E_UNAVAILABLE);
    test::on_thread([&] {
        CHECK(std::string(error.message) == "t_rt: no such device");
        CHECK(std::string(error.function) == "t_rt");
        CHECK(std::string(error.cause) == "no_device");
        rt_error_clear(&error);
    });
    CHECK(error.code == RT_OK);
    CHECK(std::string(error.message).empty());
    rt_error_clear(&error); // twice is fine
    rt_error_clear(nullptr);

    const test::HostFunction fine("err_fine() -> i64", [](const rt_value *, std::size_t, rt_value *out) {
        *out = rt_i64(3);
        return rt_status{RT_OK};
    });
    CHECK(rt_call_ex(fine.record, nullptr, 0, &result, &error) == RT_OK);
    CHECK(error.code == RT_OK);
    CHECK(error.storage == nullptr);
    CHECK(result.payload.integer == 3);
    result = rt_i64(1);
    CHECK(rt_call_ex(nullptr, nullptr, 0, &result, &error) == RT_E_ARGUMENT);
    CHECK(result.type == RT_NONE);
}

TEST_CASE("a function that fails without a word does not get another function's message") {
    const test::HostFunction silent("err_silent() -> i64", [](auto...) { return rt_status{RT_E_CALLEE}; });
    const test::HostFunction loud("err_loud() -> i64",
                                  [](auto...) { return rt_fail(RT_E_CALLEE, "loud", "something else"); });
    rt_error error = {};
    error.struct_size = sizeof error;
    rt_value result = {};
    CHECK(rt_call_ex(loud.record, nullptr, 0, &result, &error) == RT_E_CALLEE);
    CHECK(std::string(error.message) == "something else");
    rt_error_clear(&error);
    CHECK(rt_call_ex(silent.record, nullptr, 0, &result, &error) == RT_E_CALLEE);
    CHECK(std::string(error.message) == "it failed and did not say why");
    CHECK(std::string(error.function) == "err_silent");
    CHECK(std::string(error.cause).empty());
    rt_error_clear(&error);
}

TEST_CASE("an error may be made of the texts of the one before") {
    CHECK(rt_fail(RT_E_CALLEE, "first_cause", "the first message, which is a long one") == RT_E_CALLEE);
    rt_error error = {};
    error.struct_size = sizeof error;
    rt_last_error(&error);
    CHECK(rt_fail(RT_E_BUSY, error.message, error.cause) == RT_E_BUSY);
    CHECK(test::last_error().message == "first_cause");
    CHECK(test::last_error().cause == "the first message, which is a long one");
    CHECK(rt_fail(RT_OK, nullptr, nullptr) == RT_E_CALLEE); // a failure is never RT_OK
    CHECK(test::last_error().message.empty() == false);
}

TEST_CASE("every status has a name") {
    const char *names[] = {"RT_OK",          "RT_E_ARGUMENT",  "RT_E_TYPE",        "RT_E_HANDLE",
                           "RT_E_NOT_FOUND", "RT_E_SIGNATURE", "RT_E_UNAVAILABLE", "RT_E_LOAD",
                           "RT_E_UNTRUSTED", "RT_E_BUSY",      "RT_E_MEMORY",      "RT_E_CALLEE"};
    for (int i = 0; i < 12; i++) {
        CHECK(std::string(rt_status_name(i)) == names[i]);
    }
    CHECK(std::string(rt_status_name(12)) == "RT_E_UNKNOWN");
    CHECK(std::string(rt_status_name(-1)) == "RT_E_UNKNOWN");
}

TEST_CASE("rt_call_ex refuses null where there must be something") {
    const test::HostFunction function("error_one(x: i64)", [](auto...) { return rt_status{RT_OK}; });
    rt_value result = rt_none();
    rt_error error = {};
    error.struct_size = sizeof error;
    CHECK(rt_call_ex(function.record, nullptr, 1, &result, &error) == RT_E_ARGUMENT);
    CHECK(rt_call_ex(nullptr, nullptr, 0, &result, &error) == RT_E_ARGUMENT);
    CHECK(rt_call_ex(function.record, nullptr, 0, nullptr, &error) == RT_E_ARGUMENT);
    CHECK(rt_call_ex(function.record, nullptr, 0, &result, nullptr) == RT_E_ARGUMENT);
}
