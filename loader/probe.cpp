#include "probe.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

#include "core_file.hpp"
#include "dlopen_error.hpp"
#include "fork.hpp"
#include "search_path.hpp"
#include "text.hpp"
#include "trust_demands.hpp"

namespace rt::core {

namespace {

using Clock = std::chrono::steady_clock;

struct Trials {
    std::mutex mutex;
    std::vector<std::pair<FileIdentity, FailedTrial>> failed; // where the user's cache keeps nothing
};

Trials &trials() {
    static Trials *const instance = new Trials;
    return *instance;
}

const ForkSafe probe_fork_safe(ForkRank::trials, [] { trials().mutex.lock(); }, [] { trials().mutex.unlock(); });

// In whatever way the host's locale writes numbers.
std::chrono::milliseconds time_given() {
    const char *text = secure_getenv("RTFFI_PROBE_TIMEOUT");
    double seconds = 0;
    if (text != nullptr) {
        std::from_chars(text, text + std::strlen(text), seconds);
    }
    return std::chrono::milliseconds(
        static_cast<std::int64_t>((seconds >= 0.001 && seconds < 1e6 ? seconds : 30.0) * 1000));
}

Outcome no_probe(const std::string &why) {
    return {RT_E_UNAVAILABLE, "no_probe", joined({"RT_DLOPEN_PROBE: ", why, ". To do: ", hint_for("no_probe", {})})};
}

// The program, or "": in a build beside librtffi.so, where it is installed in the folder rtffi there.
std::string find_program() {
    for (const char *name : {"rtffi/rtffi-probe", "rtffi-probe"}) {
        if (const std::string path = core_folder() + name; access(path.c_str(), X_OK) == 0) {
            return path;
        }
    }
    return "";
}

// Starts the program with its standard output in `output`; errno's value where it cannot.
int start(std::vector<std::string> arguments, int output, pid_t &child) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    std::vector<char *> texts;
    for (std::string &argument : arguments) {
        texts.push_back(argument.data());
    }
    texts.push_back(nullptr);
    const int error = posix_spawn(&child, texts[0], &actions, &attributes, texts.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

// What comes out of the pipe until its end; false where that does not come in time.
bool read_all(int from, Clock::time_point deadline, std::string &out) {
    for (char buffer[4096];;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd waited = {from, POLLIN, 0};
        if (left <= 0) {
            return false;
        }
        if (poll(&waited, 1, static_cast<int>(left)) <= 0) {
            continue; // a signal, or the deadline
        }
        const ssize_t got = read(from, buffer, sizeof buffer);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return true;
        }
        out.append(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
    }
}

// Runs the program to its end. Its answer is a line with "ok" or a cause, and then the story.
Outcome ask(const std::vector<std::string> &arguments, std::chrono::milliseconds time, std::string &answer) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return no_probe(std::generic_category().message(errno));
    }
    pid_t child = 0;
    const int error = start(arguments, ends[1], child);
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        return no_probe(joined({arguments[0], " cannot be run: ", std::generic_category().message(error)}));
    }
    // It keeps the deadline itself; this is for one that is out of order.
    constexpr std::chrono::seconds grace(20);
    const bool came = read_all(ends[0], Clock::now() + time + grace, answer);
    close(ends[0]);
    if (!came) {
        kill(child, SIGKILL); // it has not closed its output, so it is there
    }
    while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    return came ? Outcome{} : no_probe(arguments[0] + " did not answer");
}

Outcome failure(const std::string &path, const FailedTrial &trial, const char *when) {
    return {RT_E_LOAD, trial.cause,
            joined({path, " ", trial.what(), " ", when, ": it ", trial.story, ". To do: ", hint_for(trial.cause, {})})};
}

void remember(const FileIdentity &file, const FailedTrial &trial) {
    keep_failed_trial(file, trial);
    const std::lock_guard lock(trials().mutex);
    std::erase_if(trials().failed, [&](const auto &known) {
        return known.first.device == file.device && known.first.inode == file.inode;
    });
    trials().failed.emplace_back(file, trial);
}

} // namespace

bool recall_trial(const FileIdentity &file, FailedTrial &out) {
    if (find_failed_trial(file, out)) {
        return true;
    }
    const std::lock_guard lock(trials().mutex);
    for (const auto &[known, trial] : trials().failed) {
        if (known == file) {
            out = trial;
            return true;
        }
    }
    return false;
}

Outcome probe(const std::string &path, int mode) {
    FileIdentity file;
    if (!identify(path, file)) {
        return {RT_E_NOT_FOUND, "not_found", path + " is gone"};
    }
    const std::chrono::milliseconds time = time_given();
    FailedTrial trial;
    // One that was given less time may come to its end now.
    if (recall_trial(file, trial) && (trial.cause != "probe_timeout" || trial.milliseconds >= time.count())) {
        return failure(path, trial, "in an earlier check");
    }
    const std::string program = find_program();
    if (program.empty()) {
        return no_probe(
            joined({"the program rtffi-probe is neither in ", core_folder(), " nor in ", core_folder(), "rtffi/"}));
    }
    std::shared_ptr<const Demands> demands;
    if (Outcome known = current_demands(demands); !known) {
        return known;
    }
    std::vector<std::string> arguments{program, std::to_string(time.count()), core_file(), path, std::to_string(mode)};
    arguments.insert(arguments.end(), demands->arguments.begin(), demands->arguments.end());
    for (const std::string &folder : added_folders()) {
        arguments.push_back("folder=" + folder);
    }
    std::string answer;
    if (Outcome asked = ask(arguments, time, answer); !asked) {
        return asked;
    }
    if (answer == "ok\n") {
        return {};
    }
    const std::size_t end = std::min(answer.find('\n'), answer.size());
    trial = {answer.substr(0, end), time.count(), answer.substr(std::min(end + 1, answer.size()))};
    if (trial.what() == nullptr) {
        return no_probe(joined({program, " failed: ", answer.empty() ? "it gave no answer" : trial.story}));
    }
    remember(file, trial);
    return failure(path, trial, "when it was tried in a process of its own");
}

} // namespace rt::core
