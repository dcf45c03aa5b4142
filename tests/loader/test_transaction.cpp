// Loading is all or nothing: a plugin that does not get through its init leaves nothing behind.
#include <array>
#include <stdexcept>

#include <doctest/doctest.h>

#include "support/support.hpp"

using test::call;
using test::contains;

namespace {

std::string state_of(const char *name) {
    struct Search {
        std::string name;
        std::string state;
    } search{name, "unknown"};
    rt_each_plugin(
        [](void *context, const rt_plugin_info *info) {
            auto *into = static_cast<Search *>(context);
            if (into->name == info->name) {
                into->state = std::string(info->state) + " " + std::to_string(info->functions);
            }
            return true;
        },
        &search);
    return search.state;
}

rt_status nothing(const rt_value *, std::size_t, rt_value *) { return RT_OK; }

} // namespace

TEST_CASE("an init that fails after registering half leaves nothing, and a second try works when the cause is gone") {
    CHECK(rt_dlopen(test::plugin_path("half_registered").c_str(), 0) == 0);
    CHECK(test::last_error().code == RT_E_UNAVAILABLE);
    CHECK(test::last_error().cause == "no_moon");
    CHECK(test::last_error().message == "the plugin 'half_registered' (" +
                                            std::filesystem::canonical(test::plugin_path("half_registered")).string() +
                                            ") did not initialise: the moon is not full");
    CHECK(rt_lookup("half_one") == nullptr);
    CHECK(rt_lookup("half_two") == nullptr);
    CHECK(state_of("half_registered") == "failed 0");

    const test::HostFunction moon("half_may_pass()", nothing);
    test::Opened plugin(test::plugin_path("half_registered"));
    REQUIRE_MESSAGE(plugin.handle != 0, rt_dlerror());
    CHECK(call("half_one", {}).payload.integer == 1);
    CHECK(call("half_two", {}).payload.integer == 1);
    CHECK(state_of("half_registered") == "active 2");
    CHECK(plugin.close() == RT_OK);
    CHECK(state_of("half_registered") == "retired 0");
}

TEST_CASE("a plugin that throws in init registers nothing") {
    {
        const test::HostFunction hook("hook_on_load_hook_a()", [](auto...) -> rt_status {
            throw std::runtime_error("a C++ exception out of a host's function");
        });
        CHECK(rt_dlopen(test::plugin_path("hook_a").c_str(), 0) == 0);
        CHECK(test::last_error().code == RT_E_CALLEE);
        CHECK(contains(test::last_error().message, "did not initialise: a C++ exception out of a host's function"));
        CHECK(rt_lookup("hook_a_answer") == nullptr);
        CHECK(rt_lookup("hook_a_make") == nullptr);
    }
    const test::Opened again(test::plugin_path("hook_a"));
    CHECK(call("hook_a_answer", {}).payload.integer == 42);
}

TEST_CASE("a plugin that clashes with one name registers none of its names") {
    {
        const test::HostFunction taken("clash_taken() -> i64", nothing);
        CHECK(rt_dlopen(test::plugin_path("clash").c_str(), 0) == 0);
        CHECK(test::last_error().code == RT_E_BUSY);
        CHECK(test::last_error().cause == "name_clash");
        CHECK(contains(test::last_error().message,
                       "the function clash_taken is registered already, by the plugin 'host'"));
        CHECK(rt_lookup("clash_free") == nullptr);
        CHECK(rt_lookup("clash_taken") == taken.record);
        const rt_function *described = rt_lookup("clash_taken");
        rt_function_info info = {};
        info.struct_size = sizeof info;
        CHECK(rt_function_describe(described, &info) == RT_OK);
        CHECK(std::string(info.plugin) == "host");
        CHECK(std::string(info.doc).empty());
        call("clash_taken", {}); // the host's own still works
    }
    test::Opened clash(test::plugin_path("clash"));
    CHECK(call("clash_taken", {}).payload.integer == 1);
    CHECK(call("clash_free", {}).payload.integer == 1);
    const rt_function *record = nullptr;
    rt_function_desc desc = {};
    desc.struct_size = sizeof desc;
    desc.signature = "clash_free() -> i64";
    desc.dynamic = [](const rt_function *, const rt_value *, std::size_t, rt_value *) -> rt_status { return RT_OK; };
    CHECK(rt_register(&desc, &record) == RT_E_BUSY); // and the other way round
    CHECK(contains(test::last_error().message, "by the plugin 'clash'"));
}

TEST_CASE("a plugin that clashes with a class leaves that class alone") {
    test::Opened tracked(test::plugin_path("tracked"));
    const std::int64_t object = call("tracked_make", {rt_i64(5)}).payload.integer;
    CHECK(rt_dlopen(test::plugin_path("class_clash").c_str(), 0) == 0);
    CHECK(test::last_error().code == RT_E_BUSY);
    CHECK(test::last_error().cause == "class_clash");
    CHECK(contains(test::last_error().message, "the class Tracked is registered already, by the plugin 'tracked'"));
    CHECK(rt_lookup("class_clash_one") == nullptr);
    CHECK(call("tracked_value", {rt_handle(object)}).payload.integer == 5);
    const std::int64_t destroyed = call("tracked_destroyed", {}).payload.integer;
    CHECK(rt_handle_free(object) == RT_OK);
    CHECK(call("tracked_destroyed", {}).payload.integer == destroyed + 1); // by its own release
    // When the class is free, the other may have it, and give it back.
    REQUIRE(tracked.close() == RT_OK);
    {
        test::Opened other(test::plugin_path("class_clash"));
        REQUIRE_MESSAGE(other.handle != 0, rt_dlerror());
        const rt_value mine = call("class_clash_make", {});
        CHECK(call("class_clash_value", {mine}).payload.integer == 7);
        CHECK(rt_handle_free(mine.payload.integer) == RT_OK);
        CHECK(rt_dlopen(test::plugin_path("tracked").c_str(), 0) == 0);
        CHECK(other.close() == RT_OK);
    }
    const test::Opened again(test::plugin_path("tracked"));
    const rt_value object_again = call("tracked_make", {rt_i64(6)});
    CHECK(call("tracked_value", {object_again}).payload.integer == 6);
    CHECK(rt_handle_free(object_again.payload.integer) == RT_OK);
}

TEST_CASE("a class is not another's while objects of a closed plugin live") {
    test::TempFolder folder;
    const std::string copy = folder.add(test::plugin_path("hook_b"), "librtffi_copy.so");
    std::int64_t object = 0;
    {
        test::Opened plugin(test::plugin_path("hook_b"));
        // A call that was inside when the plugin was closed: its object outlives the plugin.
        const auto make = test::native<std::int64_t()>("hook_b_make");
        const test::HostFunction hook("hook_on_unload_hook_b()", [&](auto...) {
            object = make();
            return rt_status{RT_OK};
        });
        REQUIRE(plugin.close() == RT_OK);
    }
    REQUIRE(object != 0);
    CHECK(rt_dlopen(copy.c_str(), 0) == 0);
    CHECK(test::last_error().cause == "class_clash");
    CHECK(contains(test::last_error().message, "by the plugin 'hook_b', which is closed but has objects alive"));
    CHECK(rt_handle_free(object) == RT_OK);
    const test::Opened other(copy);
    CHECK(other.handle != 0);
}

TEST_CASE("registering outside init is refused") {
    // The host's table is what plugins call; hook_a's init hands control to the host while it may register.
    rt_status inside = RT_E_CALLEE;
    const test::HostFunction hook("hook_on_load_hook_a()", [&](auto...) {
        const rt_function_desc desc = {
            sizeof desc,
            "tx_inside() -> i64",
            nullptr,
            nullptr,
            nullptr,
            [](const rt_function *, const rt_value *, std::size_t, rt_value *) -> rt_status {
                                           return RT_OK; },
            nullptr,
            0,
            nullptr,
            nullptr};
        const rt_function *record = nullptr;
        inside = rt_register(&desc, &record); // the host's own functions are published at any time
        CHECK(rt_unregister(record) == RT_OK);
        CHECK(rt_lookup("hook_a_answer") == nullptr); // the plugin's are not visible yet
        return rt_status{RT_OK};
    });
    const test::Opened plugin(test::plugin_path("hook_a"));
    CHECK(inside == RT_OK);
    CHECK(rt_lookup("hook_a_answer") != nullptr);
}

TEST_CASE("all functions of a plugin appear at once") {
    // While others look, the last registered function never shows without the first.
    std::atomic<bool> stop{false};
    std::atomic<int> wrong{0};
    std::vector<std::thread> lookers;
    for (int i = 0; i < 3; i++) {
        lookers.emplace_back([&] {
            while (!stop) {
                const bool last = rt_lookup("v_apply") != nullptr;
                const bool first = rt_lookup("v_negate") != nullptr;
                // It appeared between the two looks, or is there.
                wrong += last && !first;
            }
        });
    }
    // Opened once and never closed meanwhile: what was seen stays.
    const test::Opened values(test::plugin_path("values"));
    stop = true;
    for (std::thread &looker : lookers) {
        looker.join();
    }
    CHECK(wrong == 0);
}

TEST_CASE("of two plugins that load at once and want the same name one gets it, and one nothing") {
    test::TempFolder folder;
    const std::string copy = folder.add(test::plugin_path("clash"), "librtffi_clash_copy.so");
    for (int round = 0; round < 50; round++) {
        std::array<std::int64_t, 2> handles = {};
        test::on_threads(2, [&](int i) {
            handles[static_cast<std::size_t>(i)] = rt_dlopen((i == 0 ? test::plugin_path("clash") : copy).c_str(), 0);
        });
        REQUIRE((handles[0] != 0) != (handles[1] != 0));
        CHECK(call("clash_free", {}).payload.integer == 1);
        CHECK(rt_dlclose(handles[0] != 0 ? handles[0] : handles[1]) == RT_OK);
        CHECK(rt_lookup("clash_free") == nullptr);
    }
}

TEST_CASE("an init that registers what it may not registers nothing, and fails with the cause of that") {
    for (const char *mistake : {"bad_class_name", "bad_description"}) {
        setenv("RTFFI_TEST_MISTAKE", mistake, 1);
        CHECK(rt_dlopen(test::plugin_path("mistaken").c_str(), 0) == 0);
        CHECK(test::last_error().code == RT_E_ARGUMENT);
        CHECK(test::last_error().cause == mistake);
        CHECK(rt_lookup("mistaken_late") == nullptr);
    }
    unsetenv("RTFFI_TEST_MISTAKE");
}

TEST_CASE("a plugin that registers after its init is refused that, and goes on as it was") {
    const test::Opened plugin(test::plugin_path("mistaken"));
    REQUIRE(plugin.handle != 0);
    test::call("mistaken_late", {}, RT_E_ARGUMENT);
    CHECK(test::last_error().cause == "not_in_init");
    CHECK(rt_lookup("mistaken_later") == nullptr);
    CHECK(rt_lookup("mistaken_late") != nullptr);
}
