// totals.hpp - how many there are of what a report tells.
#pragma once

#include <cstddef>

#include "../output.hpp"

namespace rt::tools::report {

// The checks of one plugin in the document of `gather`: of its verification, or else those that reading its file is.
Json checks_of(const Json &plugin);

struct Totals {
    std::size_t plugins = 0;  // those that can be used
    std::size_t faulty = 0;   // of these: with a check that failed
    std::size_t unusable = 0; // beside them
    std::size_t functions = 0;
    std::size_t provided = 0;
    std::size_t checks = 0;
    std::size_t failed = 0;
    std::size_t warned = 0;
};
Totals totals_of(const Json &document);

} // namespace rt::tools::report
