// allocations.hpp - each allocation of an operation fails once, one after the other.
#pragma once

#include <string>

#include "fault.hpp"

namespace faults {

// The allocation after the next `count` ones fails (tests/loader/plugins/failing_malloc.c); and whether one did.
void arm(long count);
bool disarm();

// RT_OK, or the last error's code.
rt_status status_of(bool fine);

// Runs `operation`, which returns a status, with its first allocation failing, then its second, ..., until none fails any more.
// Returns how many failed. After each one `check` sees whether all is as it was.
template <class Operation, class Check> int fail_each(const char *what, Operation operation, Check check) {
    for (long count = 0;; count++) {
        arm(count);
        const rt_status status = operation();
        const bool failed = disarm();
        if (!failed) {
            test::expect(status == RT_OK, std::string(what) + " without a failure: " + test::last_error().message);
            return static_cast<int>(count);
        }
        // What is not needed, such as a hint, may be left out; anything else is said.
        test::expect(status == RT_OK || status == RT_E_MEMORY || status == RT_E_LOAD,
                     std::string(what) + ", allocation " + std::to_string(count) + ": status " +
                         std::to_string(status));
        check(status);
    }
}

// The same, counted.
template <class Operation, class Check> int sweep(const char *what, Operation operation, Check check) {
    const int failures = fail_each(what, operation, check);
    report(std::string("an allocation in ") + what + " that fails", failures, failures);
    return failures;
}

// As child_survives, in a process whose allocations can fail.
bool sweep_survives(const char *name, const std::string &plugin_path = "");

} // namespace faults
