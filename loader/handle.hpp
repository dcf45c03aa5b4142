// handle.hpp - the handle table: what an int64_t handle stands for, and how long it lives.
//
// A handle is generation << 25 | slot index. Slots never move and are never unmapped, so that looking at one through any
// number whatever is safe. `owners` says how many rt_handle_free are still due, pins how many calls use the object now.
// The last free makes the slot *dead* with the next generation at once (every later use is an error) and leaves it
// *pending*; whoever then sees that no pin is left, the freeing thread or the last one to unpin, destroys the object.
//
// Note [Biased pins]: a slot belongs for good to the pool of the thread that first used it, and is handed on only with
// the whole pool when that thread has ended. The pool's thread counts its pins in `biased_pins` with plain loads and
// stores; every other thread uses the atomic `shared_pins`. Store-then-load order between "I pin" and "is it freed?" is
// had without a fence on the pool's thread: a thread that frees another's slot calls membarrier(2) between its own store
// and load, which puts the fence into all threads. Where membarrier is missing (old kernels, seccomp) or cannot be
// understood (ThreadSanitizer), and where handles are traced, no thread has a bias and all pins are atomic.
//
// Note [Live]: `state` decides. `live` repeats the handle, so that the pool's thread finds out with one comparison whether
// its pin is good; no other thread reads it. Whoever is about to look at the pins of a dead slot clears it before the fence of
// Note [Biased pins], and only if it still has the dead handle: the slot may have been given out again.
//
// Note [Two cells]: a slot holds its object twice. A pin that counted in `biased_pins` gives out the address of `object`,
// one that counted in `shared_pins` that of `shared_object`, so that whoever gives the pin back sees which it was.
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
};

namespace rt::core {

inline constexpr unsigned index_bits = 25;
inline constexpr std::uint64_t index_mask = (std::uint64_t{1} << index_bits) - 1;
inline constexpr std::uint64_t last_generation = (std::uint64_t{1} << 27) - 1;
inline constexpr std::uint64_t dead_bit = RT_SLOT_DEAD; // next to the generation: one comparison checks both
inline constexpr std::uint64_t pending_bit = std::uint64_t{1} << 30;
inline constexpr std::uint64_t owners_mask = pending_bit - 1;
inline constexpr std::uint32_t no_pool = ~std::uint32_t{0}; // of slots never given out: nobody has a bias there

struct alignas(RT_SLOT_SIZE) Slot {
    void *object; // the beginning is rt_slot in plugin.h
    void *shared_object;
    std::atomic<std::uint64_t> state; // generation << 32 | dead << 31 | pending << 30 | owners
    std::atomic<const rt_class *> class_;
    std::atomic<std::uint32_t> biased_pins; // written by the pool's thread alone
    std::atomic<std::uint32_t> shared_pins;
    std::atomic<std::uint32_t> pool_id{no_pool};
    std::uint32_t index;
    union {
        Slot *next_free;         // while it is free
        void (*release)(void *); // while it has an object: its class's, which another plugin may have taken over since
    };
    std::atomic<std::int64_t> live; // the handle while it is alive, else 0; for the pool's own thread, see Note [Live]
};
static_assert(sizeof(Slot) == RT_SLOT_SIZE);
static_assert(offsetof(Slot, state) == offsetof(rt_slot, state) &&
              offsetof(Slot, class_) == offsetof(rt_slot, class_) &&
              offsetof(Slot, biased_pins) == offsetof(rt_slot, pins));

// The free slots of one thread. Immortal; adopted by a new thread when its thread has ended.
struct SlotPool {
    Slot *local = nullptr;               // the thread's own; while it has a thread, ThreadState::free_slots instead
    std::atomic<Slot *> remote{nullptr}; // given back by other threads
    SlotPool *next = nullptr;            // in the list of pools without a thread
    std::uint32_t id = 0;
};

// The handle of a slot's present generation.
std::int64_t handle_of(const Slot &slot) noexcept;

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
void handle_collect(void **cell);

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
