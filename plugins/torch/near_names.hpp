// near_names.hpp - what a message lists where a name is none of those that there are. The stub uses it, too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rt::libtorch {

// The names themselves, nearest first, and not more than a person reads.
std::string listed(const std::vector<std::string> &names, std::string_view wanted);

} // namespace rt::libtorch
