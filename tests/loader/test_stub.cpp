// Stubs: variants that stand in for a plugin whose library is missing, and hosts that do not want them.
#include <doctest/doctest.h>
#include <rtffi/host.hpp>

#include <mutex>

#include "support/child.hpp"
#include "support/support.hpp"

using test::contains;
using test::expect;
using test::passes;

namespace {

// Folders for the search path: the stub beside a variant that cannot be loaded, the stub beside a good one, the stub alone.
struct Folders {
    test::TempFolder with_broken;
    test::TempFolder with_good;
    test::TempFolder alone;
    std::string stub;

    Folders() {
        for (const test::TempFolder *folder : {&with_broken, &with_good, &alone}) {
            stub = folder->add(test::plugin_path("variant_1_0_stub"), "a_stub.so");
        }
        with_broken.add(test::plugin_path("variant_1_10_broken"), "broken.so");
        with_good.add(test::plugin_path("variant_1_0_low"), "good.so");
    }
    static void search(const test::TempFolder &folder) { rt_search_path_add(folder.path().c_str()); }
};

struct Log {
    std::mutex mutex;
    std::vector<std::string> messages;
    Log() {
        rt_log_set(
            [](void *context, std::int32_t level, const char *plugin, const char *message) {
                expect(level == RT_LOG_WARNING && std::string(plugin) == "variant", message);
                auto *const log = static_cast<Log *>(context);
                const std::lock_guard lock(log->mutex);
                log->messages.emplace_back(message);
            },
            this);
    }
    Log(const Log &) = delete;
    Log &operator=(const Log &) = delete;
    ~Log() { rt_log_set(nullptr, nullptr); }
};

void refused(const std::string &path_or_name, std::int64_t flags, rt_status status, const std::string &text) {
    expect(rt_dlopen(path_or_name.c_str(), flags) == 0, path_or_name + " is refused");
    const test::LastError error = test::last_error();
    expect(error.code == status && contains(error.message, text), error.message);
    expect(contains(error.message, "is refused, because the host asked for the real plugin"), error.message);
}

} // namespace

CHILD("stub/fallback") {
    const Folders folders;
    Folders::search(folders.with_broken);
    const Log log;
    const test::Opened first("variant");
    const test::Opened second("variant");
    expect(first.handle != 0 && second.handle == first.handle, "the stub is loaded");
    expect(log.messages.size() == 1 && contains(log.messages[0], "the stub ") &&
               contains(log.messages[0], "undefined symbol: no_library_has_this"),
           "one warning says why");
    expect(contains(rt::call<std::string>("variant_why"), "undefined symbol: no_library_has_this"),
           "and the stub can tell, too");
}
TEST_CASE("a stub is taken where the real plugin cannot be loaded, and one warning says why") {
    passes("stub/fallback");
}

CHILD("stub/from_threads") {
    const Folders folders;
    Folders::search(folders.with_broken);
    const Log log;
    test::on_threads(8, [](int) { expect(rt_dlopen("variant", 0) != 0, "each thread gets it"); });
    expect(log.messages.size() == 1, std::to_string(log.messages.size()) + " warnings");
}
TEST_CASE("eight threads that take a stub at once are warned once") { passes("stub/from_threads"); }

CHILD("stub/last_resort") {
    const Folders folders;
    Folders::search(folders.with_good);
    const Log log;
    const test::Opened good("variant", RT_DLOPEN_REQUIRE_REAL);
    expect(good.handle != 0 && rt::call<std::string>("variant_why").empty(), "the real one is loaded");
    expect(log.messages.empty(), "and nothing is said");
}
TEST_CASE("a stub comes after every other variant, whatever their scores above its own") { passes("stub/last_resort"); }

CHILD("stub/by_path") {
    const Folders folders;
    const Log log;
    const test::Opened stub(folders.stub);
    expect(stub.handle != 0 && log.messages.empty(), "it loads, and nothing is said");
    expect(rt::call<std::string>("variant_why").empty(), "it was not taken in place of anything");
}
TEST_CASE("a stub that is asked for by its path loads without a warning") { passes("stub/by_path"); }

CHILD("stub/required_by_flag") {
    const Folders folders;
    refused(folders.stub, RT_DLOPEN_REQUIRE_REAL, RT_E_UNAVAILABLE, "a_stub.so");
    Folders::search(folders.alone);
    refused("variant", RT_DLOPEN_REQUIRE_REAL, RT_E_NOT_FOUND, "no other variant of 'variant' was found; searched: ");
    expect(test::last_error().cause == "only_a_stub", test::last_error().cause);
    Folders::search(folders.with_broken);
    refused("variant", RT_DLOPEN_REQUIRE_REAL, RT_E_LOAD, "undefined symbol: no_library_has_this");
    const test::Opened without_the_flag("variant");
    expect(without_the_flag.handle != 0, "without the flag it loads");
    refused("variant", RT_DLOPEN_REQUIRE_REAL, RT_E_UNAVAILABLE, "undefined symbol: no_library_has_this");
}
TEST_CASE("RT_DLOPEN_REQUIRE_REAL refuses a stub with the error of the real plugin") {
    passes("stub/required_by_flag");
}

CHILD("stub/required_by_environment") {
    const Folders folders;
    refused(folders.stub, 0, RT_E_UNAVAILABLE, "a_stub.so");
    Folders::search(folders.with_broken);
    refused("variant", 0, RT_E_LOAD, "undefined symbol: no_library_has_this");
    const rt_function *record = nullptr;
    expect(rt_bind("variant_which", nullptr, 0, &record) == RT_E_LOAD, "nor does a bind take it");
    expect(contains(test::last_error().message, "undefined symbol"), test::last_error().message);
    const test::Opened other(test::plugin_path("hook_a"));
    expect(other.handle != 0, "plugins that are no stubs load");
}
TEST_CASE("RTFFI_REQUIRE refuses the stubs of the plugins that it lists, by whatever they are separated") {
    for (const char *list :
         {"variant", "other,variant", "other variant", "variant:other", "other; variant", " variant "}) {
        passes("stub/required_by_environment", {std::string("RTFFI_REQUIRE=") + list});
    }
}

CHILD("stub/others_required") {
    const Folders folders;
    Folders::search(folders.with_broken);
    const test::Opened stub("variant");
    expect(stub.handle != 0, "it is not in the list");
}
TEST_CASE("RTFFI_REQUIRE leaves the stubs of other plugins alone") {
    passes("stub/others_required", {"RTFFI_REQUIRE=other,vari"});
}
