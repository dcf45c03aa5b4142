// The example plugin land, which needs the plugin geometry of the search path.
#include <algorithm>

#include <doctest/doctest.h>

#include <rtffi/test_kit.hpp>

using rt::test::failure_of;
using rt::test::Plugin;

namespace {

const std::vector<double> field = {0, 0, 30, 0, 30, 40, 0, 40};

} // namespace

TEST_CASE("land is worth its area, and a fence is as long as the way around it") {
    const Plugin plugin(RTFFI_EXAMPLE_LAND);
    CHECK(rt::call<double>("land_worth", field, 2.5) == 3000);
    CHECK(rt::call<double>("land_fence_cost", field, 3) == 420);
    // A triangle with sides 3, 4 and 5.
    CHECK(rt::call<double>("land_fence_cost", std::vector<double>{0, 0, 3, 0, 3, 4}, 1) == 12);
}

TEST_CASE("the plugin that it needs is opened with it and closed with it") {
    {
        const Plugin plugin(RTFFI_EXAMPLE_LAND);
        CHECK(rt::Registry::lookup("geo_area") != nullptr);
    }
    CHECK(rt::Registry::lookup("geo_area") == nullptr);
    const Plugin again(RTFFI_EXAMPLE_LAND);
    CHECK(rt::call<double>("land_worth", field, 1) == 1200);
}

TEST_CASE("what the other plugin fails with reaches the caller") {
    const Plugin plugin(RTFFI_EXAMPLE_LAND);
    const auto failure = failure_of([] { rt::call("land_worth", std::vector<double>{1, 2}, 1); });
    CHECK(failure.code == RT_E_ARGUMENT);
    CHECK(failure.message == "geo_area: a polygon needs x and y of at least 3 corners, got 2 numbers");
    CHECK(failure_of([] { rt::call("land_worth", field, -1); }).cause == "price");
    CHECK(failure_of([] { rt::call("land_fence_cost", std::vector<double>{1, 2}, 1); }).code == RT_E_ARGUMENT);
}

TEST_CASE("land refuses whatever is wrong, and survives failed allocations") {
    const Plugin plugin(RTFFI_EXAMPLE_LAND);
    CHECK(rt::test::mistreat(plugin).text() == "");
    CHECK(rt::test::fail_each_allocation([] { rt::call("land_worth", field, 1); }).text() == "");
}
