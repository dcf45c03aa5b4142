// Which of several plugins with one name is loaded, and plugins that need others.
#include <doctest/doctest.h>

#include "support/child.hpp"
#include "support/support.hpp"

using test::contains;
using test::expect;
using test::passes;

namespace {

// What NAME_which() of the loaded plugin says.
std::string which(const std::string &plugin) {
    rt_value result = test::call((plugin + "_which").c_str(), {});
    std::string text(static_cast<const char *>(result.payload.pointer), result.size);
    rt_value_clear(&result);
    return text;
}

// A folder on the search path with copies of the named plugins.
test::TempFolder &folder_with(test::TempFolder &folder, std::initializer_list<const char *> plugins) {
    for (const char *plugin : plugins) {
        folder.add(test::plugin_path(plugin), std::string("librtffi_") + plugin + ".so");
    }
    rt_search_path_add(folder.path().c_str());
    return folder;
}

bool is_open(const char *name) {
    struct Search {
        std::string name;
        bool found = false;
    } search{name};
    rt_each_plugin(
        [](void *context, const rt_plugin_info *info) {
            auto *into = static_cast<Search *>(context);
            into->found = into->found || (into->name == info->name && std::string(info->state) == "active");
            return true;
        },
        &search);
    return search.found;
}

} // namespace

CHILD("needs/versions") {
    test::TempFolder folder;
    folder_with(folder, {"variant_1_0_high", "variant_1_9"});
    const test::Opened opened("variant");
    expect(which("variant") == "variant 1.9.0", "1.9 is later than 1.0, whatever the scores: " + which("variant"));
}
TEST_CASE("of two plugins with one name in one folder the later version is loaded") { passes("needs/versions"); }

CHILD("needs/scores") {
    test::TempFolder folder;
    folder_with(folder, {"variant_1_0_low", "variant_1_0", "variant_1_0_high"});
    const test::Opened opened("variant");
    std::string path;
    rt_each_plugin(
        [](void *context, const rt_plugin_info *info) {
            *static_cast<std::string *>(context) = info->path;
            return true;
        },
        &path);
    expect(path == folder.file("librtffi_variant_1_0_high.so"),
           "score 5 is more than none, which is 0, and than -5: " + path);
}
TEST_CASE("of variants of one version the one with the highest score is loaded") { passes("needs/scores"); }

CHILD("needs/folders") {
    test::TempFolder later;
    folder_with(later, {"variant_1_9"});
    test::TempFolder earlier;
    folder_with(earlier, {"variant_1_0"});
    const test::Opened opened("variant");
    expect(which("variant") == "variant 1.0.0", "the folder counts more than the version: " + which("variant"));
}
TEST_CASE("the order of the search path counts more than the version") { passes("needs/folders"); }

CHILD("needs/fallback") {
    test::TempFolder folder;
    folder_with(folder, {"variant_1_9", "variant_1_10_broken"});
    static std::string logged;
    rt_log_set([](void *, int32_t, const char *, const char *message) { logged += message; }, nullptr);
    const test::Opened opened("variant");
    expect(which("variant") == "variant 1.9.0", "1.10 cannot be loaded: " + test::last_error().message);
    expect(contains(logged, "librtffi_variant_1_9.so is used, because"), logged);
    expect(contains(logged, "undefined symbol: no_library_has_this"), logged);
}
TEST_CASE("where the preferred plugin cannot be loaded the next one is, and the log says why") {
    passes("needs/fallback");
}

CHILD("needs/satisfied") {
    test::TempFolder folder;
    folder_with(folder, {"variant_1_0", "variant_1_9", "needs_some"});
    {
        const test::Opened opened("needs_some");
        expect(opened.handle != 0, test::last_error().message);
        expect(which("variant") == "variant 1.9.0", "what it needs was opened first");
        const test::Opened variant("variant");
    }
    expect(!is_open("needs_some") && !is_open("variant"), "and is closed with it");
    const test::Opened again("needs_some");
    expect(again.handle != 0 && which("variant") == "variant 1.9.0", "and both open again");
}
TEST_CASE("the plugins that a plugin needs are opened before it and closed after it") { passes("needs/satisfied"); }

CHILD("needs/refused") {
    test::TempFolder folder;
    folder_with(folder, {"variant_1_0", "variant_1_9", "needs_some", "needs_later", "needs_absent", "needs_needing",
                         "needs_nonsense", "circle_a", "circle_b"});
    const auto refused = [](const char *name, rt_status code, const char *cause,
                            std::initializer_list<const char *> parts) {
        expect(rt_dlopen(name, 0) == 0, name);
        const test::LastError error = test::last_error();
        expect(error.code == code && error.cause == cause,
               std::string(name) + ": " + error.cause + ": " + error.message);
        for (const char *part : parts) {
            expect(contains(error.message, part), std::string(part) + " in: " + error.message);
        }
        expect(!is_open(name), "it is not open");
    };
    refused("needs_later", RT_E_NOT_FOUND, "missing_plugin",
            {"needs `variant >= 3`", "librtffi_variant_1_9.so has version 1.9.0"});
    refused("needs_absent", RT_E_NOT_FOUND, "missing_plugin", {"needs `absent`", "no plugin named 'absent' was found"});
    // The whole chain is named, and what was opened on the way is closed again.
    refused("needs_needing", RT_E_NOT_FOUND, "missing_plugin",
            {"'needs_needing'", "needs `needs_absent`", "needs `absent`"});
    expect(!is_open("variant"), "what was opened for it is closed again");
    refused("needs_nonsense", RT_E_LOAD, "bad_needs", {"`variant ~ 1`", "NAME >= VERSION"});
    refused("circle_a", RT_E_BUSY, "load_cycle", {"circle_a -> circle_b -> circle_a"});
    const test::Opened old(folder.file("librtffi_variant_1_0.so"));
    refused("needs_some", RT_E_LOAD, "missing_plugin",
            {"version 1.0.0 of 'variant' is loaded, but `variant >= 1.5, < 2` is needed"});
}
TEST_CASE("a need that cannot be met is an error that names the whole chain") { passes("needs/refused"); }
