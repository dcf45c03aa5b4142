// Where digests are demanded, what is loaded is a sealed copy of the file.
#include <dlfcn.h>
#include <unistd.h>

#include <sys/resource.h>

#include <csignal>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "support/child.hpp"
#include "support/trust.hpp"

using test::contains;
using test::descriptors;
using test::expect;
using test::Listed;
using test::mapped;
using test::refused;

CHILD("demands/sealed") {
    const Listed files;
    const std::string path = files.listed("unmappable");
    const std::string plain = files.folder.add(test::library_path("plain"), "plain.so");
    files.demand("list", {plain});
    const test::Opened opened(path);
    expect(opened.handle != 0, test::last_error().message);
    expect(mapped("/memfd:unmappable.so") && !mapped(path), "the copy is mapped and not the file");
    Dl_info info = {};
    const auto answer = test::native<std::int64_t()>("unmappable_answer");
    const auto entry = rt_dlsym(opened.handle, "rt_plugin_entry");
    expect(dladdr(reinterpret_cast<void *>(entry), &info) != 0, "its entry is in it");
    expect(path == info.dli_fname, std::string("by dladdr it is ") + info.dli_fname);
    // What is done to the file now changes nothing.
    test::write_in_place(path, std::string(20000, '\xcc'));
    expect(answer() == 1 && test::call("unmappable_half", {rt_f64(9)}).payload.number == 4.5, "it works");

    const test::Opened global(plain, RTLD_GLOBAL);
    expect(global.handle != 0 && dlsym(RTLD_DEFAULT, "plain_answer") != nullptr, "its symbols are visible to all");
}
TEST_CASE("what is loaded is a copy that nobody can change, by the name of the file") {
    test::passes_alone("demands/sealed");
}

CHILD("demands/reload") {
    const Listed files;
    const std::string path = files.listed("hook_a");
    std::size_t before = 0;
    for (int i = 0; i < 20; i++) {
        test::Opened opened(path);
        expect(opened.handle != 0, test::last_error().message);
        expect(opened.close() == RT_OK, "it closes");
        before = i == 0 ? descriptors() : before;
    }
    expect(descriptors() == before, "twenty loads of one content keep one copy open");
    // Its code stays in the process: a new file cannot take its place, whether it may be loaded or not.
    files.folder.add(test::plugin_path("hook_b"), "hook_a.so");
    refused(path, "bad_digest");
    files.demand("more", {path}); // now it may
    expect(rt_dlopen(path.c_str(), 0) == 0 && test::last_error().cause == "file_changed", test::last_error().message);
    // The same content in a new file is the same.
    files.folder.add(test::plugin_path("hook_a"), "again");
    std::filesystem::rename(files.folder.file("again"), path);
    const test::Opened again(path);
    expect(again.handle != 0, test::last_error().message);
    expect(descriptors() == before, "still one");
}
TEST_CASE("a copy is taken again where the content is the same") { test::passes_alone("demands/reload"); }

CHILD("demands/unmap") {
    const Listed files;
    const std::string path = files.listed("unmappable");
    const std::string newer = files.listed("unmappable_new");
    const std::size_t before = descriptors();
    for (int i = 0; i < 6; i++) {
        std::int64_t handle = rt_dlopen(path.c_str(), 0);
        expect(handle != 0, test::last_error().message);
        expect(test::call("unmappable_answer", {}).payload.integer == 1 + i % 2, "the content that the file has now");
        expect(rt_dlclose_ex(handle, RT_DLCLOSE_UNMAP) == RT_OK, test::last_error().message);
        expect(!mapped("/memfd:") && descriptors() == before, "the copy goes with its image");
        std::filesystem::rename(path, files.folder.file("kept"));
        std::filesystem::rename(newer, path);
        std::filesystem::rename(files.folder.file("kept"), newer);
    }
}
TEST_CASE("the code of a sealed copy can be taken out of the process, and a new file loaded in its place") {
    test::passes_alone("demands/unmap");
}

CHILD("demands/reused_descriptor") {
    const Listed files;
    const std::string first = files.listed("hook_a");
    const std::string second = files.listed("hook_b");
    const std::size_t lowest = descriptors();
    expect(rt_dlopen(first.c_str(), 0) != 0, test::last_error().message);
    // A host that closes what is not its own: the next copy gets the number of the first one, whose name is known already.
    for (int i = 3; i < 64; i++) {
        close(i);
    }
    expect(descriptors() <= lowest, "closed");
    const std::int64_t handle = rt_dlopen(second.c_str(), 0);
    expect(handle == 0 || test::call("hook_b_answer", {}).payload.integer == 42,
           "never the first one's code by the second one's name");
    expect(handle != 0 || test::last_error().cause == "file_replaced", test::last_error().message);
    expect(test::call("hook_a_answer", {}).payload.integer == 42, "the first one works");
}
TEST_CASE("a descriptor that the host closed and that is another file's now is noticed") {
    test::passes_alone("demands/reused_descriptor");
}

CHILD("demands/origin") {
    const Listed files;
    const std::string path = files.add("singleton");
    files.folder.add(
        test::library_path("fakesingleton.so").substr(0, test::library_path("fakesingleton.so").rfind(".so")) + ".1",
        "libfakesingleton.so.1");
    test::opens(path); // without a demand it finds its library
    const std::string copy = files.folder.add(test::plugin_path("singleton"), "copy.so");
    const std::string before = files.add("hook_c");
    test::opens(before);
    files.demand("list", {copy, before});
    refused(copy, "origin_in_sealed_copy", {"(`$ORIGIN", "-Wl,-rpath"});
    expect(test::trust_check(copy)["cause"] == "origin_in_sealed_copy", test::trust_check(copy).dump());
    refused(before, "loaded_before", {"rt_trust_require before rt_dlopen"});
}
TEST_CASE("a file that looks beside itself, and one that was loaded before the demand, are refused") {
    test::passes_alone("demands/origin");
}

CHILD("demands/dlopen_error") {
    const Listed files;
    const std::string path = files.listed("variant_1_10_broken");
    const std::size_t before = descriptors();
    expect(rt_dlopen(path.c_str(), 0) == 0 && test::last_error().cause == "undefined_symbol",
           test::last_error().message);
    expect(contains(test::last_error().message, path + ": undefined symbol"), test::last_error().message);
    expect(!contains(test::last_error().message, "/proc/"), test::last_error().message);
    expect(descriptors() == before, "nothing stays open");
}
TEST_CASE("the dynamic linker's words about a copy name the file") { test::passes_alone("demands/dlopen_error"); }

CHILD("demands/no_sealed_copy") {
    const test::Listed files;
    const std::string path = files.listed("hook_a");
    signal(SIGXFSZ, SIG_IGN);
    rlimit limit = {};
    expect(getrlimit(RLIMIT_FSIZE, &limit) == 0, "there is a limit");
    limit.rlim_cur = 4096; // shorter than the file
    expect(setrlimit(RLIMIT_FSIZE, &limit) == 0, "which can be lowered");
    refused(path, "no_sealed_copy", {"cannot be copied into sealed memory", "File too large"});
    limit.rlim_cur = limit.rlim_max;
    expect(setrlimit(RLIMIT_FSIZE, &limit) == 0, "and raised again");
    test::opens(path);
}
TEST_CASE("a file that cannot be copied into sealed memory is not loaded in another way") {
    test::passes_alone("demands/no_sealed_copy");
}
