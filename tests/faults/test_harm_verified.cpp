// The same plugins under `rtffi verify`, which tries them in a process of their own, too.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "harm.hpp"

using nlohmann::json;

namespace {

// Each harm in a file of its own, which no earlier check knows.
json verified(const test::TempFolder &folder, const test::TempFolder &cache, const char *harm, const char *seconds) {
    const std::string path = folder.add(test::plugin_path("harmful"), "librtffi_harmful.so");
    const test::ChildResult result = test::run_program(
        {RTFFI_TEST_COMMAND, "verify", path, "--json", "--timeout", seconds}, faults::harmful_environment(cache, harm));
    const std::size_t begin = result.output.find('{');
    REQUIRE_MESSAGE(begin != std::string::npos, result.output);
    json report = json::parse(result.output.substr(begin), nullptr, false);
    REQUIRE_MESSAGE(report.is_object(), result.output);
    CHECK_MESSAGE(result.status == (report["ok"] ? 0 : 1), result.output);
    return report;
}

} // namespace

TEST_CASE("`rtffi verify` reports what a plugin does to its process, by name") {
    const test::TempFolder folder;
    const test::TempFolder cache;
    for (const faults::Harm &one : faults::harms) {
        CAPTURE(one.harm);
        const json report = verified(folder, cache, one.harm, "1");
        const json last = report["checks"].back();
        const bool told = report["ok"] == false && last["ok"] == false && last["id"] == "load" &&
                          test::contains(last.dump(), one.said);
        CHECK_MESSAGE(told, report.dump());
        faults::count("a plugin that does harm, verified", 1, told ? 1 : 0);
    }
}

TEST_CASE("a constructor may fork, or start a thread that never ends, and `rtffi verify` waits for neither") {
    for (const char *harm : {"fork", "start a thread"}) {
        CAPTURE(harm);
        const test::TempFolder folder;
        const test::TempFolder cache;
        const json report = verified(folder, cache, harm, "60");
        CHECK_MESSAGE(report["ok"] == true, report.dump());
        faults::end_what_was_left(cache);
    }
}
