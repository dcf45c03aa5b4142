// harm.hpp - what a plugin does to its process while it is loaded, and how that is told.
#pragma once

#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "fault.hpp"

namespace faults {

struct Harm {
    const char *harm;  // what tests/loader/plugins/harmful.cpp is told to do
    const char *cause; // of the refusal with RT_DLOPEN_PROBE
    const char *said;  // by both
};

inline constexpr Harm harms[] = {
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

// Of a process that is told to do that harm, and in which no trial is known.
inline std::vector<std::string> harmful_environment(const test::TempFolder &cache, const char *harm) {
    std::vector<std::string> settings = test::signals_unhandled();
    settings.insert(settings.end(), {"XDG_CACHE_HOME=" + cache.path().string(), std::string("RTFFI_TEST_HARM=") + harm,
                                     "RTFFI_PROBE_TIMEOUT=1", "RTFFI_TEST_PID_FILE=" + cache.file("pid")});
    return settings;
}

// What a forked process of the plugin's left: it is ended.
inline void end_what_was_left(const test::TempFolder &cache) {
    std::ifstream pids(cache.file("pid"));
    for (pid_t pid = 0; pids >> pid;) {
        kill(pid, SIGKILL);
    }
}

} // namespace faults
