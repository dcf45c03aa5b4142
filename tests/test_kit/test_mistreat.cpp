// Functions called as they must not be: plugins made with the SDK refuse all of it, one that does not check is found out.
#include <algorithm>

#include <doctest/doctest.h>

#include <rtffi/test_kit.hpp>

using rt::test::mistreat;
using rt::test::Plugin;
using rt::test::Report;

namespace {

// Which of the problems are of one function.
std::vector<std::string> of(const Report &report, const std::string &function) {
    std::vector<std::string> found;
    for (const std::string &problem : report.problems) {
        if (problem.starts_with(function + ": ")) {
            found.push_back(problem.substr(function.size() + 2));
        }
    }
    return found;
}

bool has(const std::vector<std::string> &problems, const std::string &begin) {
    return std::any_of(problems.begin(), problems.end(),
                       [&](const std::string &one) { return one.starts_with(begin); });
}

} // namespace

TEST_CASE("plugins made with the SDK refuse whatever is wrong") {
    const Plugin geometry(RTFFI_SAMPLE_PLUGINS "/librtffi_geometry.so");
    const auto polygon = rt::call<rt::Handle>("geo_polygon", std::vector<double>{0, 0, 2, 0, 2, 2});
    const Report of_geometry = mistreat(geometry, {{"Polygon", polygon.get()}});
    CHECK(of_geometry.text() == "");
    CHECK(of_geometry.tried > 80);
    const Plugin text(RTFFI_SAMPLE_PLUGINS "/librtffi_text.so");
    const auto counter = rt::call<rt::Handle>("text_counter_new");
    CHECK(mistreat(text, {{"TextCounter", counter.get()}}).text() == "");
    const Plugin values(RTFFI_TEST_PLUGINS "/librtffi_values.so");
    const Report of_values = mistreat(values);
    CHECK(of_values.text() == "");
    CHECK(of_values.tried > 100);
}

TEST_CASE("a plugin that does not check is told of, function by function") {
    const Plugin plugin(RTFFI_TEST_KIT_PLUGINS "/librtffi_careless.so");
    const Report report = mistreat(plugin);
    const auto half = of(report, "careless_half");
    CHECK(half.size() == 4);
    CHECK(has(half, "one argument more than it has parameters is not refused"));
    CHECK(has(half, "one argument less than it needs is not refused"));
    CHECK(has(half, "a text for argument 1 (x) is not refused"));
    CHECK(has(half, "none for argument 1 (x) is not refused"));
    const auto worth = of(report, "careless_worth");
    CHECK(worth.size() == 5);
    CHECK(has(worth, "a freed handle for argument 1 (thing) is no wrong argument, but RT_E_CALLEE: careless_worth: "));
    CHECK(has(worth, "a handle of another class for argument 1 (thing) is no wrong argument, but RT_E_CALLEE"));
    const auto leave = of(report, "careless_leave");
    CHECK(leave.size() == 5);
    CHECK(has(leave, "no object (0) for argument 1 (thing) leaves something behind: 1 more handles"));
    CHECK(of(report, "careless_allocate").empty());
    CHECK(of(report, "careless_thing").empty());
    CHECK(report.text().find("careless_half: ") != std::string::npos);
}
