// Each allocation of an operation fails once, one after the other: it is an error, and everything is as it was.
#include <sys/resource.h>

#include <doctest/doctest.h>

#include "allocations.hpp"

using faults::arm;
using faults::disarm;
using faults::status_of;
using faults::sweep;
using test::expect;

CHILD("allocations/open") {
    const std::string path = test::plugin_path("values");
    std::int64_t library = 0;
    const int failures = sweep(
        "rt_dlopen",
        [&] {
            library = rt_dlopen(path.c_str(), 0);
            return status_of(library != 0);
        },
        [&](rt_status status) {
            expect((status == RT_OK) == (rt_lookup("v_half") != nullptr), "its functions show if it opened");
            if (library != 0) {
                expect(rt_dlclose(library) == RT_OK, "it closes");
            }
        });
    expect(failures > 20, "there were allocations to fail");
    expect(rt_dlclose(library) == RT_OK, "it closes");
    const test::Opened other(test::plugin_path("hook_a"));
    expect(other.handle != 0, "another one opens");
}
TEST_CASE("each allocation of opening a plugin fails once, and nothing of it is left") {
    CHECK(faults::sweep_survives("allocations/open"));
}

CHILD("allocations/bind") {
    const rt_function *record = nullptr;
    const int failures = sweep(
        "rt_bind", [&] { return rt_bind("v_half", "f(x: f64) -> f64", 0, &record); },
        [&](rt_status) {
            const test::Opened opened("hook_a");
            expect(opened.handle != 0, "plugins are found as before: " + test::last_error().message);
        });
    expect(failures > 0, "there were allocations to fail");
    expect(record != nullptr, "bound");
}
TEST_CASE("each allocation of finding a function's plugin fails once, and it is found afterwards") {
    CHECK(faults::sweep_survives("allocations/bind", RTFFI_TEST_PLUGINS));
}

CHILD("allocations/call") {
    const test::Opened plugin(test::plugin_path("values"));
    const rt_function *function = rt_lookup("v_half");
    expect(function != nullptr, "it is there");
    const rt_value argument = rt_f64(9);
    rt_value result = rt_none();
    sweep("rt_call", [&] { return rt_call(function, &argument, 1, &result); }, [](rt_status) {});
    expect(result.payload.number == 4.5, "half of 9");
    const auto call = [&](const char *name, rt_value given, std::uint32_t type) {
        const rt_function *other = rt_lookup(name);
        rt_value out = rt_none();
        const std::int64_t scope = rt_scope_begin(); // for the handles of those that came through
        const int failures = sweep(
            "rt_call with a result that needs memory",
            [&] {
                rt_value_clear(&out);
                return rt_call(other, &given, 1, &out);
            },
            [](rt_status) {});
        expect(failures > 0 && out.type == type, std::string(name) + " gives its result at the end");
        rt_value_clear(&out);
        expect(rt_scope_end(scope) == RT_OK && rt_handle_count() == 1, "the library alone is there");
    };
    const std::int64_t numbers[] = {1, 2, 3};
    call("v_twice", rt_memory(RT_TEXT, "ab", 2), RT_TEXT);
    call("v_reversed", rt_memory(RT_I64_ARRAY, numbers, 3), RT_I64_ARRAY);
    call("v_box", rt_i64(7), RT_HANDLE);
    call("v_boxes", rt_i64(3), RT_HANDLE_ARRAY);
    call("v_four", rt_i64(7), RT_VALUES);
    const char *names[] = {"x"};
    sweep("rt_call_named", [&] { return rt_call_named(function, &argument, names, 1, &result); }, [](rt_status) {});
    expect(result.payload.number == 4.5, "half of 9");
    arm(0);
    const rt_status status = rt_handle_free(12345);
    disarm();
    expect(status == RT_E_HANDLE, "the code of an error does not depend on the memory for its words");
}
TEST_CASE("each allocation of a call fails once") { CHECK(faults::sweep_survives("allocations/call")); }

CHILD("allocations/close") {
    const std::string path = test::plugin_path("values");
    const int failures = sweep(
        "rt_dlclose",
        [&] {
            const std::int64_t library = rt_dlopen(path.c_str(), 0);
            return library != 0 ? rt_dlclose(library) : status_of(false);
        },
        [](rt_status) {});
    expect(failures > 0, "there were allocations to fail");
    expect(rt_lookup("v_half") == nullptr, "it is closed");
    expect(rt_handle_count() == 0, "no handle is left");
}
TEST_CASE("each allocation of opening and closing fails once, and no handle is left") {
    CHECK(faults::sweep_survives("allocations/close"));
}

// Half a gibibyte of address space: an eighth of it is for handles, of 64 bytes each.
CHILD("allocations/handles") {
    const rlimit limit = {std::size_t{512} << 20, std::size_t{512} << 20};
    expect(setrlimit(RLIMIT_AS, &limit) == 0, "the address space is limited");
    const test::Opened plugin(test::plugin_path("tracked"));
    const auto make = test::native<std::int64_t(std::int64_t)>("tracked_make");
    const auto value = test::native<std::int64_t(std::int64_t)>("tracked_value");
    const std::size_t most = (std::size_t{512} << 20) / 8 / 64;
    std::vector<std::int64_t> handles;
    handles.reserve(most + 1);
    while (handles.size() <= most) {
        const std::int64_t handle = make(static_cast<std::int64_t>(handles.size()));
        if (handle == 0) {
            break;
        }
        handles.push_back(handle);
    }
    expect(handles.size() > most - 100 && handles.size() < most, std::to_string(handles.size()) + " handles");
    expect(test::last_error().code == RT_E_MEMORY, "there are no more");
    expect(test::last_error().message == "no memory for another handle", test::last_error().message);
    expect(value(handles.back()) == static_cast<std::int64_t>(handles.size()) - 1, "the last one is good");
    expect(rt_handle_free(handles.front()) == RT_OK, "one is freed");
    handles.front() = make(7);
    expect(value(handles.front()) == 7, "and there is room for another");
    for (const std::int64_t handle : handles) {
        expect(rt_handle_free(handle) == RT_OK, "all are freed");
    }
}
TEST_CASE("handles run out with an error, and there are more when one is freed") {
    CHECK(faults::child_survives("allocations/handles"));
}

CHILD("allocations/unmap") {
    const std::string path = test::plugin_path("unmappable");
    std::int64_t library = 0;
    const int failures = sweep(
        "rt_dlclose_ex",
        [&] {
            library = library != 0 ? library : rt_dlopen(path.c_str(), 0);
            const rt_status status = library != 0 ? rt_dlclose_ex(library, RT_DLCLOSE_UNMAP) : status_of(false);
            library = status == RT_OK ? 0 : library;
            return status;
        },
        [&](rt_status) {
            // Closed, or open as before.
            if (library != 0 && rt_dlsym(library, "unmappable_answer") == 0) {
                expect(test::last_error().code == RT_E_HANDLE, "it is closed");
                library = 0;
            }
        });
    expect(failures > 0, "there were allocations to fail");
    expect(!test::contains(test::read_file("/proc/self/maps"), path), "it is unmapped");
    expect(rt_handle_count() == 0, "no handle is left");
}
TEST_CASE("each allocation of opening and unmapping fails once, and no handle is left") {
    CHECK(faults::sweep_survives("allocations/unmap"));
}

CHILD("allocations/reports") {
    const test::Opened plugin(test::plugin_path("tracked"));
    const std::int64_t object = test::native<std::int64_t(std::int64_t)>("tracked_make")(7);
    const test::TempFolder folder;
    const std::string path = folder.add(test::plugin_path("hook_a"), "librtffi_hook_a.so");
    rt_search_path_add(folder.path().c_str());
    const auto report = [&](const char *what, auto ask) {
        rt_value text = rt_none();
        const int failures = sweep(
            what,
            [&] {
                rt_value_clear(&text);
                return ask(&text);
            },
            [&](rt_status status) {
                expect((status == RT_OK) == (text.type == RT_TEXT), "a report, or none");
                expect(rt_handle_count() == 2, "the library and the object are there");
            });
        expect(failures > 5, "there were allocations to fail");
        expect(text.type == RT_TEXT, "there is a report at the end");
        rt_value_clear(&text);
    };
    report("rt_handle_report", [](rt_value *text) { return rt_handle_report(text); });
    report("rt_discover", [](rt_value *text) { return rt_discover(text); });
    report("rt_inspect", [&](rt_value *text) { return rt_inspect(path.c_str(), text); });
    report("rt_explain", [&](rt_value *text) { return rt_explain(path.c_str(), text); });
    report("rt_explain", [](rt_value *text) { return rt_explain("hook_a_answer", text); });
    report("rt_explain", [](rt_value *text) { return rt_explain("nobody_has_this", text); });
    expect(rt_handle_free(object) == RT_OK, "it is freed");
}
TEST_CASE("each allocation of a report in JSON fails once") { CHECK(faults::sweep_survives("allocations/reports")); }
