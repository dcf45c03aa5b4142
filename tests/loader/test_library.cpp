// Opening and closing: libraries with plain symbols, plugins, what a handle is good for afterwards.
#include <sys/stat.h>

#include <cmath>

#include <dlfcn.h>

#include <doctest/doctest.h>

#include <rtffi/host.hpp>

#include "support/support.hpp"

using test::call;
using test::contains;

TEST_CASE("a path opens any shared library, whose symbols are found") {
    test::Opened plain(test::library_path("plain"));
    REQUIRE_MESSAGE(plain.handle != 0, rt_dlerror());
    const std::int64_t address = rt_dlsym(plain.handle, "plain_answer");
    REQUIRE(address != 0);
    CHECK(reinterpret_cast<int (*)()>(address)() == 41);
    CHECK(rt_dlsym(plain.handle, "no_such_symbol") == 0);
    CHECK(test::last_error().code == RT_E_NOT_FOUND);
    CHECK(contains(test::last_error().message, "has no symbol no_such_symbol"));
    CHECK(test::last_error().cause == "no_symbol");
    CHECK(rt_dlsym(plain.handle, "") == 0);
    CHECK(rt_dlsym(plain.handle, nullptr) == 0);
    CHECK(rt_dlsym(12345, "plain_answer") == 0);
    CHECK(test::last_error().code == RT_E_HANDLE);
    CHECK(test::last_error().cause == "bad_library");
    CHECK(plain.close() == RT_OK);
}

TEST_CASE("a library that is closed is unmapped, and one opened anew begins anew") {
    test::TempFolder folder;
    const std::string path = folder.add(test::library_path("plain"), "libcounting.so");
    for (int round = 0; round < 3; round++) {
        test::Opened library(path);
        REQUIRE(library.handle != 0);
        CHECK(reinterpret_cast<int (*)()>(rt_dlsym(library.handle, "plain_counter"))() == 1);
        REQUIRE(library.close() == RT_OK);
        CHECK(!contains(test::read_file("/proc/self/maps"), path));
    }
}

TEST_CASE("opening what is open gives the same handle and counts") {
    const std::int64_t first = rt_dlopen(test::library_path("plain").c_str(), 0);
    const std::int64_t second = rt_dlopen(test::library_path("plain").c_str(), 0);
    CHECK(first == second);
    CHECK(rt_dlclose(first) == RT_OK);
    CHECK(rt_dlsym(first, "plain_answer") != 0);
    CHECK(rt_dlclose(first) == RT_OK);
    CHECK(rt_dlsym(first, "plain_answer") == 0);
    CHECK(rt_dlclose(first) == RT_E_HANDLE);
    CHECK(contains(test::last_error().message, "rt_dlclose: handle"));
    CHECK(rt_dlclose(0) == RT_E_HANDLE);
    CHECK(rt_dlclose(-1) == RT_E_HANDLE);
}

TEST_CASE("relative paths, symbolic links and hard links lead to the same library") {
    test::TempFolder folder;
    const std::string file = folder.add(test::plugin_path("hook_a"), "librtffi_file.so");
    std::filesystem::create_symlink(file, folder.path() / "symlink.so");
    std::filesystem::create_hard_link(file, folder.path() / "hard.so");
    const test::Opened direct(file);
    REQUIRE(direct.handle != 0);
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    const test::Opened relative("./librtffi_file.so");
    const test::Opened dotted(folder.path().string() + "/./../" + folder.path().filename().string() +
                              "/librtffi_file.so");
    std::filesystem::current_path(before);
    const test::Opened symlink(folder.file("symlink.so"));
    const test::Opened hard(folder.file("hard.so"));
    CHECK(relative.handle == direct.handle);
    CHECK(dotted.handle == direct.handle);
    CHECK(symlink.handle == direct.handle);
    CHECK(hard.handle == direct.handle);
}

TEST_CASE("a bare name is a plugin on the search path, never a file") {
    const test::Opened geometry("geometry");
    REQUIRE_MESSAGE(geometry.handle != 0, rt_dlerror());
    const test::Opened by_path(test::sample_path("geometry"));
    CHECK(by_path.handle == geometry.handle);
    CHECK(rt_dlopen("geometri", 0) == 0);
    CHECK(test::last_error().code == RT_E_NOT_FOUND);
    CHECK(contains(test::last_error().message,
                   "no plugin named 'geometri' was found; did you mean geometry?; searched: "));
    CHECK(contains(test::last_error().message, "give a path with a slash"));
    CHECK(rt_dlopen("libm.so.6", 0) == 0);
    CHECK(test::last_error().code == RT_E_NOT_FOUND);
    CHECK(rt_dlopen("", 0) == 0);
    CHECK(rt_dlopen(nullptr, 0) == 0);
    CHECK(test::last_error().code == RT_E_ARGUMENT);
    CHECK(rt_dlopen("geometry", std::int64_t{1} << 40) == 0);
    CHECK(test::last_error().code == RT_E_ARGUMENT);
}

TEST_CASE("what cannot be a library says what it is instead") {
    test::TempFolder folder;
    const auto refused = [&](const std::string &path, rt_status code, const char *cause, const char *text) {
        INFO(path);
        CHECK(rt_dlopen(path.c_str(), 0) == 0);
        CHECK(test::last_error().code == code);
        CHECK(test::last_error().cause == cause);
        CHECK_MESSAGE(contains(test::last_error().message, text), test::last_error().message);
        CHECK(contains(test::last_error().message, path));
    };
    refused("/no/such/library.so", RT_E_NOT_FOUND, "not_found", "No such file");
    refused(folder.path().string(), RT_E_LOAD, "not_a_file", "is not a regular file");
    refused("/dev/zero", RT_E_LOAD, "not_a_file", "is not a regular file");
    REQUIRE(mkfifo(folder.file("fifo").c_str(), 0600) == 0);
    refused(folder.file("fifo"), RT_E_LOAD, "not_a_file", "is not a regular file");
    refused(folder.write("empty.so", ""), RT_E_LOAD, "not_elf", "is not an ELF file");
    refused(folder.write("text.so", "INPUT(-lm)"), RT_E_LOAD, "not_elf", "is not an ELF file");
    refused(folder.write("short.so", std::string("\x7f", 1) + "ELF"), RT_E_LOAD, "truncated",
            "ends inside the ELF header");

    std::string image = test::read_file(test::library_path("plain"));
    refused(folder.write("half.so", image.substr(0, 100)), RT_E_LOAD, "truncated", "truncated or damaged");
    std::string other = image;
    other[18] = '\xb7'; // e_machine: AArch64
    refused(folder.write("aarch64.so", other), RT_E_LOAD, "wrong_architecture",
            "is for another architecture (ELF machine 183, 64 bits)");
    other = image;
    other[4] = 1; // EI_CLASS: 32 bits
    refused(folder.write("elf32.so", other), RT_E_LOAD, "wrong_architecture", "32 bits");
    other = image;
    other[16] = 1; // e_type: an object file
    refused(folder.write("object.so", other), RT_E_LOAD, "not_a_library", "is an ELF file but not a shared library");
    std::filesystem::create_symlink("loop.so", folder.path() / "loop.so");
    CHECK(rt_dlopen(folder.file("loop.so").c_str(), 0) == 0);
    CHECK(test::last_error().code == RT_E_LOAD);
}

TEST_CASE("a library that needs another one which is not there says the dynamic linker's words") {
    const test::TempFolder folder;
    std::string image = test::read_file(test::plugin_path("singleton"));
    const std::string_view needed = "libfakesingleton.so.1";
    for (std::size_t at = image.find(needed); at != std::string::npos; at = image.find(needed, at)) {
        image.replace(at, needed.size(), "libmissing_thing.so.1"); // of the same length, and nowhere
    }
    const std::string path = folder.write("librtffi_alone.so", image);
    CHECK(rt_dlopen(path.c_str(), 0) == 0);
    CHECK(test::last_error().code == RT_E_LOAD);
    CHECK(test::last_error().cause == "missing_library");
    const std::string message = test::last_error().message;
    CHECK_MESSAGE(contains(message, "libmissing_thing.so.1: cannot open shared object file"), message);
    CHECK_MESSAGE(contains(message, "the plugin " + path + " needs it"), message);
    CHECK_MESSAGE(contains(message, "install the library, or put its folder on LD_LIBRARY_PATH"), message);
}

TEST_CASE("a plugin that is not made as it should be is refused with the reason") {
    const auto refused = [](const char *name, const char *cause, const char *text) {
        INFO(name);
        CHECK(rt_dlopen(test::plugin_path(name).c_str(), 0) == 0);
        CHECK(test::last_error().cause == cause);
        CHECK_MESSAGE(contains(test::last_error().message, text), test::last_error().message);
    };
    refused("future_abi", "abi_version",
            "was made for version 2 of the binary interface; this librtffi has version 1. To do: update librtffi");
    refused("no_metadata", "no_metadata", "exports rt_plugin_entry but has no .note.rtffi");
    refused("no_entry", "no_entry", "has rtffi's notes but exports no rt_plugin_entry");
    refused("no_init", "bad_descriptor", "rt_plugin_entry is too short or has no init");
    refused("note_without_function", "metadata_mismatch", "`promised_two() -> i64` has a note but was not registered");
    refused("function_without_note", "metadata_mismatch",
            "`secret_one() -> i64` is registered but has no note in .note.rtffi");
    refused("wrong_c_types", "native_types",
            "the C types given (dq) do not agree with the signature, which stands for (dd)");
    refused("two_of_one_name", "name_clash", "the plugin registers two functions named twice_registered");
    for (const char *name : {"promised_one", "secret_one", "wrong_half", "twice_registered"}) {
        CHECK(rt_lookup(name) == nullptr);
    }
}

TEST_CASE("a plugin's symbols are its registered functions first, and then plain ones") {
    const test::Opened hook(test::plugin_path("hook_a"));
    const std::int64_t answer = rt_dlsym(hook.handle, "hook_a_answer");
    REQUIRE(answer != 0);
    CHECK(reinterpret_cast<std::int64_t (*)()>(answer)() == 42);
    CHECK(answer == rt_dlsym(0, "hook_a_answer"));
    CHECK(rt_dlsym(hook.handle, "rt_plugin_entry") != 0);
    const test::Opened values(test::plugin_path("values"));
    CHECK(rt_dlsym(hook.handle, "v_half") == 0); // another plugin's
    CHECK(rt_dlsym(values.handle, "v_tag_of") == 0);
    CHECK(test::last_error().code == RT_E_UNAVAILABLE);
    CHECK(test::last_error().cause == "no_native_entry");
    CHECK(test::last_error().message ==
          "v_tag_of: it can be called dynamically only (rt_call): `v_tag_of(x: any) -> i64`");
    CHECK(rt_dlsym(hook.handle, "hook_a_anser") == 0);
    CHECK(contains(test::last_error().message, "has no symbol hook_a_anser; did you mean hook_a_answer?"));
}

TEST_CASE("closing is refused while objects of the plugin live, and says how many and which") {
    test::Opened tracked(test::plugin_path("tracked"));
    const std::int64_t a = call("tracked_make", {rt_i64(1)}).payload.integer;
    const std::int64_t b = call("tracked_make", {rt_i64(2)}).payload.integer;
    const std::int64_t c = call("tracked_other", {}).payload.integer;
    CHECK(tracked.close() == RT_E_BUSY);
    CHECK(test::last_error().cause == "live_handles");
    CHECK(test::last_error().message ==
          "the plugin 'tracked' cannot be closed: 3 handles of it alive (2 Tracked, 1 TrackedOther); "
          "free them first (rt_handle_report lists them)");
    CHECK(call("tracked_value", {rt_handle(a)}).payload.integer == 1); // all is as it was
    for (const std::int64_t handle : {a, b, c}) {
        CHECK(rt_handle_free(handle) == RT_OK);
    }
    CHECK(tracked.close() == RT_OK);
}

TEST_CASE("functions of a closed plugin are errors, dynamic and native, and work again when it comes back") {
    test::Opened values(test::plugin_path("values"));
    const rt_function *half = rt_lookup("v_half");
    const rt_function *twice = rt_lookup("v_twice");
    const rt_function *any = rt_lookup("v_tag_of");
    const rt::Function<double(double)> bound_half("v_half");
    const rt::Function<std::int64_t(std::int64_t, std::int64_t)> bound_minus("v_minus");
    const rt::Function<std::string(const char *)> bound_twice("v_twice");
    const rt::Function<std::vector<std::int64_t>(std::span<const std::int64_t>)> bound_reversed("v_reversed");
    REQUIRE(values.close() == RT_OK);

    CHECK(rt_lookup("v_half") == nullptr);
    const rt_value argument = rt_f64(3);
    rt_value result = rt_i64(1);
    for (const rt_function *function : {half, twice, any}) {
        CHECK(rt_call(function, &argument, 1, &result) == RT_E_UNAVAILABLE);
        CHECK(result.type == RT_NONE);
        CHECK(test::last_error().message ==
              std::string(function->name) + ": the plugin 'values' that has this function was closed");
        CHECK(test::last_error().cause == "closed");
        CHECK(test::last_error().plugin == "values");
    }
    CHECK(std::isnan(test::native<double(double)>(half)(3)));
    *rt_error_location() = RT_OK;
    CHECK(test::native<const char *(const char *)>(twice)("x") == nullptr);
    CHECK(*rt_error_location() == RT_E_UNAVAILABLE);
    CHECK_THROWS_AS(bound_half(1), rt::Error);
    CHECK_THROWS_AS(bound_minus(1, 2), rt::Error);
    CHECK_THROWS_AS(bound_twice("x"), rt::Error);
    CHECK_THROWS_AS(bound_reversed({}), rt::Error);

    const test::Opened again(test::plugin_path("values"));
    REQUIRE(again.handle != 0);
    CHECK(rt_lookup("v_half") == half);
    CHECK(bound_half(3) == 1.5);
    CHECK(bound_twice("ab") == "abab");
    CHECK(rt_call(half, &argument, 1, &result) == RT_OK);
    CHECK(result.payload.number == 1.5);
}

TEST_CASE("a plugin's code stays mapped when it is closed, and a thousand reloads grow nothing") {
    const std::string path = test::plugin_path("values");
    std::vector<const rt_function *> records;
    for (int i = 0; i < 1000; i++) {
        test::Opened values(path);
        REQUIRE(values.handle != 0);
        records.push_back(rt_lookup("v_half"));
        REQUIRE(values.close() == RT_OK);
    }
    CHECK(std::all_of(records.begin(), records.end(), [&](const rt_function *r) { return r == records[0]; }));
    CHECK(contains(test::read_file("/proc/self/maps"), path));
}

TEST_CASE("another file in the place of one whose code is still mapped is refused") {
    test::TempFolder folder;
    const std::string path = folder.add(test::plugin_path("hook_b"), "librtffi_replaced.so");
    test::Opened first(path);
    REQUIRE(first.handle != 0);
    REQUIRE(first.close() == RT_OK);
    const std::string newer = folder.add(test::plugin_path("hook_c"), "newer.so");
    std::filesystem::rename(newer, path);
    CHECK(rt_dlopen(path.c_str(), 0) == 0);
    CHECK(test::last_error().cause == "file_changed");
    CHECK(contains(test::last_error().message, "is another file than the one that was loaded from there"));
    CHECK(rt_lookup("hook_b_answer") == nullptr);
    CHECK(rt_lookup("hook_c_answer") == nullptr);
}

TEST_CASE("a close through an old handle does not close what was opened since") {
    const std::string path = test::plugin_path("hook_a");
    const std::int64_t old_handle = rt_dlopen(path.c_str(), 0);
    REQUIRE(rt_dlclose(old_handle) == RT_OK);
    const test::Opened again(path);
    CHECK(again.handle != old_handle);
    CHECK(rt_dlclose(old_handle) == RT_E_HANDLE);
    CHECK(rt_dlsym(old_handle, "hook_a_answer") == 0);
    CHECK(rt_lookup("hook_a_answer") != nullptr);
}

TEST_CASE("shutdown runs when a plugin is closed, and its failure is logged, not lost") {
    std::string logged;
    rt_log_set(
        [](void *context, std::int32_t level, const char *plugin, const char *message) {
            *static_cast<std::string *>(context) = std::to_string(level) + " " + plugin + ": " + message;
        },
        &logged);
    int shut_down = 0;
    {
        const test::HostFunction hook("hook_on_unload_hook_a()", [&](auto...) {
            shut_down++;
            CHECK(rt_lookup("hook_a_answer") == nullptr); // it is not published any more
            return rt_fail(RT_E_CALLEE, "last_words", "the lights are still on");
        });
        test::Opened plugin(test::plugin_path("hook_a"));
        CHECK(plugin.close() == RT_OK);
    }
    rt_log_set(nullptr, nullptr);
    CHECK(shut_down == 1);
    CHECK(logged == "2 hook_a: shutdown failed: the lights are still on");
}

TEST_CASE("an old image under a new file is refused, also where something else keeps it mapped") {
    const test::TempFolder folder;
    const std::string path = folder.add(test::library_path("plain"), "libold.so");
    void *own = dlopen(path.c_str(), RTLD_NOW);
    REQUIRE(own != nullptr);
    {
        const test::Opened same(path);
        CHECK(same.handle != 0);
    }
    const std::string newer = folder.add(test::library_path("plain"), "newer");
    std::filesystem::rename(newer, path);
    CHECK(rt_dlopen(path.c_str(), 0) == 0);
    CHECK(test::last_error().cause == "file_changed");
    CHECK(contains(test::last_error().message, "start the process anew"));
    dlclose(own);
    const test::Opened opened(path);
    CHECK(opened.handle != 0);
}

TEST_CASE("RTLD_NOLOAD opens what is open and nothing else") {
    const std::string path = test::library_path("plain");
    CHECK(rt_dlopen(path.c_str(), RTLD_NOLOAD) == 0);
    CHECK(test::last_error().cause == "not_loaded");
    CHECK(rt_dlopen("hook_a", RTLD_NOLOAD) == 0);
    CHECK(test::last_error().code == RT_E_NOT_FOUND);
    const test::Opened opened(path);
    const test::Opened again(path, RTLD_NOLOAD);
    CHECK(again.handle == opened.handle);
}

TEST_CASE("opening again with RTLD_GLOBAL makes the symbols visible to all") {
    const test::TempFolder folder;
    const std::string path = folder.add(test::library_path("plain"), "libglobal.so");
    const test::Opened local(path, RTLD_LOCAL);
    CHECK(dlsym(RTLD_DEFAULT, "plain_answer") == nullptr);
    const test::Opened global(path, RTLD_GLOBAL);
    CHECK(global.handle == local.handle);
    CHECK(dlsym(RTLD_DEFAULT, "plain_answer") != nullptr);
}

TEST_CASE("a library's handle is not cloned: opening counts") {
    const test::Opened opened(test::library_path("plain"));
    CHECK(rt_handle_clone(opened.handle) == 0);
    CHECK(test::last_error().code == RT_E_HANDLE);
    CHECK(contains(test::last_error().message, "open it again with rt_dlopen"));
}
