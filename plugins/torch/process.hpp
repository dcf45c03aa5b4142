// process.hpp - living in somebody's process: what each call into this plugin runs under.
//
// Note [Calls and the end of the process]
// A thread that computes while exit() destroys LibTorch's globals aborts or crashes the process. So each thread that
// calls in has a record that says whether it is inside, and exit() finds a handler of ours that turns new calls away
// and waits until those inside are over. Where one is not over after 60 seconds (RTFFI_TORCH_EXIT_SECONDS, for another
// number), the handler says so on standard error and ends the process by _exit, with the status that exit() was given:
// no handler or destructor that is left runs then, and nothing aborts. The price in a call is a few plain stores and loads: the fence between
// "I am inside" and "is the process exiting?" is paid by the exiting side, which makes the kernel put it into every
// thread (membarrier).
//
// exit() runs what was registered last first, and LibTorch makes globals (the random number generator, autograd's
// engine, ...) when they are first used, long after this plugin was loaded. So the handler is registered again after
// a thread's first call, its second, its fourth, its eighth: whatever the calls so far have made, it is soon before it.
//
// The same record carries what this plugin needs per thread, and the same load of `process_state` tells a forked child
// that it must first make LibTorch stay off the thread pool that it has lost (see fork.cpp).
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include <c10/core/Stream.h>

#include "grad_modes.hpp"

namespace rt::libtorch {

// How a thread computes on a kind of device: in a dtype of fewer bits where it can, or not.
struct Autocast {
    int device; // a c10::DeviceType
    int dtype;  // a c10::ScalarType
    bool enabled;
};

// What a thread's current device, and its current stream on the device of another, were before that one was begun.
struct StreamBefore {
    c10::Device device;
    c10::Stream stream;
};

// What this plugin knows of one thread. Records are never freed: one whose thread has ended serves the next thread.
struct Thread {
    std::atomic<int> depth{0};         // how many calls it is inside of
    std::uint32_t until_watch = 1;     // how many calls from now watch_exit is next
    std::uint32_t calls = 1;           // how many it will have made then
    std::atomic<bool> taken{true};     // whether a living thread owns the record
    std::vector<GradMode> grad_modes;  // rt_torch_autograd_no_grad_begin and the like without their end
    std::size_t outer_grad_modes = 0;  // how many of those were begun outside of the callable that runs
    std::vector<Autocast> autocasts;   // what each rt_torch_autocast_begin without its end found
    std::vector<StreamBefore> streams; // what each rt_torch_stream_begin without its end found
    Thread *next = nullptr;
};

extern constinit thread_local Thread *this_thread __attribute__((tls_model("initial-exec")));

// Bits of process_state; zero while there is nothing to look after.
enum : int { process_exiting = 1, process_forked = 2 };
extern constinit std::atomic<int> process_state;

// Makes the calling thread's record and sends its warnings to the host. May throw std::bad_alloc.
Thread &introduce_thread();

// What a call does when process_state is not zero: throws where the process is exiting.
void look_after_process();

// From now on exit() turns calls away before it comes to what was registered with it earlier (exit.cpp).
void watch_exit();
// ... and again after as many calls of this thread as it has made so far.
[[gnu::cold]] void watch_exit_again(Thread &thread);

// The guard of each call.
class Call {
  public:
    Call() : thread_(this_thread != nullptr ? *this_thread : introduce_thread()) {
        const int depth = thread_.depth.load(std::memory_order_relaxed);
        thread_.depth.store(depth + 1, std::memory_order_relaxed);
        std::atomic_signal_fence(std::memory_order_seq_cst); // see Note [Calls and the end of the process]
        if (process_state.load(std::memory_order_relaxed) != 0) [[unlikely]] {
            enter_with_care();
        }
    }
    Call(const Call &) = delete;
    Call &operator=(const Call &) = delete;
    ~Call() {
        if (--thread_.until_watch == 0) [[unlikely]] {
            watch_exit_again(thread_);
        }
        leave();
    }

  private:
    void leave() const {
        thread_.depth.store(thread_.depth.load(std::memory_order_relaxed) - 1, std::memory_order_release);
    }
    void enter_with_care() const {
        try {
            look_after_process();
        } catch (...) {
            leave();
            throw;
        }
    }

    Thread &thread_;
};

// Whether LibTorch was in the process before this plugin was loaded: then its process-wide settings are not ours.
bool libtorch_was_here_first();

} // namespace rt::libtorch

#undef RT_CALL_GUARD // plugin.hpp's own, which files that know nothing of LibTorch may have included before
#define RT_CALL_GUARD rt::libtorch::Call
#include <rtffi/plugin.hpp>
