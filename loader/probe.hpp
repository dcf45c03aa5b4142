// probe.hpp - trying a file in a process of its own before it is loaded into this one: RT_DLOPEN_PROBE.
//
// Note [Probe]: after fork a child of a process with threads may do next to nothing, so the trial is another program's,
// rtffi-probe, and posix_spawn starts it. It watches over a child of its own, which opens the file with this same librtffi.so,
// and says on its standard output how that ended. So nothing depends on who gets to wait for this process's children.
#pragma once

#include <string>

#include "error.hpp"
#include "failed_trials.hpp"
#include "file_identity.hpp"

namespace rt::core {

// RT_OK where the file comes through, be it with an error that a load reports itself. `mode` is rt_dlopen's.
Outcome probe(const std::string &path, int mode);

// Whether such a trial of this very file failed: by what this process remembers, or the user's cache.
bool recall_trial(const FileIdentity &file, FailedTrial &out);

} // namespace rt::core
