// Allocations that fail when the test says so.
#include <cstdlib>
#include <memory>

#include <doctest/doctest.h>

#include <rtffi/test_kit.hpp>

using rt::test::fail_each_allocation;
using rt::test::Plugin;
using rt::test::Report;

namespace {

constexpr bool can_fail = rt::test::allocations_can_fail;

} // namespace

TEST_CASE("the allocation that was asked for fails, once") {
    int made[4] = {};
    rt_test_fail_allocation(2);
    for (int &one : made) {
        void *volatile memory = std::malloc(8);
        one = memory != nullptr ? 1 : 0;
        std::free(memory);
    }
    const bool failed = rt_test_allocation_failed();
    CHECK(failed == can_fail);
    CHECK(made[0] + made[1] == 2);
    CHECK(made[2] == (can_fail ? 0 : 1));
    CHECK(made[3] == 1);
    rt_test_fail_allocation(0);
    CHECK_FALSE(rt_test_allocation_failed());
}

TEST_CASE("operator new throws then, as where memory is exhausted") {
    bool thrown = false;
    rt_test_fail_allocation(0);
    try {
        int *volatile memory = new int(1);
        delete memory;
    } catch (const std::bad_alloc &) {
        thrown = true;
    }
    rt_test_allocation_failed();
    CHECK(thrown == can_fail);
}

TEST_CASE("calls of a plugin made with the SDK survive each of their allocations failing") {
    const Plugin plugin(RTFFI_SAMPLE_PLUGINS "/librtffi_geometry.so");
    std::string words;
    const Report report = fail_each_allocation([&] {
        const auto polygon = rt::call<rt::Handle>("geo_polygon", std::vector<double>{0, 0, 2, 0, 2, 2, 0, 2});
        words = rt::call<std::string>("geo_polygon_describe", polygon);
    });
    CHECK(report.text() == "");
    CHECK(words == "polygon with 4 corners, area 4.00");
    CHECK((report.tried > 5) == can_fail);
}

TEST_CASE("a failure that is not RT_E_MEMORY, and one without a failed allocation, are told") {
    const Plugin plugin(RTFFI_TEST_KIT_PLUGINS "/librtffi_careless.so");
    const rt_function *allocate = rt_lookup("careless_allocate");
    const Report report = fail_each_allocation([&] { rt::call(allocate, 100); });
    CHECK((report.text().find("fails: RT_E_CALLEE: careless_allocate: it did not work") != std::string::npos) ==
          can_fail);
    const Report without = fail_each_allocation([&] { throw rt::Error(RT_E_ARGUMENT, "always"); });
    REQUIRE_FALSE(without.problems.empty());
    CHECK(without.problems.back() == "none fails: RT_E_ARGUMENT: always");
    rt::Handle left;
    const Report leaving = fail_each_allocation([&] { left = rt::call<rt::Handle>("careless_thing"); });
    CHECK(leaving.text().find("1 more handles are alive") != std::string::npos);
}
