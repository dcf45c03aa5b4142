#include "log.hpp"

#include <cstdio>
#include <mutex>

#include <rtffi/rtffi.h>

#include "cancellation.hpp"
#include "error.hpp"
#include "fork.hpp"
#include "mapped_image.hpp"

namespace rt::core {

namespace {

struct Sink {
    std::mutex mutex;
    rt_log_sink sink = nullptr;
    void *context = nullptr;
};

Sink &sink() {
    static Sink *const instance = new Sink;
    return *instance;
}

const ForkSafe log_fork_safe(ForkRank::log, [] { sink().mutex.lock(); }, [] { sink().mutex.unlock(); });

void write_to_stderr(std::int32_t level, const char *plugin, const char *message) {
    static const char *const names[] = {"debug", "information", "warning", "error"};
    if (level >= RT_LOG_WARNING) {
        std::fprintf(stderr, "rtffi: %s: %s%s%s\n", names[level > 3 ? 3 : level], plugin, *plugin != '\0' ? ": " : "",
                     message);
    }
}

} // namespace

void log(std::int32_t level, const char *plugin, const char *message) noexcept {
    const NotCancelled whole; // a sink that writes is where a thread may be cancelled
    guarded("log", [&] {
        rt_log_sink to = nullptr;
        void *context = nullptr;
        {
            const std::lock_guard lock(sink().mutex);
            to = sink().sink;
            context = sink().context;
        }
        if (to != nullptr) {
            to(context, level, plugin, message != nullptr ? message : "");
        } else {
            write_to_stderr(level, plugin, message != nullptr ? message : "");
        }
        return rt_status{RT_OK};
    });
}

void forget_log_sink(const MappedImage &gone) {
    const std::lock_guard lock(sink().mutex);
    if (gone.holds(sink().sink)) {
        sink().sink = nullptr;
        sink().context = nullptr;
    }
}

} // namespace rt::core

extern "C" void rt_log_set(rt_log_sink sink, void *context) {
    rt::core::Sink &target = rt::core::sink();
    const std::lock_guard lock(target.mutex);
    target.sink = sink;
    target.context = context;
}
