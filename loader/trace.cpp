#include "trace.hpp"

#include <dlfcn.h>
#include <execinfo.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace rt::core {

bool tracing() noexcept {
    static const bool on = [] {
        const char *value = secure_getenv("RTFFI_TRACE_HANDLES");
        return value != nullptr && std::strcmp(value, "0") != 0 && value[0] != '\0';
    }();
    return on;
}

void **capture_trace() noexcept {
    void *frames[24];
    const int count = std::max(backtrace(frames, 24), 0);
    auto **trace = static_cast<void **>(std::malloc((static_cast<std::size_t>(count) + 1) * sizeof(void *)));
    if (trace != nullptr) {
        std::copy(frames, frames + count, trace);
        trace[count] = nullptr;
    }
    return trace;
}

void free_trace(void **trace) noexcept { std::free(static_cast<void *>(trace)); }

std::vector<std::string> trace_lines(void *const *trace) {
    std::vector<std::string> lines;
    Dl_info self = {};
    dladdr(reinterpret_cast<const void *>(&tracing), &self);
    for (; trace != nullptr && *trace != nullptr; trace++) {
        Dl_info info = {};
        if (dladdr(*trace, &info) == 0 || info.dli_fbase == self.dli_fbase) {
            continue;
        }
        lines.emplace_back(info.dli_sname != nullptr ? info.dli_sname : "?");
        lines.back().append(" in ").append(info.dli_fname != nullptr ? info.dli_fname : "?");
    }
    return lines;
}

} // namespace rt::core
