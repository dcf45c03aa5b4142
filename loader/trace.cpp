#include "trace.hpp"

#include <dlfcn.h>
#include <execinfo.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include "fork.hpp"

namespace rt::core {

const bool tracing = [] {
    const char *value = secure_getenv("RTFFI_TRACE_HANDLES");
    return value != nullptr && std::strcmp(value, "0") != 0 && value[0] != '\0';
}();

namespace {

struct Traces {
    std::mutex mutex;
    std::map<std::int64_t, std::vector<void *>> frames;
};

Traces &traces() {
    static Traces *const instance = new Traces;
    return *instance;
}

const ForkSafe trace_fork_safe(ForkRank::traces, [] { traces().mutex.lock(); }, [] { traces().mutex.unlock(); });

} // namespace

void note_trace(std::int64_t handle) noexcept {
    try {
        std::vector<void *> frames(24);
        const int count = backtrace(frames.data(), static_cast<int>(frames.size()));
        frames.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        const std::lock_guard lock(traces().mutex);
        traces().frames[handle] = std::move(frames);
    } catch (const std::bad_alloc &) {
        forget_trace(handle); // a report with a gap is better than a handle that cannot be made
    }
}

void forget_trace(std::int64_t handle) noexcept {
    const std::lock_guard lock(traces().mutex);
    traces().frames.erase(handle);
}

std::vector<std::string> trace_lines(std::int64_t handle) {
    std::vector<void *> frames;
    {
        const std::lock_guard lock(traces().mutex);
        if (const auto found = traces().frames.find(handle); found != traces().frames.end()) {
            frames = found->second;
        }
    }
    Dl_info self = {};
    dladdr(&tracing, &self);
    std::vector<std::string> lines;
    for (void *frame : frames) {
        Dl_info info = {};
        if (dladdr(frame, &info) == 0 || info.dli_fbase == self.dli_fbase) {
            continue;
        }
        lines.emplace_back(info.dli_sname != nullptr ? info.dli_sname : "?");
        lines.back().append(" in ").append(info.dli_fname != nullptr ? info.dli_fname : "?");
    }
    return lines;
}

} // namespace rt::core
