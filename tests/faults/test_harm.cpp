// Plugins that do harm while they are loaded: RT_DLOPEN_PROBE tries them in a process of their own.
#include <cstdlib>

#include <doctest/doctest.h>

#include "harm.hpp"

namespace {

const faults::Harm &asked_for() {
    for (const faults::Harm &one : faults::harms) {
        if (std::string_view(one.harm) == std::getenv("RTFFI_TEST_HARM")) {
            return one;
        }
    }
    std::abort();
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
    for (const faults::Harm &one : faults::harms) {
        const test::TempFolder cache;
        CAPTURE(one.harm);
        CHECK(faults::child_survives("harm/probe", faults::harmful_environment(cache, one.harm)));
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
TEST_CASE("a constructor may fork, or start a thread that never ends, and the host waits for neither") {
    for (const char *harm : {"fork", "start a thread"}) {
        CAPTURE(harm);
        const test::TempFolder cache;
        CHECK(faults::child_survives("harm/process_left", faults::harmful_environment(cache, harm)));
        faults::end_what_was_left(cache);
    }
}
