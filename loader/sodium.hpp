// sodium.hpp - the few functions of libsodium that rules of trust need. It is opened when the first of them is needed, and stays.
#pragma once

#include <cstddef>
#include <string>

#include "error.hpp"

namespace rt::core {

// Declared as in libsodium's headers, which are not needed to build: these have been the same since its version 1.0.14.
struct Sodium {
    int (*sha256)(unsigned char *out, const unsigned char *bytes, unsigned long long size);
    int (*generic_hash)(unsigned char *out, std::size_t out_size, const unsigned char *bytes, unsigned long long size,
                        const unsigned char *key, std::size_t key_size);
    int (*verify)(const unsigned char *signature, const unsigned char *message, unsigned long long size,
                  const unsigned char *public_key);
    int (*from_base64)(unsigned char *out, std::size_t most, const char *text, std::size_t size, const char *ignored,
                       std::size_t *out_size, const char **end, int variant);
};

// The outcome's cause is "no_libsodium".
Outcome open_sodium(const Sodium *&out);

// In hexadecimal digits.
std::string sha256_text(const Sodium &sodium, std::string_view bytes);

// False where the text is no base64 of exactly that many bytes.
bool decode_base64(const Sodium &sodium, std::string_view text, unsigned char *out, std::size_t size);

// For functions that take bytes so.
inline const unsigned char *as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char *>(text.data());
}

} // namespace rt::core
