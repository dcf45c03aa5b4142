#include "failed_trials.hpp"

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "descriptor.hpp"
#include "environment.hpp"

namespace rt::core {

namespace {

constexpr std::size_t longest = 4096;

struct Cause {
    const char *cause;
    const char *what;
};
constexpr Cause causes[] = {
    {"probe_crashed", "crashed"},
    {"probe_exited", "ended its process"},
    {"probe_timeout", "did not come to an end"},
};

// "" where there is none. Makes it where asked to, for this user alone.
std::string folder(bool make) {
    const std::string home = environment_folder("HOME");
    const std::string cache = environment_folder("XDG_CACHE_HOME");
    std::string path = !cache.empty() ? cache : home.empty() ? "" : home + "/.cache";
    if (path.empty()) {
        return "";
    }
    for (const char *part : {"", "/rtffi", "/failed-trials"}) {
        path += part;
        if (make) {
            mkdir(path.c_str(), 0700);
        }
    }
    return path;
}

std::string name_of(const std::string &where, const FileIdentity &file) {
    char name[64];
    std::snprintf(name, sizeof name, "/%llx-%llx", static_cast<unsigned long long>(file.device),
                  static_cast<unsigned long long>(file.inode));
    return where + name;
}

// What the identity adds to the name.
std::string first_line(const FileIdentity &file) {
    char line[160];
    std::snprintf(line, sizeof line, "rtffi 1 %lld %lld.%09ld %lld.%09ld\n", static_cast<long long>(file.size),
                  static_cast<long long>(file.modified.tv_sec), file.modified.tv_nsec,
                  static_cast<long long>(file.changed.tv_sec), file.changed.tv_nsec);
    return line;
}

// A small file of this user's, or "".
std::string read_own(const std::string &path) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status = {};
    if (file.get() < 0 || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != geteuid()) {
        return "";
    }
    std::string text(longest, '\0');
    const ssize_t got = read(file.get(), text.data(), text.size());
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
}

// Takes the text before the next line end off.
std::string take_line(std::string &text) {
    const std::size_t end = text.find('\n');
    std::string line = text.substr(0, end);
    text.erase(0, end == std::string::npos ? end : end + 1);
    return line;
}

} // namespace

const char *FailedTrial::what() const {
    for (const Cause &known : causes) {
        if (cause == known.cause) {
            return known.what;
        }
    }
    return nullptr;
}

void keep_failed_trial(const FileIdentity &file, const FailedTrial &trial) {
    const std::string where = folder(true);
    if (where.empty()) {
        return;
    }
    std::string text = first_line(file) + trial.cause + "\n" + std::to_string(trial.milliseconds) + "\n" + trial.story;
    text.resize(std::min(text.size(), longest));
    std::string temporary = where + "/new-XXXXXX";
    const Descriptor into(mkostemp(temporary.data(), O_CLOEXEC));
    if (into.get() < 0) {
        return;
    }
    // By one step, so that nobody reads half of it.
    if (write(into.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        std::rename(temporary.c_str(), name_of(where, file).c_str()) != 0) {
        unlink(temporary.c_str());
    }
}

bool find_failed_trial(const FileIdentity &file, FailedTrial &out) {
    const std::string where = folder(false);
    std::string text = where.empty() ? "" : read_own(name_of(where, file));
    if (take_line(text) + "\n" != first_line(file)) {
        return false;
    }
    out.cause = take_line(text);
    out.milliseconds = std::strtoll(take_line(text).c_str(), nullptr, 10);
    out.story = std::move(text);
    return out.what() != nullptr;
}

void forget_failed_trial(const FileIdentity &file) {
    if (const std::string where = folder(false); !where.empty()) {
        unlink(name_of(where, file).c_str());
    }
}

} // namespace rt::core
