// Files that change between the check and the load, and threads that demand and load at once.
#include <doctest/doctest.h>

#include "support/child.hpp"
#include "support/trust.hpp"

using test::contains;
using test::expect;
using test::Listed;
using test::refused;
using test::Scene;

namespace {

// A listed file, changed while what it needs is loaded: after it was checked and before it is mapped.
struct Changing {
    Listed files;
    std::string path = files.listed("needs_hook_a");
    std::function<void(const std::string &path)> change;
    test::HostFunction on_load{"hook_on_load_hook_a()", [this](auto...) {
                                   change(path);
                                   return rt_status{RT_OK};
                               }};
    explicit Changing(std::function<void(const std::string &path)> how) : change(std::move(how)) {
        files.listed("hook_a");
        rt_search_path_add(files.folder.path().c_str());
    }
};

} // namespace

CHILD("trust/replaced") {
    const Scene scene;
    const std::string path = scene.folder.add(test::plugin_path("needs_hook_a"), "above/needing.so");
    const std::string other = scene.folder.add(test::plugin_path("variant_1_0"), "above/other");
    bool once = true;
    // What the plugin needs is loaded after it was checked and before it is mapped.
    const test::HostFunction swap("hook_on_load_hook_a()", [&](auto...) {
        if (once) {
            std::filesystem::rename(other, path);
        }
        once = false;
        return rt_status{RT_OK};
    });
    rt_search_path_add(scene.above.c_str());
    expect(rt_dlopen(path.c_str(), 0) == 0, "the other file is not taken");
    const test::LastError error = test::last_error();
    expect(error.code == RT_E_UNTRUSTED && error.cause == "file_replaced", error.cause + ": " + error.message);
    expect(contains(error.message, path), error.message);
    expect(rt_lookup("variant_which") == nullptr && rt_lookup("needs_hook_a_which") == nullptr,
           "nothing of it is there");
    const test::Opened again(path);
    expect(again.handle != 0 && rt_lookup("variant_which") != nullptr,
           "the next load takes it: " + test::last_error().message);
}
TEST_CASE("a file that is replaced between the check and the load is an error") {
    test::passes_alone("trust/replaced");
}

CHILD("trust/swapped_folder") {
    // The folder becomes a link to another one after the path was resolved: it is the plugin's own that is no longer canonical.
    const Scene scene;
    const Scene elsewhere;
    const std::string path = scene.folder.add(test::plugin_path("values"), "above/values.so");
    test::Opened first(path);
    expect(first.handle != 0, "it opens");
    expect(first.close() == RT_OK, "it is retired");
    std::filesystem::rename(scene.above, scene.folder.path() / "moved");
    std::filesystem::create_directory_symlink(elsewhere.above, scene.above);
    expect(rt_dlopen(path.c_str(), 0) == 0, "nothing has that name in the other folder");
    expect(test::last_error().code == RT_E_NOT_FOUND, test::last_error().message);
    elsewhere.folder.add(test::plugin_path("hook_b"), "above/values.so");
    const test::Opened other(path);
    expect(other.handle != 0 && rt_lookup("hook_b_answer") != nullptr, "what the link leads to now is opened");
}
TEST_CASE("a folder that becomes a link is followed when the path is resolved, and only then") {
    test::passes_alone("trust/swapped_folder");
}

CHILD("demands/in_place") {
    const std::string evil = test::read_file(test::plugin_path("variant_1_0"));
    const Changing file([&](const std::string &path) { test::write_in_place(path, evil); });
    const test::Opened opened(file.path);
    expect(opened.handle != 0, test::last_error().message);
    expect(rt_lookup("needs_hook_a_which") != nullptr && rt_lookup("variant_which") == nullptr,
           "what was checked is what is loaded");
    expect(test::read_file(file.path).starts_with(evil.substr(0, 4096)), "though the file is another");
}
TEST_CASE("a file that is written in place between the check and the load is loaded as it was checked") {
    test::passes_alone("demands/in_place");
}

CHILD("demands/probe") {
    const std::string harmful = test::plugin_path("harmful");
    const Changing file([&](const std::string &path) {
        std::filesystem::copy_file(harmful, path, std::filesystem::copy_options::overwrite_existing);
    });
    // Where the trial loaded what lies there now it would crash.
    const test::Opened opened(file.path, RT_DLOPEN_PROBE);
    expect(opened.handle != 0, test::last_error().message);
    expect(test::read_file(file.path) == test::read_file(harmful), "the file was another when it was tried");
    expect(rt_dlopen(harmful.c_str(), RT_DLOPEN_PROBE) == 0 && test::last_error().cause == "bad_digest",
           test::last_error().message);
}
TEST_CASE("the trial of RT_DLOPEN_PROBE makes the host's demands, too") {
    const test::TempFolder cache;
    test::passes_alone("demands/probe", {"XDG_CACHE_HOME=" + cache.path().string(), "RTFFI_TEST_HARM=crash"});
}

CHILD("demands/threads") {
    const Listed files;
    std::vector<std::string> plugins;
    std::vector<std::string> lists;
    for (const std::string name : {"hook_a", "hook_b", "hook_c", "hook_d"}) {
        plugins.push_back(files.add(name));
        lists.push_back(files.folder.write(name + ".sums", test::sums({plugins.back()})));
    }
    test::on_threads(4, [&](int i) {
        const auto own = static_cast<std::size_t>(i);
        expect(rt_trust_require(RT_TRUST_DIGESTS, lists[own].c_str()) == RT_OK, "each demands");
        expect(rt_dlopen(plugins[own].c_str(), 0) != 0, "and opens its own");
    });
    refused(files.add("values"), "bad_digest", {"no list"});
}
TEST_CASE("threads that demand at once demand all of it") { test::passes_alone("demands/threads"); }
