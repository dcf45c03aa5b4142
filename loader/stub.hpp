// stub.hpp - stubs: variants of a plugin that stand in for it where the library behind it is not there.
//
// Note [Stubs]: a file whose key `variant` is "stub" offers a plugin's functions without the library behind them. By its score
// it comes last. A host that cannot do with it says so, and gets the error of the variant that it wanted.
#pragma once

#include <string>

#include "discovery.hpp"

namespace rt::core {

bool is_stub(const Metadata &metadata);

// Whether a stub may not be taken for the plugin of that name, by the flags of rt_dlopen or by RTFFI_REQUIRE.
bool requires_real(const std::string &plugin, int flags);

// The same for a file, which need not be a plugin.
bool refuses_file(const std::string &path, int flags);

// The error where the stub at `path` would have been taken because of `why`; RT_OK: because the host named it.
Outcome stub_refused(const std::string &path, const Outcome &why);

// Why a candidate is taken: `first`, by which the preferred one could not be loaded, or, of a stub, that there is nothing else.
// RT_OK where it is the preferred one.
Outcome why_taken(const Candidate &candidate, const Outcome &first);

} // namespace rt::core
