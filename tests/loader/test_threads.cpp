// Everything at once: threads that look up, call, publish, load and retire for three seconds.
#include <chrono>
#include <random>

#include <doctest/doctest.h>

#include "support/support.hpp"

namespace {

using Clock = std::chrono::steady_clock;

// A call of a function that may be gone at any moment: its result, or an error that says so.
bool right_or_gone(const char *name, std::initializer_list<rt_value> args, std::int64_t expected) {
    const rt_function *function = rt_lookup(name);
    if (function == nullptr) {
        return test::last_error().code == RT_E_NOT_FOUND;
    }
    rt_value result = {};
    const rt_status status = rt_call(function, args.begin(), args.size(), &result);
    if (status != RT_OK) {
        return status == RT_E_UNAVAILABLE && test::last_error().cause == "closed";
    }
    return result.payload.integer == expected;
}

bool object_right_or_gone() {
    const rt_function *make = rt_lookup("tracked_make");
    const rt_function *value = rt_lookup("tracked_value");
    if (make == nullptr || value == nullptr) {
        return true;
    }
    const rt_value number = rt_i64(77);
    rt_value object = {};
    if (rt_call(make, &number, 1, &object) != RT_OK) {
        return test::last_error().cause == "closed";
    }
    rt_value got = {};
    const rt_status status = rt_call(value, &object, 1, &got);
    // The object keeps its plugin open, unless it was made by a call that was inside while the plugin closed.
    const bool right = status == RT_OK ? got.payload.integer == 77 : status == RT_E_UNAVAILABLE;
    return rt_handle_free(object.payload.integer) == RT_OK && right;
}

bool open_and_close(const std::string &path, const char *symbol) {
    const std::int64_t handle = rt_dlopen(path.c_str(), 0);
    if (handle == 0) {
        return false;
    }
    const bool found = rt_dlsym(handle, symbol) != 0;
    const rt_status status = rt_dlclose(handle);
    if (status == RT_E_BUSY) { // another thread has an object alive: it stays open once more
        return found;
    }
    return found && status == RT_OK;
}

bool publish_and_take_back(int index) {
    const std::string name = "threads_own_" + std::to_string(index);
    const std::string signature = name + "() -> i64";
    rt_function_desc desc = {};
    desc.struct_size = sizeof desc;
    desc.signature = signature.c_str();
    desc.dynamic = [](const rt_function *, const rt_value *, std::size_t, rt_value *result) -> rt_status {
        *result = rt_i64(5);
        return RT_OK;
    };
    const rt_function *record = nullptr;
    if (rt_register(&desc, &record) != RT_OK) {
        return false;
    }
    const bool right = right_or_gone(name.c_str(), {}, 5) && rt_lookup(name.c_str()) == record;
    return rt_unregister(record) == RT_OK && right && rt_lookup(name.c_str()) == nullptr;
}

bool list_everything() {
    int functions = 0;
    const rt_status listed = rt_each_function(
        nullptr,
        [](void *context, const rt_function_info *info) {
            return ++*static_cast<int *>(context), info->name[0] != '\0';
        },
        &functions);
    const rt_status plugins =
        rt_each_plugin([](void *, const rt_plugin_info *info) { return info->functions >= 0; }, nullptr);
    rt_value json = {};
    const rt_status report = rt_handle_report(&json);
    rt_value_clear(&json);
    return listed == RT_OK && plugins == RT_OK && report == RT_OK;
}

} // namespace

TEST_CASE("eight threads look up, call, publish, load and retire for three seconds, and nothing is ever wrong") {
    const std::string values = test::plugin_path("values");
    const std::string tracked = test::plugin_path("tracked");
    const std::string provider = test::plugin_path("provider");
    const std::string plain = test::library_path("plain");
    const Clock::time_point end = Clock::now() + std::chrono::seconds(3);
    std::atomic<int> failures[8] = {};
    test::on_threads(8, [&](int index) {
        std::mt19937 random(static_cast<unsigned>(index));
        while (Clock::now() < end) {
            const unsigned what = random() % 8;
            bool right = true;
            switch (what) {
            case 0:
                right = open_and_close(values, "v_half");
                break;
            case 1:
                right = open_and_close(tracked, "tracked_make");
                break;
            case 2:
                right = open_and_close(plain, "plain_answer");
                break;
            case 3:
                right = open_and_close(provider, "provider_asked");
                break;
            case 4:
                right = right_or_gone("v_minus", {rt_i64(9), rt_i64(4)}, 5) &&
                        right_or_gone("provided::add.3", {rt_i64(4)}, 7);
                break;
            case 5:
                right = object_right_or_gone();
                break;
            case 6:
                right = publish_and_take_back(index);
                break;
            default:
                right = list_everything();
            }
            failures[what] += !right;
        }
    });
    for (int what = 0; what < 8; what++) {
        INFO(what);
        CHECK(failures[what] == 0);
    }
    // What was left open because of living objects can be closed now.
    for (const std::string &path : {values, tracked, provider, plain}) {
        const std::int64_t handle = rt_dlopen(path.c_str(), 0);
        REQUIRE(handle != 0);
        while (rt_dlclose(handle) == RT_OK) {
        }
        CHECK(test::last_error().code == RT_E_HANDLE);
    }
    CHECK(rt_lookup("v_half") == nullptr);
}

TEST_CASE("one thread reloads a plugin while others call through records they hold") {
    const std::string path = test::plugin_path("values");
    std::int64_t handle = rt_dlopen(path.c_str(), 0);
    REQUIRE(handle != 0);
    const rt_function *minus = rt_lookup("v_minus");
    std::atomic<bool> stop{false};
    std::atomic<int> wrong{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < 4; i++) {
        callers.emplace_back([&, i] {
            while (!stop) {
                if (i % 2 == 0) {
                    const rt_value args[] = {rt_i64(50), rt_i64(8)};
                    rt_value result = {};
                    const rt_status status = rt_call(minus, args, 2, &result);
                    wrong += status == RT_OK ? result.payload.integer != 42 : status != RT_E_UNAVAILABLE;
                } else {
                    rt_thread_status = RT_OK;
                    const std::int64_t result = test::native<std::int64_t(std::int64_t, std::int64_t)>(minus)(50, 8);
                    wrong += result == 0 ? rt_thread_status != RT_E_UNAVAILABLE : result != 42;
                }
            }
        });
    }
    for (int i = 0; i < 500; i++) {
        CHECK(rt_dlclose(handle) == RT_OK);
        handle = rt_dlopen(path.c_str(), 0);
        REQUIRE(handle != 0);
    }
    stop = true;
    for (std::thread &caller : callers) {
        caller.join();
    }
    CHECK(wrong == 0);
    CHECK(rt_dlclose(handle) == RT_OK);
}

TEST_CASE("symbols are looked up while other threads close the library") {
    const std::string path = test::library_path("plain");
    std::atomic<int> wrong{0};
    test::on_threads(4, [&](int) {
        for (int i = 0; i < 2000; i++) {
            const std::int64_t handle = rt_dlopen(path.c_str(), 0);
            wrong += rt_dlsym(handle, "plain_answer") == 0;
            wrong += rt_dlclose(handle) != RT_OK;
            // The handle may be closed by now, or another's opening may keep it open.
            if (rt_dlsym(handle, "plain_answer") == 0) {
                wrong += test::last_error().code != RT_E_HANDLE;
            }
        }
    });
    CHECK(wrong == 0);
}
