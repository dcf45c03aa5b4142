// failed_trials.hpp - what became of files that were tried in a process of their own and came to a bad end there, kept in the
// user's cache: $XDG_CACHE_HOME, else ~/.cache, /rtffi/failed-trials, one small file for each.
//
// Whatever is wrong with that folder or a file in it, it is as if nothing was known; a set-user-ID program knows nothing. What is
// known can only keep a file from being loaded. The command `rtffi` is built with this file, too.
#pragma once

#include <cstdint>
#include <string>

#include "file_identity.hpp"

namespace rt::core {

struct FailedTrial {
    std::string cause;             // "probe_crashed", "probe_exited", "probe_timeout"
    std::int64_t milliseconds = 0; // that it was given
    std::string story;             // "was ended by SIGSEGV (Segmentation fault); it printed: ..."

    // "crashed", "ended its process", "did not come to an end".
    const char *what() const;
};

void keep_failed_trial(const FileIdentity &file, const FailedTrial &trial);
bool find_failed_trial(const FileIdentity &file, FailedTrial &out);
void forget_failed_trial(const FileIdentity &file);

} // namespace rt::core
