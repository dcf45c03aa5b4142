// smoke_torch.hpp - does LibTorch compute behind the torch plugin? One check for each group of functions.
#pragma once

#include "check_reporter.hpp"

namespace rt::tools {

// The torch plugin must be loaded; `dependencies` are those that rt_inspect names. Leaves no handle behind.
void smoke_torch(const CheckReporter &reporter, const Json &dependencies);

} // namespace rt::tools
