// trust.hpp - whose files are loaded: the rules about owners and modes, for a file and each folder above it.
//
// Note [Trust]: what is loaded has all rights of this process. So nobody may be able to write it, or to put another file in its
// place, who has not those rights anyway: root, the effective user, and whom RTFFI_TRUST_OWNER names. The canonical path is judged
// from the root downwards: names in a folder of which that was found stay what they are, so that no later step can be led astray.
// In a sticky folder such as /tmp anybody may add a name, but take away or replace only their own.
//
// Looked at are owners, modes and POSIX access control lists. Not looked at are: access control lists of other kinds (NFSv4), who
// has the file open for writing since before, who else than those listed in it has the user's primary group as theirs, and the
// libraries that the file needs, which the dynamic linker finds: DT_RUNPATH and DT_NEEDED are words of a file that is trusted.
#pragma once

#include <sys/stat.h>

#include <map>
#include <string>
#include <vector>

#include "descriptor.hpp"
#include "error.hpp"

namespace rt::core {

// Whether something is trusted, and where it is not, what to do: exact words, which depend on more than the cause.
struct Verdict {
    Outcome outcome;
    std::string hint;

    explicit operator bool() const { return static_cast<bool>(outcome); }
    // The outcome, its message with the hint.
    Outcome told() const;
};

// RT_E_UNTRUSTED.
Verdict untrusted(const char *cause, std::string message, std::string hint);

// The rules, for one load or one look at many files: what is found of a folder is kept for that long. The outcomes' causes are
// "untrusted_owner", "untrusted_mode" and "file_replaced" (the path is no longer canonical).
class TrustRules {
  public:
    TrustRules();

    // A file by its canonical path, of which `status` was had.
    Verdict judge(const std::string &path, const struct stat &status);

    // Opens a regular file by its canonical path and judges what was opened. Further causes: those of ElfFile::open.
    Verdict open(const std::string &path, Descriptor &file, struct stat &status);

  private:
    const Verdict &folder(const std::string &path);
    Verdict judge_one(const std::string &path, const struct stat &status);
    Verdict judge_mode(const std::string &path, const struct stat &status);
    bool is_own_group(gid_t group);

    std::vector<uid_t> owners_;
    std::map<std::string, Verdict> folders_;
    bool group_known_ = false; // it is asked for where a group may write
    bool group_own_ = false;
    gid_t group_ = 0;
};

} // namespace rt::core
