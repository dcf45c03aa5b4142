#include "trust_demands.hpp"

#include <algorithm>
#include <cstdlib>
#include <mutex>

#include <rtffi/rtffi.h>

#include "canonical_path.hpp"
#include "file_text.hpp"
#include "fork.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

constexpr const char *install_sodium = "apt install libsodium23 (libsodium, by whatever name this system has it)";

struct DemandsState {
    std::mutex mutex;
    std::shared_ptr<const Demands> demands = std::make_shared<Demands>();
    bool environment_read = false;
};

DemandsState &state() {
    static DemandsState *const instance = new DemandsState;
    return *instance;
}

const ForkSafe trust_demands_fork_safe(ForkRank::demands, [] { state().mutex.lock(); }, [] { state().mutex.unlock(); });

std::string file_name(const std::string &path) { return path.substr(path.rfind('/') + 1); }

Outcome no_list(const char *what) {
    return {RT_E_NOT_FOUND, "not_found",
            joined({"this user has no list of ", what, " in ", trust_folder(), ". To do: rtffi trust add ",
                    std::string_view(what) == "keys" ? "--key PUB" : "FILE"})};
}

// The list for a rule; null: the user's own.
Outcome read_list(std::int64_t rule, const char *list, Demands &into) {
    std::string path = list != nullptr ? list : "";
    if (rule == RT_TRUST_DIGESTS) {
        into.by_digest = true;
        Outcome read = read_digests(path.empty() ? trust_folder() + "/digests" : path, into.digests);
        return path.empty() && read.cause == "not_found" ? no_list("digests") : read;
    }
    into.by_key = true;
    const std::vector<std::string> files = path.empty() ? own_keys() : std::vector<std::string>{path};
    for (const std::string &file : files) {
        into.keys.emplace_back();
        if (Outcome read = read_key(file, into.keys.back()); !read) {
            into.keys.pop_back();
            return read;
        }
    }
    return files.empty() ? no_list("keys") : Outcome{};
}

// The list by its canonical path, since the trial may have another working folder.
std::string argument_of(std::int64_t rule, const char *list) {
    std::string path;
    if (list != nullptr && !canonical_path(list, path)) {
        path = list;
    }
    return (rule == RT_TRUST_DIGESTS ? "digests=" : "keys=") + path;
}

template <class T> void append(std::vector<T> &to, std::vector<T> &from) {
    for (T &one : from) {
        to.push_back(std::move(one));
    }
}

// Under the mutex.
void add(DemandsState &s, Demands &more) {
    auto joined = std::make_shared<Demands>(*s.demands);
    joined->by_digest = joined->by_digest || more.by_digest;
    joined->by_key = joined->by_key || more.by_key;
    append(joined->digests, more.digests);
    append(joined->keys, more.keys);
    append(joined->arguments, more.arguments);
    s.demands = std::move(joined);
}

// RTFFI_TRUST_REQUIRE. Under the mutex.
Outcome read_environment(DemandsState &s) {
    // secure_getenv: a set-user-ID program takes no demands from its caller either, whose lists they would be.
    const char *value = secure_getenv("RTFFI_TRUST_REQUIRE");
    Demands more;
    for (const std::string &word : split(value != nullptr ? value : "", ':')) {
        if (word != "digests" && word != "keys") {
            return {RT_E_UNTRUSTED, "bad_list",
                    joined({"RTFFI_TRUST_REQUIRE: '", word, "' is neither digests nor keys"})};
        }
        const std::int64_t rule = word == "digests" ? RT_TRUST_DIGESTS : RT_TRUST_KEYS;
        if (Outcome read = read_list(rule, nullptr, more); !read) {
            const rt_status code = read.code == RT_E_MEMORY ? read.code : RT_E_UNTRUSTED;
            return {code, read.cause, "RTFFI_TRUST_REQUIRE: " + read.message};
        }
    }
    add(s, more); // rtffi-probe has the environment itself
    s.environment_read = true;
    return {};
}

Verdict check_digest(const Demands &demands, const Sodium &sodium, const std::string &path, std::string_view bytes,
                     std::string &detail) {
    const std::string digest = sha256_text(sodium, bytes);
    const std::string name = file_name(path);
    const ListedDigest *other = nullptr;
    for (const ListedDigest &listed : demands.digests) {
        if (listed.sha256 == digest) {
            detail.append("; its SHA-256 is the one at ").append(listed.where);
            return {};
        }
        other = file_name(listed.file) == name ? &listed : other;
    }
    const std::string which = joined({path, " has the SHA-256 ", digest});
    if (other == nullptr) {
        return {
            {RT_E_UNTRUSTED, "bad_digest", which + ", which is on no list that is demanded"},
            joined({"rtffi trust add ", path, ", or add it to the program's list, where it is meant to be loaded"})};
    }
    return {{RT_E_UNTRUSTED, "bad_digest",
             joined({which, ", but for a file of its name ", other->where, " has ", other->sha256})},
            joined({"find out who changed it, and install it anew; rtffi trust add ", path,
                    " where the new one is meant"})};
}

Verdict check_signature(const Demands &demands, const Sodium &sodium, const std::string &path, std::string_view bytes,
                        std::string &detail) {
    const std::string signature_path = path + ".minisig";
    std::string signature;
    if (const Outcome read = read_text(signature_path, signature); !read) {
        return {
            {RT_E_UNTRUSTED, "no_signature", joined({path, " has no signature that can be read: ", read.message})},
            joined({"minisign -Sm ", path, ", with a key that is demanded, or install the signature beside the file"})};
    }
    std::string comment;
    if (Outcome good = verify_signature(sodium, demands.keys, signature, signature_path, bytes, comment); !good) {
        return {std::move(good), "install the file and its signature anew, from where they come"};
    }
    detail.append("; it is signed with ").append(comment);
    return {};
}

} // namespace

Outcome current_demands(std::shared_ptr<const Demands> &out) {
    DemandsState &s = state();
    const std::lock_guard lock(s.mutex);
    if (!s.environment_read) {
        if (Outcome read = read_environment(s); !read) {
            return read;
        }
    }
    out = s.demands;
    return {};
}

Verdict check_demands(const Demands &demands, const std::string &path, std::string_view bytes, std::string &detail) {
    const Sodium *sodium = nullptr;
    if (Outcome there = open_sodium(sodium); !there) {
        there.message = joined({path, ": ", there.message});
        return {std::move(there), install_sodium};
    }
    if (demands.by_digest) {
        if (Verdict good = check_digest(demands, *sodium, path, bytes, detail); !good) {
            return good;
        }
    }
    return demands.by_key ? check_signature(demands, *sodium, path, bytes, detail) : Verdict{};
}

} // namespace rt::core

using namespace rt::core;

extern "C" rt_status rt_trust_require(int64_t rule, const char *list) {
    return guarded("rt_trust_require", [&]() -> rt_status {
        if (rule != RT_TRUST_DIGESTS && rule != RT_TRUST_KEYS) {
            return fail(RT_E_ARGUMENT, nullptr,
                        joined({"rt_trust_require: unknown rule ", std::to_string(rule),
                                "; there are RT_TRUST_DIGESTS and RT_TRUST_KEYS"}));
        }
        if (list != nullptr && list[0] == '\0') {
            return fail(RT_E_ARGUMENT, nullptr, "rt_trust_require: the path is empty; null is the user's own list");
        }
        Demands more;
        Outcome read = read_list(rule, list, more);
        const Sodium *sodium = nullptr;
        if (Outcome there = read ? open_sodium(sodium) : read; there.cause == "no_libsodium") {
            read = {there.code, there.cause, joined({there.message, ". To do: ", install_sodium})};
        } else if (!read) {
            return read.raise();
        }
        // Without libsodium, too: the host may overlook what it is told here, and no file may pass then.
        more.arguments.push_back(argument_of(rule, list));
        DemandsState &s = state();
        const std::lock_guard lock(s.mutex);
        add(s, more);
        return read.raise();
    });
}
