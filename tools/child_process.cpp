#include "child_process.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace rt::tools {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kept_output = 1000;     // of its beginning, and of its end
constexpr std::size_t longest_line = 1 << 20; // a child that is out of order must not fill our memory
constexpr std::size_t most_at_once = 1 << 20; // as much as a pipe holds that its user has made larger
constexpr int exec_failed = 127;

[[noreturn]] void fail(const char *what) { throw std::system_error(errno, std::generic_category(), what); }

// Both ends of a pipe; the child's process inherits neither unless told to.
struct Pipe {
    Pipe() {
        if (pipe2(ends, O_CLOEXEC) != 0) {
            fail("pipe");
        }
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
    }
    Pipe(const Pipe &) = delete;
    Pipe &operator=(const Pipe &) = delete;
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    void close_end(int end) {
        if (ends[end] >= 0) {
            close(ends[end]);
            ends[end] = -1;
        }
    }
    // Gives what can be read now to `take`, but not without an end from a child that writes without one; closes the pipe at its end.
    template <class Take> void drain(Take take) {
        char buffer[4096];
        for (std::size_t round = 0; ends[0] >= 0 && round < most_at_once / sizeof buffer; round++) {
            const ssize_t got = read(ends[0], buffer, sizeof buffer);
            if (got > 0) {
                take(std::string_view(buffer, static_cast<std::size_t>(got)));
            } else if (got == 0) {
                close_end(0);
            } else if (errno != EINTR) {
                return;
            }
        }
    }

    int ends[2] = {-1, -1};
};

void limit(int resource, rlim_t most) {
    const rlimit value{most, most};
    setrlimit(static_cast<__rlimit_resource>(resource), &value);
}

// Between fork and exec.
[[noreturn]] void become_child(char *const *arguments, int results, int output, const Limits &limits) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL); // it is in no terminal's foreground group: Ctrl-C ends us alone
    limit(RLIMIT_CORE, 0);
    if (limits.memory_mib != 0) {
        limit(RLIMIT_DATA, static_cast<rlim_t>(limits.memory_mib) << 20U);
    }
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    fcntl(results, F_SETFD, 0);
    execv("/proc/self/exe", arguments);
    _exit(exec_failed);
}

class Lines {
  public:
    explicit Lines(const std::function<void(const std::string &)> &on_line) : on_line_(on_line) {}
    void operator()(std::string_view text) {
        for (const char c : text) {
            if (c == '\n') {
                if (!line_.empty()) {
                    on_line_(line_);
                }
                line_.clear();
            } else if (line_.size() < longest_line) {
                line_ += c;
            }
        }
    }

  private:
    const std::function<void(const std::string &)> &on_line_;
    std::string line_;
};

// What matters stands first (a panic's message, before its stack) or last (a library's, before abort).
void keep_ends(std::string &kept, std::string_view text) {
    static constexpr std::string_view gap = "\n[...]\n";
    kept += text;
    if (kept.size() > 2 * kept_output + gap.size()) {
        kept.replace(kept_output, kept.size() - 2 * kept_output, gap);
    }
}

// Kills what the child left behind: its group, and what left that, which is this process's own once its parent is dead. Each
// that is killed may leave more.
void end_descendants(pid_t child) {
    kill(-child, SIGKILL);
    const std::string path = "/proc/self/task/" + std::to_string(getpid()) + "/children";
    for (int round = 0; round < 100; round++) {
        std::ifstream list(path);
        bool any = false;
        for (pid_t left = 0; list >> left; any = true) {
            kill(left, SIGKILL);
            waitpid(left, nullptr, 0);
        }
        if (!any) {
            return;
        }
    }
}

// Whether a process has more in memory than it may: the kernel counts what is its own only, and not what it shares.
bool holds_too_much(pid_t child, const Limits &limits) {
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    std::ifstream("/proc/" + std::to_string(child) + "/statm") >> all >> resident;
    const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    return limits.memory_mib != 0 && (resident * page) >> 20U > limits.memory_mib;
}

// The ending of a process, all descendants of which are gone afterwards; false while it runs.
bool has_ended(pid_t child, Ending &ending) {
    int status = 0;
    rusage usage = {};
    if (wait4(child, &status, WNOHANG, &usage) != child) {
        return false;
    }
    ending.memory_mib = static_cast<std::uint64_t>(usage.ru_maxrss) >> 10U;
    end_descendants(child);
    if (ending.how != Ending::How::overdue) {
        ending.how = WIFSIGNALED(status) ? Ending::How::signalled : Ending::How::exited;
        ending.number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    }
    return true;
}

} // namespace

std::string Ending::text(const Limits &limits) const {
    switch (how) {
    case How::overdue: {
        std::string seconds = std::to_string(limits.seconds);
        seconds.erase(seconds.find_last_not_of('0') + 1);
        seconds.erase(seconds.find_last_not_of('.') + 1);
        return "did not come to an end within " + seconds + " s";
    }
    case How::signalled: {
        const char *name = sigabbrev_np(number);
        return "was ended by " + (name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(number)) +
               " (" + strsignal(number) + ")";
    }
    default:
        return "ended itself with status " + std::to_string(number);
    }
}

std::string Ending::story(const Limits &limits) const {
    const std::size_t end = output.find_last_not_of('\n');
    return text(limits) + (end == std::string::npos ? "" : "; it printed: " + output.substr(0, end + 1));
}

const char *Ending::probe_cause() const {
    return how == How::overdue ? "probe_timeout" : how == How::signalled ? "probe_crashed" : "probe_exited";
}

std::uint64_t usual_memory_mib() {
#if defined(RTFFI_SANITIZED)
    return 0;
#else
    return static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) >>
           21U;
#endif
}

Ending run_child(std::vector<std::string> arguments, const Limits &limits,
                 const std::function<void(const std::string &)> &on_line) {
    Pipe results;
    Pipe output;
    arguments.insert(arguments.begin(), program_invocation_short_name);
    arguments.insert(arguments.end(), {"--results", std::to_string(results.ends[1])});
    std::vector<char *> texts;
    texts.reserve(arguments.size() + 1);
    for (std::string &argument : arguments) {
        texts.push_back(argument.data());
    }
    texts.push_back(nullptr);

    if (access("/proc/self/exe", X_OK) != 0) {
        fail("starting a process of its own needs /proc, which is to be mounted: /proc/self/exe");
    }
    prctl(PR_SET_CHILD_SUBREAPER, 1); // what the child leaves behind becomes ours to end
    const auto deadline =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(limits.seconds));
    const pid_t child = fork();
    if (child < 0) {
        fail("fork");
    }
    if (child == 0) {
        become_child(texts.data(), results.ends[1], output.ends[1], limits);
    }
    setpgid(child, child); // whoever of the two comes first
    results.close_end(1);
    output.close_end(1);

    Ending ending;
    Lines lines(on_line);
    constexpr int step_ms = 20;
    constexpr auto patience = std::chrono::milliseconds(500); // with a killed process that the kernel does not let go
    for (bool ended = false; !ended;) {
        pollfd waited[] = {{results.ends[0], POLLIN, 0}, {output.ends[0], POLLIN, 0}};
        poll(waited, 2, step_ms);
        ended = has_ended(child, ending);
        results.drain(std::ref(lines));
        output.drain([&](std::string_view text) { keep_ends(ending.output, text); });
        if (!ended && holds_too_much(child, limits)) {
            kill(-child, SIGKILL);
        }
        if (!ended && Clock::now() >= deadline) {
            ending.how = Ending::How::overdue;
            kill(-child, SIGKILL);
            ended = Clock::now() >= deadline + patience;
        }
    }
    return ending;
}

} // namespace rt::tools
