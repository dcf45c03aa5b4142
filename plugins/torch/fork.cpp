// fork.cpp - LibTorch in the child of a fork.
//
// Only the forking thread lives on in the child. LibTorch's thread pool (libgomp's, in the wheels) does not know, and the
// first operation that is large enough to be shared out waits for threads that are gone, for ever. One thread is safe.
// The handler itself only leaves a note: it runs before or after other libraries' handlers, as chance has it, and a
// pool that one of them is about to repair must not be touched yet. The next call from the child acts on the note.
#include "fork.hpp"

#include <ATen/Parallel.h>
#include <pthread.h>
#include <sys/stat.h>

#include <mutex>

#include "exit.hpp"
#include "process.hpp"

namespace rt::libtorch {

namespace {

constinit std::atomic<bool> other_threads{false}; // while a fork is going on: whether the parent has any
constinit std::atomic<bool> threads_lost{false};

// The links of a process's task folder are its threads and two more.
void before_fork() {
    struct stat tasks;
    const bool alone = stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink == 3;
    other_threads.store(!alone, std::memory_order_relaxed);
}

void in_child() {
    for (Thread *at = first_thread(); at != nullptr; at = at->next) {
        if (at != this_thread) {
            at->depth.store(0, std::memory_order_relaxed);
            at->taken.store(false, std::memory_order_relaxed);
        }
    }
    if (other_threads.load(std::memory_order_relaxed)) {
        threads_lost.store(true, std::memory_order_relaxed);
        process_state.fetch_or(process_forked, std::memory_order_relaxed);
    }
}

} // namespace

void watch_forks() { pthread_atfork(before_fork, nullptr, in_child); }

void repair_after_fork() {
    static std::mutex one_at_a_time;
    const std::lock_guard lock(one_at_a_time);
    if ((process_state.load(std::memory_order_relaxed) & process_forked) != 0) {
        at::set_num_threads(1);
        process_state.fetch_and(~process_forked, std::memory_order_release);
    }
}

bool lost_threads_in_fork() { return threads_lost.load(std::memory_order_relaxed); }

} // namespace rt::libtorch
