// The plugin under test, failures, leaks.
#include <doctest/doctest.h>

#include <rtffi/test_kit.hpp>

using rt::test::Failure;
using rt::test::failure_of;
using rt::test::Plugin;

namespace {

const std::string geometry = RTFFI_SAMPLE_PLUGINS "/librtffi_geometry.so";
const std::vector<double> square = {0, 0, 2, 0, 2, 2, 0, 2};

} // namespace

TEST_CASE("a plugin is opened by its file, for the length of a test") {
    {
        const Plugin plugin(geometry);
        CHECK(plugin.name() == "geometry");
        CHECK(plugin.functions().size() == 11);
        CHECK(plugin.functions()[0].name == "geo_area");
        CHECK(rt::call<double>("geo_area", square) == 4);
    }
    CHECK(rt::Registry::lookup("geo_area") == nullptr);
}

TEST_CASE("a file that is none is an error that names it") {
    CHECK_THROWS_WITH_AS(Plugin("nowhere/librtffi_x.so"), doctest::Contains("nowhere/librtffi_x.so"), rt::Error);
}

TEST_CASE("a plugin that is in use does not close") {
    Plugin plugin(geometry);
    {
        const auto polygon = rt::call<rt::Handle>("geo_polygon", square);
        CHECK(failure_of([&] { plugin.close(); }).code == RT_E_BUSY);
    }
    plugin.close();
    CHECK(rt::Registry::lookup("geo_area") == nullptr);
}

TEST_CASE("a failure has the code, the cause and the message of the error; success has RT_OK") {
    const Plugin plugin(geometry);
    const Failure failure = failure_of([] { rt::call("geo_area", rt::arg("corners") = square); });
    CHECK(failure.code == RT_E_ARGUMENT);
    CHECK(failure.cause == "unknown_parameter");
    CHECK(failure.message.find("corners") != std::string::npos);
    CHECK(failure_of([] { rt::call("geo_area", square); }).code == RT_OK);
    CHECK(failure_of([] { throw std::bad_alloc(); }).code == RT_E_MEMORY);
    CHECK_THROWS_AS(failure_of([] { throw std::out_of_range("the test's own"); }), std::out_of_range);
}

TEST_CASE("leaks are handles that a block left alive, with their class") {
    const Plugin plugin(geometry);
    const rt::test::Leaks leaks;
    auto polygon = rt::call<rt::Handle>("geo_polygon", square);
    CHECK(leaks.found().find("1 more handles are alive than before") == 0);
    CHECK(leaks.found().find("Polygon") != std::string::npos);
    polygon.reset();
    CHECK(leaks.found() == "");
}
