// memory_stats.hpp - the statistics of a device's memory by the names that Python's torch has for them.
#pragma once

#include "version.hpp"

#include <string>
#include <tuple>
#include <vector>

namespace rt::libtorch {

// Such as "allocated_bytes.all.peak" and "num_ooms", and the numbers, in the same order.
std::tuple<std::vector<std::string>, std::vector<std::int64_t>> named_stats(const DeviceStats &stats);

} // namespace rt::libtorch
