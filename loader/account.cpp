#include "account.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <memory>
#include <string_view>

#include "text.hpp"

namespace rt::core {

namespace {

// One entry of the system's lists, with the memory of its texts. `get` is getpwuid_r or one of its kin.
template <class Entry, class Key> struct Found {
    using Get = int (*)(Key key, Entry *entry, char *texts, std::size_t size, Entry **result);
    Found(Get get, Key key) {
        constexpr std::size_t most = std::size_t{1} << 20;
        int error = ERANGE;
        for (std::size_t size = 1024; size <= most && error == ERANGE; size *= 4) {
            texts = std::make_unique<char[]>(size);
            error = get(key, &entry, texts.get(), size, &there);
        }
        failed = error == ENOMEM || error == ERANGE || error == EMFILE || error == ENFILE || error == EIO;
    }
    Entry entry = {};
    std::unique_ptr<char[]> texts;
    Entry *there = nullptr;
    bool failed = false; // whether it is there could not be told
};
using FoundUser = Found<passwd, uid_t>;
using FoundGroup = Found<group, gid_t>;

std::string named(const char *name, const char *kind, unsigned number) {
    const std::string text = kind + std::to_string(number);
    return name != nullptr ? joined({name, " (", text, ")"}) : text;
}

} // namespace

std::string user_text(uid_t user) {
    const FoundUser found(getpwuid_r, user);
    return named(found.there != nullptr ? found.entry.pw_name : nullptr, "uid ", user);
}

std::string group_text(gid_t group) {
    const FoundGroup found(getgrgid_r, group);
    return named(found.there != nullptr ? found.entry.gr_name : nullptr, "gid ", group);
}

bool find_user(const std::string &text, uid_t &out) {
    const char *end = text.data() + text.size();
    if (const auto [rest, failed] = std::from_chars(text.data(), end, out); failed == std::errc() && rest == end) {
        return true;
    }
    const Found<passwd, const char *> found(getpwnam_r, text.c_str());
    out = found.entry.pw_uid;
    return found.there != nullptr;
}

bool own_group(gid_t &out) {
    const FoundUser user(getpwuid_r, geteuid());
    if (user.failed) {
        return false;
    }
    if (user.there == nullptr) {
        // A container's user need not be listed anywhere. A set-group-ID program has another's group.
        out = getegid();
        return getauxval(AT_SECURE) == 0;
    }
    out = user.entry.pw_gid;
    const FoundGroup group(getgrgid_r, out);
    if (group.failed) {
        return false;
    }
    for (char **member = group.there != nullptr ? group.entry.gr_mem : nullptr; member != nullptr && *member != nullptr;
         member++) {
        if (std::string_view(*member) != user.entry.pw_name) {
            return false;
        }
    }
    return true;
}

} // namespace rt::core
