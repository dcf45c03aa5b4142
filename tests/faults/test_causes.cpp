// Every cause that rt_explain can give, each from a file or an event made to have it, with what to do.
#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "../loader/support/elf_image.hpp"
#include "fault.hpp"

using nlohmann::json;
using test::expect;

namespace {

json explained(const std::string &name) { return json::parse(test::explanation_of(name.c_str())); }

// What is known of a file before it is loaded, or after it was tried: `cause`, a sentence with `said`, and what to do.
void is_explained(const std::string &name, const char *cause, const char *said) {
    const json why = explained(name);
    expect(why["ok"] == false && why["cause"] == cause, why.dump());
    expect(test::contains(why["answer"].get<std::string>(), said), why.dump());
    expect(why["hint"].get<std::string>().size() > 10, why.dump());
    faults::report("a cause explained", 1, 1);
}

// A file that is not loaded, and why.
void is_refused(const std::string &path, const char *cause, const char *said) {
    const faults::Registry before = faults::registry();
    is_explained(path, cause, said);
    expect(rt_dlopen(path.c_str(), 0) == 0, "nor is it opened");
    expect(test::last_error().cause == cause, test::last_error().cause + " is not " + cause);
    expect(faults::registry() == before, "nothing of it is left");
}

// A file whose fault shows when it is loaded.
void fails(const std::string &path, const char *cause, const char *said, std::int64_t flags = 0) {
    const faults::Registry before = faults::registry();
    expect(explained(path)["ok"] == true, "nothing is known of it: " + explained(path).dump());
    expect(rt_dlopen(path.c_str(), flags) == 0, "it is not opened");
    expect(test::last_error().cause == cause, test::last_error().cause + " is not " + cause);
    expect(faults::registry() == before, "nothing of it is left");
    is_explained(path, cause, said);
}

// A copy of a plugin's file whose text `from` reads `to`, which is as long.
std::string changed(const test::TempFolder &folder, const std::string &plugin, std::string_view from,
                    std::string_view to) {
    std::string image = test::read_file(plugin);
    expect(from.size() == to.size() && image.find(from) != std::string::npos, "there is something to change");
    for (std::size_t at = image.find(from); at != std::string::npos; at = image.find(from, at)) {
        image.replace(at, to.size(), to);
    }
    return folder.write("librtffi_changed.so", image);
}

} // namespace

CHILD("causes/of_files") {
    const test::TempFolder folder;
    const std::string image = test::read_file(test::sample_path("text"));
    is_refused(folder.file("absent.so"), "not_found", "No such file");
    is_refused(folder.path().string(), "not_a_file", "is not a regular file");
    is_refused(folder.write("not_elf.so", "text"), "not_elf", "is not an ELF file");
    is_refused(folder.write("cut.so", image.substr(0, 5000)), "truncated", "truncated or damaged");
    std::string other = image;
    other[18] = static_cast<char>(EM_AARCH64);
    is_refused(folder.write("other.so", other), "wrong_architecture", "for another architecture");
    other = image;
    other[16] = ET_EXEC;
    is_refused(folder.write("program.so", other), "not_a_library", "not a shared library");
    is_refused(test::plugin_path("future_abi"), "abi_version", "version 2 of the binary interface");
    is_refused(
        changed(folder, test::plugin_path("hook_a"), std::string_view("abi=1\0", 6), std::string_view("abi=0\0", 6)),
        "abi_version", "version 0 of the binary interface");
    is_refused(test::plugin_path("needs_nonsense"), "bad_needs", "variant ~ 1");
    const std::string needing =
        changed(folder, test::plugin_path("singleton"), "libfakesingleton.so.1", "libmissing_thing.so.1");
    is_refused(needing, "missing_library", "libmissing_thing.so.1");
    std::string needed = test::read_file(test::library_path("fakesingleton"));
    folder.write("libmissing_thing.so.1", needed.substr(0, 3000)); // on the plugin's run path
    is_refused(needing, "damaged_library", "libmissing_thing.so.1 is truncated or damaged");
    folder.write("libmissing_thing.so.1", "text");
    is_refused(needing, "damaged_library", "libmissing_thing.so.1 is not an ELF file");
    needed[18] = static_cast<char>(EM_AARCH64);
    folder.write("libmissing_thing.so.1", needed);
    is_refused(needing, "missing_library", "libmissing_thing.so.1 was not found");
}
TEST_CASE("what a file's own bytes tell is explained before it is loaded, and refused with the same cause") {
    CHECK(faults::child_survives("causes/of_files"));
}

CHILD("causes/of_trust") {
    const test::TempFolder folder;
    const std::string path = folder.add(test::sample_path("text"), "librtffi_text.so");
    std::filesystem::permissions(path, std::filesystem::perms(0666));
    is_refused(path, "untrusted_mode", "everybody may write");
    std::filesystem::permissions(path, std::filesystem::perms(0644));
    const std::string digests = folder.write("digests", std::string(64, '0') + "  librtffi_text.so\n");
    REQUIRE(rt_trust_require(RT_TRUST_DIGESTS, digests.c_str()) == RT_OK);
    is_refused(path, "bad_digest", "has the SHA-256");
}
TEST_CASE("a file that is not trusted is explained before it is loaded, and refused with the same cause") {
    CHECK(faults::child_survives("causes/of_trust"));
}

CHILD("causes/of_names") {
    const test::TempFolder folder;
    folder.add(test::plugin_path("hook_a"), "librtffi_hook_a.so");
    rt_search_path_add(folder.path().c_str());
    const json why = explained("hook_x");
    expect(why["cause"] == "not_found" && why["near"][0] == "hook_a", why.dump());
    expect(why["searched"][0]["folder"] == folder.path().string(), why.dump());
    faults::report("a cause explained", 1, 1);
}
TEST_CASE("a name that is not found is explained with near names and the folders searched") {
    CHECK(faults::child_survives("causes/of_names"));
}

CHILD("causes/of_loads") {
    const test::TempFolder folder;
    fails(test::plugin_path("variant_1_10_broken"), "undefined_symbol", "no_library_has_this");
    fails(faults::plugin_path("static_tls"), "static_tls", "static TLS block");
    fails(test::plugin_path("half_registered"), "no_moon", "the moon is not full");
    fails(faults::plugin_path("failing_0"), "init_failed", "its init returned RT_E_CALLEE");
    fails(faults::plugin_path("failing_1"), "init_failed", "thrown in init");
    fails(test::plugin_path("note_without_function"), "metadata_mismatch", "has a note but was not registered");
    fails(test::plugin_path("no_entry"), "no_entry", "exports no rt_plugin_entry");
    fails(test::plugin_path("needs_absent"), "missing_plugin", "needs `absent`");
    {
        const test::HostFunction taken("clash_taken() -> i64",
                                       [](const rt_value *, std::size_t, rt_value *) { return RT_OK; });
        fails(test::plugin_path("clash"), "name_clash", "clash_taken is registered already");
    }
    const test::TempFolder other;
    const std::string copy =
        other.add(std::string(RTFFI_TEST_PLUGINS) + "/libfakesingleton.so.1", "libfakesingleton.so.1");
    expect(dlopen(copy.c_str(), RTLD_NOW) != nullptr, "another copy is there first");
    is_refused(test::plugin_path("singleton"), "second_copy", "another copy of libfakesingleton.so");
}
TEST_CASE("what shows when a plugin is loaded is explained afterwards with the same cause") {
    CHECK(faults::child_survives("causes/of_loads"));
}

CHILD("causes/of_permission") {
    // Named with a slash, a library is looked for there alone.
    constexpr std::string_view library = "./a_needed_library.so";
    const test::TempFolder folder;
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    std::filesystem::current_path(folder.path());
    static_cast<void>(folder.write(library.data(), "this is no library"));
    const std::string path = changed(folder, test::plugin_path("singleton"), "libfakesingleton.so.1", library);
    std::filesystem::permissions(library, std::filesystem::perms::none);
    expect(geteuid() != 0 || seteuid(65534) == 0, "root may read everything");
    fails(path, "not_permitted", "a_needed_library.so");
    expect(seteuid(getuid()) == 0, "the folder is removed by whose it is");
}
TEST_CASE("a library that a plugin needs and that may not be read is explained with that") {
    CHECK(faults::child_survives("causes/of_permission"));
}

CHILD("causes/of_versions") {
    const test::TempFolder folder;
    fails(changed(folder, test::plugin_path("harmful"), "GLIBC_2.2.5", "GLIBC_9.9.9"), "missing_version",
          "version `GLIBC_9.9.9' not found");
}
TEST_CASE("a plugin that was built on a newer system is explained with that") {
    CHECK(faults::child_survives("causes/of_versions"));
}

CHILD("causes/of_trials") {
    const test::TempFolder folder;
    struct Case {
        const char *harm;
        const char *cause;
        const char *said;
    };
    for (const Case &one : {Case{"crash", "probe_crashed", "SIGSEGV"}, Case{"exit", "probe_exited", "status 3"},
                            Case{"hang", "probe_timeout", "within 0.5 s"}}) {
        const std::string path = folder.add(test::plugin_path("harmful"), std::string(one.cause) + ".so");
        setenv("RTFFI_TEST_HARM", one.harm, 1);
        fails(path, one.cause, one.said, RT_DLOPEN_PROBE);
    }
}
TEST_CASE("what a trial in a process of its own showed is explained with its cause") {
    const test::TempFolder cache;
    std::vector<std::string> settings = test::signals_unhandled();
    settings.insert(settings.end(), {"XDG_CACHE_HOME=" + cache.path().string(), "RTFFI_PROBE_TIMEOUT=0.5"});
    CHECK(faults::child_survives("causes/of_trials", settings));
}
