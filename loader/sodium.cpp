#include "sodium.hpp"

#include <dlfcn.h>

#include <atomic>
#include <memory>
#include <new>

#include "dlopen_cause.hpp"

namespace rt::core {

namespace {

// libsodium 1.0.18's, 1.0.20's, and what its development package installs.
constexpr const char *names[] = {"libsodium.so.23", "libsodium.so.26", "libsodium.so"};

// No static with a guard: a child that is forked while another thread opens the library would wait for it for ever.
std::atomic<const Sodium *> opened{nullptr};

Outcome missing(const std::string &why) {
    return {RT_E_UNTRUSTED, "no_libsodium",
            "digests and signatures are checked with libsodium, which cannot be opened: " + why};
}

template <class Function> bool find(void *library, const char *name, Function *&out) {
    out = reinterpret_cast<Function *>(dlsym(library, name));
    return out != nullptr;
}

} // namespace

Outcome open_sodium(const Sodium *&out) {
    out = opened.load(std::memory_order_acquire);
    if (out != nullptr) {
        return {};
    }
    void *library = nullptr;
    std::string why;
    for (const char *name : names) {
        library = library != nullptr ? library : dlopen(name, RTLD_NOW | RTLD_LOCAL);
        if (const char *error = library == nullptr ? dlerror() : nullptr; error != nullptr) {
            if (std::string_view(cause_of_dlopen_error(error)) == "no_memory") {
                throw std::bad_alloc(); // it may well be there
            }
            why += (why.empty() ? "" : "; ") + std::string(error);
        }
    }
    if (library == nullptr) {
        return missing(why);
    }
    auto found = std::make_unique<Sodium>();
    int (*init)() = nullptr;
    if (!find(library, "sodium_init", init) || !find(library, "crypto_hash_sha256", found->sha256) ||
        !find(library, "crypto_generichash", found->generic_hash) ||
        !find(library, "crypto_sign_verify_detached", found->verify) ||
        !find(library, "sodium_base642bin", found->from_base64)) {
        return missing("it lacks a function, or is of a version before 1.0.14");
    }
    if (init() < 0) {
        return missing("its sodium_init failed");
    }
    const Sodium *expected = nullptr;
    if (opened.compare_exchange_strong(expected, found.get(), std::memory_order_acq_rel)) {
        out = found.release(); // for good
    } else {
        out = expected;
    }
    return {};
}

std::string sha256_text(const Sodium &sodium, std::string_view bytes) {
    constexpr const char *digits = "0123456789abcdef";
    unsigned char digest[32];
    sodium.sha256(digest, as_bytes(bytes), bytes.size());
    std::string text;
    for (const unsigned char byte : digest) {
        text += {digits[byte >> 4], digits[byte & 15]};
    }
    return text;
}

bool decode_base64(const Sodium &sodium, std::string_view text, unsigned char *out, std::size_t size) {
    constexpr int original_variant = 1; // sodium_base64_VARIANT_ORIGINAL: with padding
    std::size_t got = 0;
    const char *end = nullptr;
    return sodium.from_base64(out, size, text.data(), text.size(), nullptr, &got, &end, original_variant) == 0 &&
           got == size && end == text.data() + text.size();
}

} // namespace rt::core
