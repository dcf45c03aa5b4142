#include "minisign.hpp"

#include <algorithm>
#include <cstring>

#include "text.hpp"

namespace rt::core {

namespace {

// What the base64 of the two files decodes to.
struct KeyBytes {
    unsigned char algorithm[2];
    unsigned char number[8];
    unsigned char key[32];
};
struct SignatureBytes {
    unsigned char algorithm[2];
    unsigned char number[8];
    unsigned char signature[64];
};
static_assert(sizeof(KeyBytes) == 42 && sizeof(SignatureBytes) == 74);

constexpr std::string_view untrusted_heading = "untrusted comment: ";
constexpr std::string_view trusted_heading = "trusted comment: ";

// Lines, without what ends them, and without empty ones at the end.
std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        line.remove_suffix(line.ends_with('\r') ? 1 : 0);
        lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    while (!lines.empty() && lines.back().empty()) {
        lines.pop_back();
    }
    return lines;
}

bool is(const unsigned char (&algorithm)[2], const char *text) { return std::memcmp(algorithm, text, 2) == 0; }

// minisign shows the eight bytes as one little-endian number.
std::string hexadecimal(const unsigned char *number) {
    std::string text;
    for (int i = 7; i >= 0; i--) {
        constexpr const char *digits = "0123456789ABCDEF";
        text += {digits[number[i] >> 4], digits[number[i] & 15]};
    }
    return text;
}

} // namespace

std::string PublicKey::id() const { return hexadecimal(number.data()); }

Outcome parse_public_key(const Sodium &sodium, const std::string &text, const std::string &path, PublicKey &out) {
    const std::vector<std::string_view> lines = lines_of(text);
    const auto bad = [&](int line, const char *what) {
        return Outcome{RT_E_ARGUMENT, "bad_list",
                       joined({path, ":", std::to_string(line), ": ", what,
                               "; expected a public key of minisign's (minisign.pub)"})};
    };
    if (lines.empty() || !lines[0].starts_with(untrusted_heading)) {
        return bad(1, "it does not begin with `untrusted comment: `");
    }
    KeyBytes bytes = {};
    if (lines.size() < 2 || !decode_base64(sodium, lines[1], reinterpret_cast<unsigned char *>(&bytes), sizeof bytes)) {
        return bad(2, "this is no base64 of 42 bytes");
    }
    if (!is(bytes.algorithm, "Ed")) {
        return bad(2, "this key is not for Ed25519");
    }
    if (lines.size() > 2) {
        return bad(3, "more than a comment and a key");
    }
    std::copy(std::begin(bytes.number), std::end(bytes.number), out.number.begin());
    std::copy(std::begin(bytes.key), std::end(bytes.key), out.key.begin());
    out.path = path;
    return {};
}

Outcome verify_signature(const Sodium &sodium, const std::vector<PublicKey> &keys, const std::string &text,
                         const std::string &path, std::string_view bytes, std::string &comment) {
    const auto bad = [&](std::string_view what, std::string_view id = {}, std::string_view rest = {}) {
        return Outcome{RT_E_UNTRUSTED, "bad_signature", joined({path, ": ", what, id, rest})};
    };
    const std::vector<std::string_view> lines = lines_of(text);
    SignatureBytes signature = {};
    unsigned char global[64];
    if (lines.size() != 4 || !lines[0].starts_with(untrusted_heading) || !lines[2].starts_with(trusted_heading) ||
        !decode_base64(sodium, lines[1], reinterpret_cast<unsigned char *>(&signature), sizeof signature) ||
        !decode_base64(sodium, lines[3], global, sizeof global)) {
        return bad("this is no signature of minisign's");
    }
    const bool hashed = is(signature.algorithm, "ED");
    if (!hashed && !is(signature.algorithm, "Ed")) {
        return bad("it is neither of minisign's two kinds of signatures");
    }
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const PublicKey &one) {
        return std::memcmp(one.number.data(), signature.number, one.number.size()) == 0;
    });
    if (key == keys.end()) {
        return bad("it was made with the key ", hexadecimal(signature.number), ", which is not one of those demanded");
    }
    unsigned char digest[64];
    if (hashed) {
        sodium.generic_hash(digest, sizeof digest, as_bytes(bytes), bytes.size(), nullptr, 0);
        bytes = {reinterpret_cast<const char *>(digest), sizeof digest};
    }
    if (sodium.verify(signature.signature, as_bytes(bytes), bytes.size(), key->key.data()) != 0) {
        return bad("the file is not the one that was signed with the key ", key->id());
    }
    const std::string_view said = lines[2].substr(trusted_heading.size());
    std::string signed_text(reinterpret_cast<const char *>(signature.signature), sizeof signature.signature);
    signed_text += said;
    if (sodium.verify(global, as_bytes(signed_text), signed_text.size(), key->key.data()) != 0) {
        return bad("its trusted comment is not the one that was signed with the key ", key->id());
    }
    comment = joined({"the key ", key->id(), " (", said, ")"});
    return {};
}

} // namespace rt::core
