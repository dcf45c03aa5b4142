// SPDX-License-Identifier: Apache-2.0
// test_kit.hpp - what an author tests a plugin with, in the process of the test and with any test library.
//
//     #define RT_TEST_KIT_IMPLEMENT // in one source file
//     #include <rtffi/test_kit.hpp>
//
//     TEST_CASE("areas") { // doctest's
//         const rt::test::Plugin plugin("build/librtffi_geometry.so");
//         const rt::test::Leaks leaks;
//         const auto square = rt::call<rt::Handle>("geo_polygon", std::vector<double>{0, 0, 2, 0, 2, 2, 0, 2});
//         CHECK(rt::call<double>("geo_polygon_area", square) == 4);
//         CHECK(rt::test::failure_of([] { rt::call("geo_area", std::vector<double>{1}); }).code == RT_E_ARGUMENT);
//         CHECK(rt::test::mistreat(plugin, {{"Polygon", square.get()}}).text() == "");
//         CHECK(rt::test::fail_each_allocation([&] { rt::call("geo_polygon_describe", square); }).text() == "");
//     }
//
// The test program links librtffi.so (rtffi build --where library) and opens the plugin's file; functions are called as any host calls
// them, with host.hpp. A plugin that crashes ends the test program: `rtffi verify FILE` tries it in a process of its own.
#ifndef RTFFI_TEST_KIT_HPP
#define RTFFI_TEST_KIT_HPP

#if __cplusplus < 201709L // which gcc 10 calls C++20
#error "rtffi/test_kit.hpp needs C++20: compile with -std=c++20"
#else

#include "detail/test_allocations.hpp"
#include "detail/test_mistreat.hpp"
#include "detail/test_plugin.hpp"
#include "host.hpp"
#include "test_kit.h"

#endif

#endif
