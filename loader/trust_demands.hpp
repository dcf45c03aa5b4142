// trust_demands.hpp - what the host demands of files beyond their owners and modes: digests and signatures (rt_trust_require).
//
// Note [Demands]: a demand is never taken back, and what was read of a list is kept: whoever gets at the list or the environment
// later changes nothing. A demand that cannot be checked, for want of libsodium or of the list, fails for every file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "trust_lists.hpp"

namespace rt::core {

struct Demands {
    bool by_digest = false;
    bool by_key = false;
    std::vector<ListedDigest> digests;
    std::vector<PublicKey> keys;
    std::vector<std::string> arguments; // "digests=/path/of/list", "keys=": how rtffi-probe is told of them

    bool any() const { return by_digest || by_key; }
};

// Those that hold now, with RTFFI_TRUST_REQUIRE's; never null where the outcome is RT_OK. Fails where the environment's lists cannot be
// read: with RT_E_UNTRUSTED, and the cause of that, or with RT_E_MEMORY.
Outcome current_demands(std::shared_ptr<const Demands> &out);

// Whether a file whose content is `bytes` keeps them; `detail` gets how, in words. The outcome's causes: "no_libsodium",
// "bad_digest", "no_signature", "bad_signature".
Verdict check_demands(const Demands &demands, const std::string &path, std::string_view bytes, std::string &detail);

} // namespace rt::core
