#include "trust.hpp"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "account.hpp"
#include "canonical_path.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

// For a shell.
std::string quoted(const std::string &path) {
    constexpr std::string_view plain = "/._-+@%ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    if (path.find_first_not_of(plain) == std::string::npos) {
        return path;
    }
    std::string text = path;
    for (std::size_t at = text.find('\''); at != std::string::npos; at = text.find('\'', at + 4)) {
        text.replace(at, 1, "'\\''");
    }
    return joined({"'", text, "'"});
}

std::string octal(mode_t mode) {
    char text[16];
    std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777U));
    return text;
}

Verdict replaced(const std::string &path) {
    return untrusted("file_replaced", joined({path, " is another file than it was when its path was resolved"}),
                     "see who replaces files there, and try again");
}

// Entries of an access control list beyond the mode; where there are, the group's bits are the most that any of them may.
bool has_access_list(const std::string &path) {
    return lgetxattr(path.c_str(), "system.posix_acl_access", nullptr, 0) > 0;
}

} // namespace

Verdict untrusted(const char *cause, std::string message, std::string hint) {
    return {{RT_E_UNTRUSTED, cause, std::move(message)}, std::move(hint)};
}

Outcome Verdict::told() const {
    return hint.empty() ? outcome : Outcome{outcome.code, outcome.cause, joined({outcome.message, ". To do: ", hint})};
}

TrustRules::TrustRules() : owners_{0, geteuid()} {
    // secure_getenv: a set-user-ID program is not told by its caller whom to trust.
    const char *more = secure_getenv("RTFFI_TRUST_OWNER");
    for (const std::string &text : split(more != nullptr ? more : "", ':')) {
        if (uid_t user = 0; find_user(text, user)) {
            owners_.push_back(user);
        }
    }
}

Verdict TrustRules::judge(const std::string &path, const struct stat &status) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) {
        return replaced(path);
    }
    const Verdict &above = folder(path.substr(0, std::max<std::size_t>(slash, 1)));
    return above ? judge_one(path, status) : above;
}

Verdict TrustRules::open(const std::string &path, Descriptor &file, struct stat &status) {
    const std::size_t slash = path.rfind('/');
    if (const Verdict &above = folder(path.substr(0, std::max<std::size_t>(slash, 1))); !above) {
        return above;
    }
    // O_NONBLOCK, or opening a FIFO would wait for a writer.
    file = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
    if (const int error = file ? 0 : errno; error != 0) {
        return error == ELOOP ? replaced(path) : Verdict{unreadable(path, error), ""};
    }
    if (fstat(file.get(), &status) != 0) {
        return {unreadable(path, errno), ""};
    }
    if (!S_ISREG(status.st_mode)) {
        return {{RT_E_LOAD, "not_a_file", joined({path, " is not a regular file"})}, ""};
    }
    return judge_one(path, status);
}

const Verdict &TrustRules::folder(const std::string &path) {
    if (const auto known = folders_.find(path); known != folders_.end()) {
        return known->second;
    }
    Verdict verdict;
    if (path != "/") {
        verdict = folder(path.substr(0, std::max<std::size_t>(path.rfind('/'), 1)));
    }
    if (struct stat status = {}; verdict) {
        if (lstat(path.c_str(), &status) != 0) {
            verdict = {unreadable(path, errno), ""};
        } else {
            verdict = S_ISDIR(status.st_mode) ? judge_one(path, status) : replaced(path);
        }
    }
    return folders_.emplace(path, std::move(verdict)).first->second;
}

Verdict TrustRules::judge_one(const std::string &path, const struct stat &status) {
    if (std::find(owners_.begin(), owners_.end(), status.st_uid) != owners_.end()) {
        return judge_mode(path, status);
    }
    const uid_t user = geteuid();
    return untrusted("untrusted_owner",
                     joined({path, " belongs to ", user_text(status.st_uid), "; expected root",
                             user == 0 ? "" : " or this user, ", user == 0 ? "" : user_text(user)}),
                     joined({"chown ", std::to_string(user), " ", quoted(path),
                             "; or, where that owner may decide what this program runs, set RTFFI_TRUST_OWNER=",
                             std::to_string(status.st_uid)}));
}

Verdict TrustRules::judge_mode(const std::string &path, const struct stat &status) {
    const bool sticky_folder = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
    const bool everybody = (status.st_mode & S_IWOTH) != 0;
    const bool group = (status.st_mode & S_IWGRP) != 0;
    if (sticky_folder || (!everybody && !group)) {
        return {};
    }
    std::string who = "everybody";
    std::string hint = group ? "chmod go-w " : "chmod o-w ";
    if (!everybody && !is_own_group(status.st_gid)) {
        who = "the group " + group_text(status.st_gid);
        hint = "chmod g-w ";
    } else if (!everybody) {
        if (!has_access_list(path)) {
            return {};
        }
        who = "by an access control list somebody";
        hint = "setfacl -b ";
    }
    return untrusted("untrusted_mode",
                     joined({who, " may write ", path, " (mode ", octal(status.st_mode),
                             "); expected: nobody but its owner and this user's own group"}),
                     hint + quoted(path));
}

bool TrustRules::is_own_group(gid_t group) {
    if (!group_known_) {
        group_own_ = own_group(group_);
        group_known_ = true;
    }
    return group_own_ && group == group_;
}

} // namespace rt::core
