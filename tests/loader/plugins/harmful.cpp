// harmful.cpp - a plugin that does harm while it is loaded: RTFFI_TEST_HARM says what. Without it, it is harmless.
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <rtffi/plugin.hpp>

namespace {

bool asked_for(std::string_view harm) {
    const char *wanted = std::getenv("RTFFI_TEST_HARM");
    return wanted != nullptr && wanted == harm;
}

struct Harm {
    Harm() {
        if (asked_for("crash")) {
            std::raise(SIGSEGV);
        } else if (asked_for("abort")) {
            std::fputs("harmful: this is the end\n", stderr);
            std::abort();
        } else if (asked_for("throw")) {
            throw std::runtime_error("thrown by a constructor");
        } else if (asked_for("exit")) {
            std::exit(3);
        } else if (asked_for("leave quietly")) {
            _exit(0);
        } else if (asked_for("hang")) {
            for (;;) {
                std::this_thread::sleep_for(std::chrono::hours(1));
            }
        } else if (asked_for("look for descriptor 200") &&
                   std::string_view(program_invocation_short_name) == "rtffi-probe" && fcntl(200, F_GETFD) >= 0) {
            std::abort();
        }
    }
} harm;

void on_load() {
    if (asked_for("crash in init")) {
        std::raise(SIGBUS);
    } else if (asked_for("fail in init")) {
        throw rt::Error(RT_E_UNAVAILABLE, "not today", "no_day");
    }
}

std::int64_t one() { return 1; }

} // namespace

RT_PLUGIN("harmful", "1.0.0", "Does the harm it is told to", .on_load = on_load)
RT_FUNCTION(one, "harmful_one() -> i64", "1.")
