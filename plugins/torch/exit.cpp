// exit.cpp - the end of the process: see Note [Calls and the end of the process] in process.hpp.
#include "exit.hpp"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ctime>

#include "process.hpp"

namespace rt::libtorch {

namespace {

constexpr auto patience = std::chrono::seconds(2);

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

void turn_calls_away() {
    if ((process_state.fetch_or(process_exiting, std::memory_order_seq_cst) & process_exiting) != 0) {
        return; // registered more than once: this was done by the last one
    }
    barrier_in_all_threads();
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (Thread *at = first_thread(); at != nullptr; at = at->next) {
        // A thread that calls exit() from a callback is inside a call that will never return.
        while (at != this_thread && at->depth.load(std::memory_order_acquire) > 0) {
            if (std::chrono::steady_clock::now() > deadline) {
                return;
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

void watch_exit() { std::atexit(turn_calls_away); }

} // namespace rt::libtorch
