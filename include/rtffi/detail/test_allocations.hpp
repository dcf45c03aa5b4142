// SPDX-License-Identifier: Apache-2.0
// test_allocations.hpp - each allocation of a call fails once, one after the other.
#ifndef RTFFI_DETAIL_TEST_ALLOCATIONS_HPP
#define RTFFI_DETAIL_TEST_ALLOCATIONS_HPP

#include <string>

#include "../test_kit.h"
#include "test_plugin.hpp"

namespace rt::test {

// False with a sanitizer, whose allocator cannot be made to fail: fail_each_allocation tries nothing then.
inline constexpr bool allocations_can_fail = RT_TEST_ALLOCATIONS_CAN_FAIL != 0;

// Runs `body` with its first allocation failing, then its second, ..., until none fails any more. Each time it must succeed or throw
// RT_E_MEMORY, and leave no handle behind; the last time it must succeed. Only allocations of the calling thread fail. Check nothing
// inside `body`: a test library allocates, too.
template <class Body> Report fail_each_allocation(Body body) {
    struct Disarm {
        bool &failed;
        ~Disarm() { failed = rt_test_allocation_failed(); }
    };
    constexpr long most = 100000;
    Report report;
    for (long after = 0; after < most; after++) {
        const Leaks leaks;
        bool failed = false;
        const Failure failure = failure_of([&] {
            const Disarm disarm{failed}; // before the error is copied, which allocates
            if (allocations_can_fail) {
                rt_test_fail_allocation(after);
            }
            body();
        });
        const std::string what = failed ? "allocation " + std::to_string(after + 1) + " fails: " : "none fails: ";
        if (failure.code != RT_OK && (!failed || failure.code != RT_E_MEMORY)) {
            report.problems.push_back(what + rt_status_name(failure.code) + ": " + failure.message);
        }
        if (const std::string left = leaks.found(); !left.empty()) {
            report.problems.push_back(what + left);
        }
        if (!failed) {
            return report;
        }
        report.tried++;
    }
    report.problems.push_back("after " + std::to_string(most) + " failed allocations there are still more to fail");
    return report;
}

} // namespace rt::test

#endif
