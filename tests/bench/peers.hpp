// peers.hpp - the same work done by tvm-ffi, where it is there. Both functions add nothing and return false where not.
#pragma once

#include <vector>

#include "measure.hpp"

namespace bench {

bool add_call_peers(std::vector<Variant> &variants);
bool add_lookup_peers(std::vector<Variant> &variants, const std::vector<const char *> &names);

} // namespace bench
