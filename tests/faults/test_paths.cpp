// Paths and folders of every kind.
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <filesystem>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "fault.hpp"

using nlohmann::json;
using test::expect;

namespace {

bool opens(const std::string &kind, const std::string &path) {
    const faults::Registry before = faults::registry();
    test::Opened plugin(path);
    const bool fine = plugin.handle != 0 && rt_lookup("hook_a_answer") != nullptr && plugin.close() == RT_OK;
    CHECK_MESSAGE(fine, kind, ": ", path.substr(0, 200), ": ", test::last_error().message);
    return faults::survived(kind, before, fine);
}

} // namespace

TEST_CASE("paths with spaces, line ends and other scripts open") {
    const test::TempFolder folder;
    for (const char *name : {"with spaces in it.so", "zażółć gęślą 模块 🔥.so", "line\nend.so", "'quotes\".so",
                             "-rf.so", "%s%n$(x).so", "\xff\xfe.so"}) {
        CHECK(opens("an unusual path", folder.add(test::plugin_path("hook_a"), name)));
        std::filesystem::remove(folder.file(name));
    }
}

TEST_CASE("a path as long as there can be opens, and a longer one is an error") {
    const test::TempFolder folder;
    std::string path = folder.path().string();
    const std::string part = "/" + std::string(200, 'f');
    // Made step by step, since no call takes the whole.
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    while (path.size() + part.size() + 20 < PATH_MAX) {
        std::filesystem::create_directory(part.substr(1));
        std::filesystem::current_path(part.substr(1));
        path += part;
    }
    std::filesystem::copy_file(test::plugin_path("hook_a"), "long.so");
    std::filesystem::current_path(before);
    CHECK(opens("a path of almost 4,096 bytes", path + "/long.so"));
    for (const std::size_t length : {std::size_t{PATH_MAX} - 1, std::size_t{PATH_MAX}, std::size_t{1} << 20}) {
        CHECK(faults::refused("a path of 4,096 bytes and more", "/" + std::string(length - 1, 'x'), {"not_readable"}));
    }
}

TEST_CASE("what is no file is refused at once") {
    const test::TempFolder folder;
    REQUIRE(mkfifo(folder.file("fifo.so").c_str(), 0600) == 0);
    std::filesystem::create_directory(folder.file("folder.so"));
    std::filesystem::create_symlink("nowhere", folder.file("dangling.so"));
    std::filesystem::create_symlink("circle.so", folder.file("circle.so"));
    CHECK(faults::refused("a FIFO", folder.file("fifo.so"), {"not_a_file"}));
    CHECK(faults::refused("a folder", folder.file("folder.so"), {"not_a_file"}));
    CHECK(faults::refused("a link to nothing", folder.file("dangling.so"), {"not_found"}));
    CHECK(faults::refused("a link to itself", folder.file("circle.so"), {"not_readable"}));
    CHECK(faults::refused("an empty file", folder.write("empty.so", ""), {"not_elf"}));
    for (const char *device : {"/dev/zero", "/dev/null", "/dev/full", "/dev/random"}) {
        CHECK(faults::refused("a device", device, {"not_a_file"}));
    }
    CHECK(faults::refused("a file of the kernel's", "/proc/version", {"not_elf"}));
    // They lie on the search path, too.
    rt_search_path_add(folder.path().c_str());
    rt_value text = rt_none();
    REQUIRE(rt_discover(&text) == RT_OK);
    rt_value_clear(&text);
    CHECK(rt_dlopen("no_plugin_has_this_name", 0) == 0);
    CHECK(test::last_error().code == RT_E_NOT_FOUND);
}

CHILD("paths/unreadable") {
    const test::TempFolder folder;
    const test::TempFolder good;
    good.add(test::plugin_path("hook_a"), "librtffi_hook_a.so");
    std::filesystem::permissions(good.path(), std::filesystem::perms(0755));
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0700));
    folder.add(test::plugin_path("hook_b"), "librtffi_hook_b.so");
    for (const std::string &one :
         {good.path().string(), folder.path().string(), good.file("missing"), good.file("librtffi_hook_a.so")}) {
        rt_search_path_add(one.c_str());
    }
    if (getuid() == 0) { // root may read everything
        expect(setgid(65534) == 0 && setuid(65534) == 0, "another user");
    } else {
        std::filesystem::permissions(folder.path(), std::filesystem::perms(0));
    }
    const faults::Registry before = faults::registry();
    rt_value text = rt_none();
    expect(rt_explain("hook_b", &text) == RT_OK, "it is explained");
    const json why = json::parse(static_cast<const char *>(text.payload.pointer));
    rt_value_clear(&text);
    std::vector<std::string> states;
    for (std::size_t i = 0; i < 4; i++) {
        states.push_back(why["searched"][i]["state"]);
    }
    expect(states == std::vector<std::string>{"not_a_folder", "missing", "unreadable", "ok"}, why.dump());
    expect(rt_dlopen("hook_b", 0) == 0, "it is not found");
    expect(test::contains(test::last_error().message, folder.path().string() + " (unreadable)"), "and it is said why");
    test::Opened plugin("hook_a");
    expect(plugin.handle != 0 && plugin.close() == RT_OK, "what can be read is found");
    expect(faults::registry() == before, "nothing is left");
    faults::report("a search path with missing and unreadable folders", 3, 3);
    if (getuid() != 65534) {
        std::filesystem::permissions(folder.path(), std::filesystem::perms(0700));
    }
}
TEST_CASE("folders that are missing, unreadable or no folders are passed over, and named") {
    CHECK(faults::child_survives("paths/unreadable"));
}
