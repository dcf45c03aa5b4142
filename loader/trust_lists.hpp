// trust_lists.hpp - the lists that a demand names: digests as sha256sum writes them, and minisign's public keys. The user's own ones
// lie in $XDG_CONFIG_HOME, else ~/.config, /rtffi/trust: the file `digests`, and keys/*.pub. A set-user-ID program has those
// in /etc/rtffi/trust alone. The command `rtffi` is built with this file, too.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "minisign.hpp"
#include "trust.hpp"

namespace rt::core {

// "" where there is none.
std::string trust_folder();

struct ListedDigest {
    std::string sha256; // 64 lowercase hexadecimal digits
    std::string file;   // as the list has it
    std::string where;  // "/path/of/list:3"
};

// Each file of these must keep the rules about owners and modes (Note [Trust]) and be well formed. Further causes: "bad_list", and
// with keys "no_libsodium".
Outcome read_digests(const std::string &path, std::vector<ListedDigest> &out);
Outcome read_key(const std::string &path, PublicKey &out);

// The paths of the user's own keys, in the order of their names.
std::vector<std::string> own_keys();

} // namespace rt::core
