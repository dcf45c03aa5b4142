// figures.hpp - what calls and handles cost here and now, measured briefly in this process.
#pragma once

#include "../output.hpp"

namespace rt::tools::report {

// An array of {"id","what","nanoseconds","fastest","calls","rounds"}: the median and the least of the rounds, each of so many
// calls, divided by them. The functions are of this process; no plugin is loaded. Throws where a call fails.
Json figures();

} // namespace rt::tools::report
