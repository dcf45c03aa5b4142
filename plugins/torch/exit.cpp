// exit.cpp - the end of the process: see Note [Calls and the end of the process] in process.hpp.
#include "exit.hpp"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "process.hpp"

namespace rt::libtorch {

namespace {

// How long exit() waits for the calls that are inside. What is longer than this is taken for one that never ends, such as a
// callback that waits for the thread that called exit().
constexpr int default_seconds = 60;

std::chrono::seconds patience() {
    int seconds = default_seconds;
    if (const char *text = std::getenv("RTFFI_TORCH_EXIT_SECONDS"); text != nullptr) {
        int number = 0;
        const char *const end = text + std::strlen(text);
        const auto [stop, error] = std::from_chars(text, end, number);
        seconds = error == std::errc() && stop == end && number >= 0 ? number : default_seconds;
    }
    return std::chrono::seconds(seconds);
}

// To destroy LibTorch's globals under a thread that computes with them aborts the process: then nothing more is destroyed.
[[noreturn]] void leave_at_once(int status, std::chrono::seconds waited) {
    std::fprintf(stderr,
                 "rtffi: torch: a call into LibTorch has not ended %lld s after exit was called: the process "
                 "ends now, without the exit handlers that are left. Join threads that compute before main returns.\n",
                 static_cast<long long>(waited.count()));
    std::fflush(nullptr); // what exit would have done last
    _exit(status);
}

void pause(long nanoseconds) {
    const timespec time{0, nanoseconds};
    nanosleep(&time, nullptr);
}

// Makes every thread of the process pass a memory barrier. Where the kernel has no such call (before 4.14, or a
// sandbox forbids it), a pause far longer than a store needs to become visible must do.
void barrier_in_all_threads() {
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0) {
        pause(20'000'000);
    }
}

// `status` is what the process exits with.
void turn_calls_away(int status, void *) {
    if ((process_state.fetch_or(process_exiting, std::memory_order_seq_cst) & process_exiting) != 0) {
        return; // registered more than once: this was done by the last one
    }
    barrier_in_all_threads();
    const std::chrono::seconds limit = patience();
    const auto deadline = std::chrono::steady_clock::now() + limit;
    for (Thread *at = first_thread(); at != nullptr; at = at->next) {
        // A thread that calls exit() from a callback is inside a call that will never return.
        while (at != this_thread && at->depth.load(std::memory_order_acquire) > 0) {
            if (std::chrono::steady_clock::now() > deadline) {
                leave_at_once(status, limit);
            }
            pause(200'000);
        }
    }
}

} // namespace

void prepare_for_exit() {
    syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
    watch_exit();
}

void watch_exit() { on_exit(turn_calls_away, nullptr); } // as atexit, and it is told the status

void watch_exit_again(Thread &thread) {
    watch_exit();
    thread.until_watch = thread.calls;
    thread.calls = thread.calls < 1U << 31 ? thread.calls * 2 : thread.calls;
}

} // namespace rt::libtorch
