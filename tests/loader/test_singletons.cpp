// Libraries of which a process can bear one copy: a plugin that would bring a second one is refused before it is loaded.
#include <dlfcn.h>

#include <doctest/doctest.h>

#include "support/child.hpp"
#include "support/support.hpp"

using test::contains;
using test::expect;
using test::passes;

namespace {

const std::string library = std::string(RTFFI_TEST_PLUGINS) + "/libfakesingleton.so.1";

} // namespace

CHILD("singletons/second_copy") {
    test::TempFolder folder;
    const std::string other = folder.add(library, "libfakesingleton.so.1");
    expect(dlopen(other.c_str(), RTLD_NOW) != nullptr, "another copy is there first");
    expect(rt_dlopen(test::plugin_path("singleton").c_str(), 0) == 0, "the plugin is refused");
    const test::LastError error = test::last_error();
    expect(error.code == RT_E_UNAVAILABLE && error.cause == "second_copy", error.message);
    expect(contains(error.message, "another copy of libfakesingleton.so is in the process already (" + other + ")"),
           error.message);
    expect(contains(error.message, "needs " + library), error.message);
    const std::string maps = test::read_file("/proc/self/maps");
    expect(!contains(maps, "librtffi_singleton.so") && !contains(maps, library), "nothing of it was mapped");
    expect(rt_lookup("singleton_answer") == nullptr, "nor registered");
}
TEST_CASE("a plugin that would bring a second copy is refused with both paths, and nothing is mapped") {
    passes("singletons/second_copy");
}

CHILD("singletons/same_copy") {
    // The same file by another name is the same copy.
    test::TempFolder folder;
    std::filesystem::create_symlink(library, folder.path() / "libfakesingleton.so.1");
    expect(dlopen(folder.file("libfakesingleton.so.1").c_str(), RTLD_NOW) != nullptr, "it is there first");
    const test::Opened plugin(test::plugin_path("singleton"));
    expect(plugin.handle != 0, "the plugin opens");
    expect(test::call("singleton_answer", {}).payload.integer == 17, "and works");
}
TEST_CASE("the copy that the plugin needs may be there already") { passes("singletons/same_copy"); }

CHILD("singletons/alone") {
    const test::Opened plugin(test::plugin_path("singleton"));
    expect(plugin.handle != 0, "the plugin opens");
    expect(test::call("singleton_answer", {}).payload.integer == 17, "and works");
}
TEST_CASE("where there is no copy the plugin brings its own") { passes("singletons/alone"); }

CHILD("singletons/second_core") {
    Dl_info core = {};
    expect(dladdr(reinterpret_cast<const void *>(&rt_dlopen), &core) != 0, "the core's file is known");
    test::TempFolder folder;
    const std::string other = folder.add(core.dli_fname, "librtffi.so.0");
    expect(dlopen(other.c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr, "another copy of the core is there");
    static std::string logged;
    rt_log_set([](void *, std::int32_t level, const char *,
                  const char *message) { logged += std::to_string(level) + ": " + message + "\n"; },
               nullptr);
    const test::Opened plugin(test::plugin_path("values"));
    expect(plugin.handle != 0 && rt_lookup("v_half") != nullptr, "this copy works");
    expect(logged.starts_with("2: two copies of librtffi are in this process, with a registry each: "), logged);
    expect(contains(logged, other) && contains(logged, core.dli_fname), logged);
    const std::string once = logged;
    const test::Opened second(test::plugin_path("hook_a"));
    expect(logged == once, "it is said once");
}
TEST_CASE("two copies of the core in one process are noticed, and said once") { passes("singletons/second_core"); }
