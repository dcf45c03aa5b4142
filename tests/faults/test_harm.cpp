// Plugins that do harm while they are loaded: RT_DLOPEN_PROBE and `rtffi verify` try them in a process of their own.
#include <csignal>
#include <cstdlib>
#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "fault.hpp"

using nlohmann::json;

namespace {

struct Harm {
    const char *harm;  // what tests/loader/plugins/harmful.cpp is told to do
    const char *cause; // of the refusal with RT_DLOPEN_PROBE
    const char *said;  // by both
};

constexpr Harm harms[] = {
    {"crash", "probe_crashed", "SIGSEGV"},
    {"abort", "probe_crashed", "SIGABRT"},
    {"throw", "probe_crashed", "thrown by a constructor"},
    {"exit", "probe_exited", "status 3"},
    {"leave quietly", "probe_exited", "status 0"},
    {"hang", "probe_timeout", "within 1 s"},
    {"write without an end", "probe_timeout", "within 1 s"},
    {"say that all was checked", "probe_exited", "status 0"},
    {"crash in init", "probe_crashed", "SIGBUS"},
    {"overflow the stack", "probe_crashed", "SIGSEGV"},
    {"kill its process", "probe_crashed", "SIGKILL"},
    {"terminate on a thread", "probe_crashed", "SIGABRT"},
};

std::vector<std::string> environment(const test::TempFolder &cache, const char *harm) {
    std::vector<std::string> settings = test::signals_unhandled();
    settings.insert(settings.end(), {"XDG_CACHE_HOME=" + cache.path().string(), std::string("RTFFI_TEST_HARM=") + harm,
                                     "RTFFI_PROBE_TIMEOUT=1", "RTFFI_TEST_PID_FILE=" + cache.file("pid")});
    return settings;
}

const Harm &asked_for() {
    for (const Harm &one : harms) {
        if (std::string_view(one.harm) == std::getenv("RTFFI_TEST_HARM")) {
            return one;
        }
    }
    std::abort();
}

// What a forked process of the plugin's left: it is ended.
void end_what_was_left(const test::TempFolder &cache) {
    std::ifstream pids(cache.file("pid"));
    for (pid_t pid = 0; pids >> pid;) {
        kill(pid, SIGKILL);
    }
}

// Each harm in a file of its own, which no earlier check knows.
json verified(const test::TempFolder &folder, const test::TempFolder &cache, const char *harm, const char *seconds) {
    const std::string path = folder.add(test::plugin_path("harmful"), "librtffi_harmful.so");
    const test::ChildResult result = test::run_program(
        {RTFFI_TEST_COMMAND, "verify", path, "--json", "--timeout", seconds}, environment(cache, harm));
    const std::size_t begin = result.output.find('{');
    REQUIRE_MESSAGE(begin != std::string::npos, result.output);
    json report = json::parse(result.output.substr(begin), nullptr, false);
    REQUIRE_MESSAGE(report.is_object(), result.output);
    CHECK_MESSAGE(result.status == (report["ok"] ? 0 : 1), result.output);
    return report;
}

} // namespace

CHILD("harm/probe") {
    const test::TempFolder folder;
    const std::string path = folder.add(test::plugin_path("harmful"), "librtffi_harmful.so");
    const faults::Registry before = faults::registry();
    test::expect(rt_dlopen(path.c_str(), RT_DLOPEN_PROBE) == 0, "it is refused");
    const test::LastError error = test::last_error();
    test::expect(error.cause == asked_for().cause && test::contains(error.message, asked_for().said),
                 error.cause + ": " + error.message);
    test::expect(faults::registry() == before, "nothing of it is there");
    faults::report("a plugin that does harm, opened with RT_DLOPEN_PROBE", 1, 1);
}
TEST_CASE("the host survives with RT_DLOPEN_PROBE what a plugin does to its process") {
    for (const Harm &one : harms) {
        const test::TempFolder cache;
        CAPTURE(one.harm);
        CHECK(faults::child_survives("harm/probe", environment(cache, one.harm)));
    }
}

TEST_CASE("`rtffi verify` reports what a plugin does to its process, by name") {
    const test::TempFolder folder;
    const test::TempFolder cache;
    for (const Harm &one : harms) {
        CAPTURE(one.harm);
        const json report = verified(folder, cache, one.harm, "1");
        const json last = report["checks"].back();
        const bool told = report["ok"] == false && last["ok"] == false && last["id"] == "load" &&
                          test::contains(last.dump(), one.said);
        CHECK_MESSAGE(told, report.dump());
        faults::count("a plugin that does harm, verified", 1, told ? 1 : 0);
    }
}

CHILD("harm/process_left") {
    const test::TempFolder folder;
    test::Opened plugin(folder.add(test::plugin_path("harmful"), "librtffi_harmful.so"));
    test::expect(plugin.handle != 0 && plugin.close() == RT_OK, "it opens and closes");
    const test::Opened tried(folder.add(test::plugin_path("harmful"), "tried.so"), RT_DLOPEN_PROBE);
    test::expect(tried.handle != 0, "so it does after a trial");
    faults::report("a constructor that forks or starts a thread", 1, 1);
}
TEST_CASE("a constructor may fork, or start a thread that never ends, and nothing waits for them") {
    for (const char *harm : {"fork", "start a thread"}) {
        CAPTURE(harm);
        const test::TempFolder folder;
        const test::TempFolder cache;
        std::vector<std::string> settings = environment(cache, harm);
        CHECK(faults::child_survives("harm/process_left", settings));
        const json report = verified(folder, cache, harm, "60");
        CHECK_MESSAGE(report["ok"] == true, report.dump());
        end_what_was_left(cache);
    }
}
