// child_process.hpp - runs this program again in a process of its own, which may crash, hang or exit without harm.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace rt::tools {

struct Limits {
    double seconds = 60;
    std::uint64_t memory_mib = 0; // that it may allocate; 0 is no limit
};

// Half of this machine's memory; no limit where a sanitizer is, which reserves more than there is.
std::uint64_t usual_memory_mib();

struct Ending {
    enum class How { exited, signalled, overdue };
    How how = How::exited;
    int number = 0;               // the exit status or the signal
    std::uint64_t memory_mib = 0; // the most that it had in memory
    std::string output;           // the end of what it wrote to standard output and error

    // "was ended by SIGSEGV (Segmentation fault)".
    std::string text(const Limits &limits) const;
    // The same, and the end of what it wrote.
    std::string story(const Limits &limits) const;
    // "probe_crashed", "probe_exited", "probe_timeout": see loader/failed_trials.hpp.
    const char *probe_cause() const;
};

// Runs `PROGRAM ARGUMENT... --results FD`, PROGRAM being this one, and gives each line that the child writes to FD to `on_line`. At the deadline the child is
// killed, and at its end all that it started, also what has left its process group. (This process has no other children.) Throws where no process can be started.
Ending run_child(std::vector<std::string> arguments, const Limits &limits,
                 const std::function<void(const std::string &)> &on_line);

} // namespace rt::tools
