// Plugins that were built otherwise than the host: with another SDK, another C++ library, another language.
#include <cstdlib>

#include <doctest/doctest.h>

#include "fault.hpp"

using test::call;

namespace {

bool answers(const char *plugin_name, const char *function, std::int64_t expected) {
    const faults::Registry before = faults::registry();
    test::Opened plugin(faults::plugin_path(plugin_name));
    REQUIRE_MESSAGE(plugin.handle != 0, rt_dlerror());
    const bool fine = call(function, {}).payload.integer == expected;
    CHECK(plugin.close() == RT_OK);
    return faults::survived("a plugin built with another SDK", before, fine);
}

} // namespace

TEST_CASE("a plugin built with a newer SDK of the same binary interface works") {
    CHECK(answers("newer_sdk", "newer_sdk_answer", 5));
}

TEST_CASE("a plugin built with an older SDK works, and nothing behind its shorter structs is read") {
    CHECK(answers("older_sdk", "older_sdk_answer", 5));
}

TEST_CASE("a plugin for a later binary interface is refused") {
    CHECK(faults::refused("a plugin for a later binary interface", test::plugin_path("future_abi"), {"abi_version"}));
}

TEST_CASE("a plugin with libstdc++ linked into it throws, and the host gets an error") {
    const faults::Registry before = faults::registry();
    test::Opened plugin(faults::plugin_path("own_libstdcxx"));
    REQUIRE_MESSAGE(plugin.handle != 0, rt_dlerror());
    rt_value twice = call("own_twice", {rt_text("ab")});
    CHECK(std::string(static_cast<const char *>(twice.payload.pointer), twice.size) == "abab");
    rt_value_clear(&twice);
    call("own_twice", {rt_text("")}, RT_E_CALLEE);
    CHECK(test::last_error().message == "own_twice: the text is empty");
    CHECK(plugin.close() == RT_OK);
    CHECK(faults::survived("a plugin with its own libstdc++", before, true));
}

#ifdef RTFFI_FAULT_RUST
TEST_CASE("a plugin in Rust that panics in a function gives an error") {
    const faults::Registry before = faults::registry();
    test::Opened plugin(faults::plugin_path("panics"));
    REQUIRE_MESSAGE(plugin.handle != 0, rt_dlerror());
    CHECK(call("rust_half", {rt_i64(10)}).payload.integer == 5);
    call("rust_half", {rt_i64(7)}, RT_E_CALLEE);
    CHECK(test::last_error().message == "rust_half: 7 is odd");
    CHECK(test::last_error().cause == "panic");
    CHECK(plugin.close() == RT_OK);
    CHECK(faults::survived("a plugin in Rust that panics in a function", before, true));
}

CHILD("builds/panic_in_init") {
    const faults::Registry before = faults::registry();
    test::expect(faults::refused("a plugin in Rust that panics in init", faults::plugin_path("panics"),
                                 {"probe_crashed"}, RT_DLOPEN_PROBE),
                 "it is refused");
    test::expect(test::contains(test::last_error().message, "not here"), test::last_error().message);
    test::expect(faults::registry() == before, "nothing of it is there");
    faults::report("a plugin in Rust that panics in init", 1, 1);
}
TEST_CASE("a plugin in Rust that panics in init is refused with RT_DLOPEN_PROBE") {
    const test::TempFolder cache;
    CHECK(faults::child_survives("builds/panic_in_init",
                                 {"RTFFI_TEST_HARM=panic in init", "XDG_CACHE_HOME=" + cache.path().string()}));
}
#endif
