// slot.hpp - what a handle points to: slots that never move, and the threads' pools of free ones.
//
// A handle is generation << 25 | slot index. All slots lie in one stretch of address space, reserved at first need and given
// memory piece by piece, so that looking at one through any number whatever takes a comparison and is safe.
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

#include <rtffi/plugin.h>

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

// All slots, and how many there are, which is stored afterwards. Constant-initialised and never destroyed: handles are used by
// other libraries' constructors and destructors, too. Said to be hidden, so that no code goes through a table for them.
extern __attribute__((visibility("hidden"))) Slot *slots;
extern __attribute__((visibility("hidden"))) std::atomic<std::uint64_t> slots_made;

// A fence in every thread, this one included.
void heavy_fence() noexcept;

// A pool for a new thread, null when memory is exhausted; and back.
SlotPool *acquire_pool() noexcept;
void release_pool(SlotPool *pool) noexcept;

// What a thread with this pool compares with Slot::pool_id: the pool's id, or 0 where nobody has a bias.
std::uint32_t bias_id(const SlotPool *pool) noexcept;

// Free slots for a pool that has none: what other threads gave back, or a batch of fresh ones; null when memory is exhausted.
Slot *refill(SlotPool *pool) noexcept;

// Gives a slot of another thread's pool back to it.
void give_back_to_others(Slot *slot) noexcept;

constexpr std::uint64_t generation_of(std::uint64_t state) { return state >> 32; }
constexpr std::uint64_t owners_of(std::uint64_t state) { return state & owners_mask; }
constexpr std::uint64_t generation_in(std::int64_t handle) { return static_cast<std::uint64_t>(handle) >> index_bits; }
constexpr std::int64_t make_handle(std::uint64_t state, std::uint32_t index) {
    return static_cast<std::int64_t>(generation_of(state) << index_bits | index);
}
constexpr std::uint64_t dead(std::uint64_t generation) { return generation << 32 | dead_bit; }

constexpr std::uint64_t index_in(std::int64_t handle) { return static_cast<std::uint64_t>(handle) & index_mask; }

// Whether a number points to a slot, and then which; says nothing about whether the handle is alive.
inline bool has_slot(std::int64_t handle) noexcept {
    return index_in(handle) < slots_made.load(std::memory_order_acquire);
}
// NOLINTNEXTLINE(clang-analyzer-core.NullPointerArithm): `slots` is not null where there is a slot.
inline Slot *slot_of(std::int64_t handle) noexcept { return slots + index_in(handle); }

inline bool alive(std::uint64_t state, std::int64_t handle) noexcept {
    return state >> 31 == generation_in(handle) << 1;
}

// Whether the slot is of this thread's own pool, where its pins need no atomics. Never where nobody has a bias.
inline bool is_own(const Slot *slot) noexcept {
    return slot->pool_id.load(std::memory_order_relaxed) == thread_block.pool_id;
}

} // namespace rt::core
