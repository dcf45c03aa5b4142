// trusted_file.hpp - a file that may be loaded, open: by Note [Trust], and by Note [Demands] where there are any.
#pragma once

#include <memory>
#include <string>

#include "file_identity.hpp"
#include "sealed_copy.hpp"
#include "trust.hpp"

namespace rt::core {

struct TrustedFile {
    Descriptor original; // moved into the copy where there is one
    FileIdentity identity;
    std::unique_ptr<SealedCopy> copy; // null where nothing is demanded beyond owners and modes
    std::string detail;               // how it is trusted, one sentence

    // Of what was checked, and is to be read and loaded.
    int descriptor() const { return copy != nullptr ? copy->descriptor() : original.get(); }
};

// Opens and checks a file by its canonical path. The causes are those of trust.hpp, trust_demands.hpp and sealed_copy.hpp.
Verdict open_trusted(const std::string &path, TrustRules &rules, TrustedFile &out);

} // namespace rt::core
