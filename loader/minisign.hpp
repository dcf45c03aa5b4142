// minisign.hpp - minisign's public keys and signatures (https://jedisct1.github.io/minisign/), both kinds: "Ed", of the file itself,
// and "ED", of its BLAKE2b-512.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "sodium.hpp"

namespace rt::core {

struct PublicKey {
    std::array<unsigned char, 8> number = {};
    std::array<unsigned char, 32> key = {};
    std::string path; // of the file that it was read from

    // As minisign prints it: 16 hexadecimal digits.
    std::string id() const;
};

// Reads a key file's text: an untrusted comment and the key. The outcome's cause is "bad_list".
Outcome parse_public_key(const Sodium &sodium, const std::string &text, const std::string &path, PublicKey &out);

// Whether one of the keys made the signature `text`, which was read from `path`, of `bytes`; `comment` gets its trusted comment
// and the key. The outcome's cause is "bad_signature".
Outcome verify_signature(const Sodium &sodium, const std::vector<PublicKey> &keys, const std::string &text,
                         const std::string &path, std::string_view bytes, std::string &comment);

} // namespace rt::core
