// thread.hpp - what the core keeps per thread.
//
// Note [One thread-local]: the core has a single initial-exec thread-local of 16 bytes, without a destructor. General-
// dynamic thread-locals abort the process when memory is short, and static TLS is scarce for libraries loaded late.
// Everything else hangs off `state`, which a pthread key destroys when the thread ends. `state` is made on first need
// and may be missing when memory is exhausted, so every user of it copes with null.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <rtffi/rtffi.h>

struct rt_plugin;

namespace rt::core {

struct Slot;
struct SlotPool;
struct Turns;

struct ErrorRecord {
    rt_status code = RT_OK;
    std::uint64_t number = 0; // of errors this thread has had: tells a new one from an old one
    bool unread = false;      // rt_dlerror has not given it out yet
    std::string message;
    std::string function;
    std::string plugin;
    std::string cause;
    std::string wanted; // the name of a function for which the message has yet to suggest another
};

struct ScopeFrame {
    std::int64_t token;
    std::size_t begin; // index of its first handle in ThreadState::scoped
};

// The two slots for borrowed results at one depth of callbacks.
struct BorrowSlots {
    std::vector<unsigned char> slots[2];
    unsigned turn = 0;
};

// What making a handle needs comes first, in one cache line.
struct alignas(64) ThreadState {
    Slot *free_slots = nullptr; // of `pool`, for this thread alone
    std::vector<ScopeFrame> frames;
    SlotPool *pool = nullptr;
    bool careful = false; // whether each new handle must be noted: a scope is open, or handles are traced (trace.hpp)
    ErrorRecord error;
    std::vector<std::int64_t> scoped;
    std::int64_t scopes_begun = 0;
    std::vector<BorrowSlots> borrowed;
    std::size_t callback_depth = 0;
    std::uint64_t serial = 0;         // tells threads apart for good, unlike their ids
    std::vector<rt_plugin *> loading; // guarded by the loads' mutex
    rt_plugin *waiting_for = nullptr; // likewise
    Turns *asking = nullptr;          // whose resolver it waits for; guarded by the resolvers' mutex
};

struct ThreadBlock {
    std::int32_t status;
    std::uint32_t pool_id; // see Note [Biased pins] in handle.hpp; 0 until the thread has made a handle
    ThreadState *state;
};
static_assert(sizeof(ThreadBlock) == 16);

// The symbol that hosts see is the block's first field, rt_thread_status in rtffi.h.
extern "C" __attribute__((visibility("default"))) __thread ThreadBlock thread_block __asm__("rt_thread_status")
    __attribute__((tls_model("initial-exec")));

// Makes this thread's state; null when memory is exhausted.
ThreadState *make_thread_state() noexcept;

// This thread's state, made where it is missing; null when memory is exhausted.
inline ThreadState *thread_state() noexcept {
    ThreadState *state = thread_block.state;
    return state != nullptr ? state : make_thread_state();
}

} // namespace rt::core
