// harmful.cpp - a plugin that does harm while it is loaded: RTFFI_TEST_HARM says what. Without it, it is harmless.
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
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

// Without an end for any stack, and not a loop for the compiler.
int overflow(int depth) {
    if (depth < 0) {
        return 0;
    }
    volatile char page[4096] = {};
    page[0] = static_cast<char>(depth);
    return overflow(depth + 1) + page[0];
}

// It stays until the test ends it, with all other files of its parent open.
void leave_a_process() {
    const pid_t pid = fork();
    if (pid == 0) {
        close(1); // the test's own pipe
        close(2);
        sleep(3600);
        _exit(0);
    }
    std::ofstream(std::getenv("RTFFI_TEST_PID_FILE"), std::ios::app) << pid << '\n';
}

// To whom they belong does not matter: what is inherited, a result's pipe among it.
template <std::size_t N> bool write_everywhere(const char (&text)[N]) {
    bool any = false;
    for (int descriptor = 3; descriptor < 20; descriptor++) {
        any = write(descriptor, text, N - 1) > 0 || any;
    }
    return any;
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
        } else if (asked_for("write without an end")) {
            for (static const char lines[65536] = {'\n'};;) {
                if (!write_everywhere(lines)) {
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                }
            }
        } else if (asked_for("say that all was checked")) {
            write_everywhere("{\"done\":true}\n");
            _exit(0);
        } else if (asked_for("overflow the stack")) {
            overflow(0);
        } else if (asked_for("kill its process")) {
            std::raise(SIGKILL);
        } else if (asked_for("terminate on a thread")) {
            std::thread([] { throw std::runtime_error("thrown on a thread"); }).join();
        } else if (asked_for("start a thread")) {
            std::thread([] { std::this_thread::sleep_for(std::chrono::hours(1)); }).detach();
        } else if (asked_for("fork")) {
            leave_a_process();
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
