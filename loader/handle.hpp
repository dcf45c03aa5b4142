// handle.hpp - the handle table: what an int64_t handle stands for, and how long it lives.
//
// A handle is generation << 25 | slot index. Slots never move and are never unmapped, so that looking at one through any
// number whatever is safe. `owners` says how many rt_handle_free are still due, pins how many calls use the object now.
// The last free makes the next generation at once (every later use is an error) and leaves the slot *pending*; whoever
// then sees that no pin is left, the freeing thread or the last one to unpin, destroys the object.
//
// Note [Biased pins]: a slot belongs for good to the pool of the thread that first used it, and is handed on only with
// the whole pool when that thread has ended. The pool's thread counts its pins in `biased_pins` with plain loads and
// stores; every other thread uses the atomic `shared_pins`. Store-then-load order between "I pin" and "is it freed?" is
// had without a fence on the pool's thread: a thread that frees another's slot calls membarrier(2) between its own store
// and load, which puts the fence into all threads. Where membarrier is missing (old kernels, seccomp) or cannot be
// understood (ThreadSanitizer), no thread has a bias and all pins are atomic.
//
// Note [Pins and unpins]: a pin is taken and given back by the same thread, and a thread's pool does not change between.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <string>

#include <rtffi/plugin.h>
#include <rtffi/rtffi.h>

#include "thread.hpp"

// A handle class. Immortal, one for each name.
struct rt_class {
    const char *name;
    const char *doc;
    std::atomic<void (*)(void *)> release;
    std::atomic<rt_plugin *> plugin; // null: the core's own
    bool closed_by_dlclose;          // libraries: rt_handle_free is refused
};

namespace rt::core {

inline constexpr unsigned index_bits = 25;
inline constexpr std::uint64_t index_mask = (std::uint64_t{1} << index_bits) - 1;
inline constexpr std::uint64_t last_generation = (std::uint64_t{1} << 27) - 1;
inline constexpr std::uint64_t pending_bit = std::uint64_t{1} << 31;
inline constexpr std::uint64_t owners_mask = pending_bit - 1;

struct alignas(64) Slot {
    void *object;                     // the cell that pins give out
    std::atomic<std::uint64_t> state; // generation << 32 | pending << 31 | owners
    std::atomic<const rt_class *> class_;
    std::atomic<std::uint32_t> biased_pins; // written by the pool's thread alone
    std::atomic<std::uint32_t> shared_pins;
    std::uint32_t pool_id;
    std::uint32_t index;
    Slot *next_free;
    std::atomic<void **> trace; // where it was made, when tracing is on: see trace.hpp
};
static_assert(sizeof(Slot) == 64);

// The free slots of one thread. Immortal; adopted by a new thread when its thread has ended.
struct SlotPool {
    Slot *local = nullptr;               // the thread's own
    std::atomic<Slot *> remote{nullptr}; // given back by other threads
    SlotPool *next = nullptr;            // in the list of pools without a thread
    std::uint32_t id = 0;
};

// A pool for a new thread, null when memory is exhausted; and back.
SlotPool *acquire_pool() noexcept;
void release_pool(SlotPool *pool) noexcept;

// What a thread with this pool compares with Slot::pool_id: the pool's id, or 0 where nobody has a bias.
std::uint32_t bias_id(const SlotPool *pool) noexcept;

// Makes a handle that no scope frees.
std::int64_t create_unscoped(const rt_class *class_, void *object);

// The table's functions as hosts and plugins know them: see plugin.h.
std::int64_t handle_create(const rt_class *class_, void *object);
void **handle_pin(std::int64_t handle, const rt_class *class_);
void handle_unpin(void **cell);

// As rt_handle_free, for the classes that it refuses.
rt_status handle_free_any(std::int64_t handle);

// How a handle looks to an error message: "was freed", "is a TorchTuple, not a TorchTensor", ...
std::string describe_bad_handle(std::int64_t handle, const rt_class *expected);

// The class of a live handle, or null.
const rt_class *class_of(std::int64_t handle) noexcept;

// Visits every live slot, also those freed but pinned. `visit` may not make or free handles.
void each_live_slot(void (*visit)(void *context, const Slot &slot), void *context);

// How many handles of a plugin's classes are alive; `detail` gets a text such as "3 TorchTensor, 1 TorchModule".
std::size_t live_handles_of(const rt_plugin *plugin, std::string *detail);

} // namespace rt::core
