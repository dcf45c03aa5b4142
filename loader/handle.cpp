#include "handle.hpp"

#include <cstdio>
#include <map>
#include <memory>
#include <new>

#include "cancellation.hpp"
#include "class.hpp"
#include "error.hpp"
#include "host_table.hpp"
#include "scope.hpp"
#include "text.hpp"
#include "trace.hpp"

namespace rt::core {

namespace {

template <bool Own> [[gnu::always_inline]] inline void give_back(Slot *slot) noexcept {
    if (generation_of(slot->state.load(std::memory_order_relaxed)) > last_generation) [[unlikely]] {
        return; // retired: a generation must never come again
    }
    if constexpr (Own) {
        ThreadState *state = thread_block.state;
        slot->next_free = state->free_slots;
        state->free_slots = slot;
    } else {
        give_back_to_others(slot);
    }
}

// Whether nobody uses the object of a dead slot any more. `Own`: the slot is this thread's.
template <bool Own> [[gnu::always_inline]] inline bool unpinned(const Slot *slot) noexcept {
    if constexpr (!Own) {
        heavy_fence();
    }
    return (slot->shared_pins.load(std::memory_order_seq_cst) | slot->biased_pins.load(std::memory_order_acquire)) == 0;
}

// Destroys the object of a dead slot. One thread gets here: the freeing one, which has not set the pending bit, or else
// the one that cleared it.
template <bool Own> [[gnu::always_inline]] inline void destroy(Slot *slot) {
    // Also where the release ends its thread.
    struct Return {
        Slot *slot;
        ~Return() { give_back<Own>(slot); }
    } const at_the_end{slot};
    void *object = slot->object;
    slot->object = nullptr;
    slot->shared_object = nullptr;
    if (slot->release != nullptr) {
        slot->release(object);
    }
}

// After the last owner of a slot with pins has gone, or one of the pins: destroys the object if it was the last.
template <bool Own> void destroy_pending(Slot *slot) {
    std::uint64_t state = slot->state.load(std::memory_order_seq_cst);
    if ((state & pending_bit) != 0 && unpinned<Own>(slot) &&
        slot->state.compare_exchange_strong(state, state & ~pending_bit, std::memory_order_seq_cst)) {
        destroy<Own>(slot);
    }
}

// For every thread that has given a pin back, or freed a pinned object.
[[gnu::noinline]] void reclaim(Slot *slot) noexcept {
    const NotCancelled whole; // pins are given back by destructors
    is_own(slot) ? destroy_pending<true>(slot) : destroy_pending<false>(slot);
}

const rt_class *live_class(std::int64_t handle) noexcept {
    if (!has_slot(handle) || !alive(slot_of(handle)->state.load(std::memory_order_acquire), handle)) {
        return nullptr;
    }
    return slot_of(handle)->class_.load(std::memory_order_relaxed);
}

} // namespace

std::int64_t handle_of(const Slot &slot) noexcept {
    return make_handle(slot.state.load(std::memory_order_relaxed), slot.index);
}

namespace {

// A free slot at the head of the thread's own list, or null with the error set.
Slot *next_slot(ThreadState *state) {
    if (state != nullptr && state->free_slots == nullptr) {
        state->free_slots = refill(state->pool);
    }
    if (state == nullptr || state->free_slots == nullptr) {
        fail(RT_E_MEMORY, nullptr, "no memory for another handle");
        return nullptr;
    }
    return state->free_slots;
}

// Makes the thread's next free slot the object's.
[[gnu::always_inline]] inline std::int64_t occupy(ThreadState *state, const rt_class *class_, void *object) {
    Slot *slot = state->free_slots;
    const std::int64_t handle = handle_of(*slot);
    state->free_slots = slot->next_free;
    slot->object = object;
    slot->shared_object = object;
    slot->class_.store(class_, std::memory_order_relaxed);
    slot->release = class_->release.load(std::memory_order_acquire);
    slot->live.store(handle, std::memory_order_relaxed);
    slot->state.store(generation_in(handle) << 32 | 1, std::memory_order_release);
    return handle;
}

// As handle_create, for every case.
[[gnu::noinline]] std::int64_t create_with_care(const rt_class *class_, void *object) {
    if (class_ == nullptr) {
        fail(RT_E_ARGUMENT, nullptr, "handle_create: the class is null; was its record registered?");
        return 0;
    }
    ThreadState *state = thread_state();
    Slot *slot = next_slot(state);
    if (slot == nullptr) {
        return 0;
    }
    const std::int64_t handle = handle_of(*slot);
    if (!state->frames.empty() && !scope_add(*state, handle)) {
        fail(RT_E_MEMORY, nullptr, "no memory to note the handle in its scope");
        return 0;
    }
    if (tracing) {
        note_trace(handle);
    }
    return occupy(state, class_, object);
}

} // namespace

std::int64_t create_unscoped(const rt_class *class_, void *object) {
    ThreadState *state = thread_state();
    const Slot *slot = next_slot(state);
    if (slot == nullptr) {
        return 0;
    }
    if (tracing) {
        note_trace(handle_of(*slot));
    }
    return occupy(state, class_, object);
}

[[gnu::hot]] std::int64_t handle_create(const rt_class *class_, void *object) {
    ThreadState *state = thread_block.state;
    if (class_ == nullptr || state == nullptr || state->free_slots == nullptr || state->careful) [[unlikely]] {
        return create_with_care(class_, object);
    }
    return occupy(state, class_, object);
}

namespace {

// A pin of a slot that belongs to another thread's pool.
[[gnu::noinline]] void **pin_shared(Slot *slot, std::int64_t handle, const rt_class *class_) {
    slot->shared_pins.fetch_add(1, std::memory_order_seq_cst);
    if (alive(slot->state.load(std::memory_order_seq_cst), handle) &&
        slot->class_.load(std::memory_order_relaxed) == class_) {
        return &slot->shared_object;
    }
    handle_unpin(&slot->shared_object);
    return nullptr;
}

// Takes back the pin of a slot that has another handle or class.
[[gnu::noinline]] void **unpin_missed(Slot *slot) {
    handle_unpin(&slot->object);
    return nullptr;
}

// On the pool's own thread. One instruction where compilers make three of the load and the store.
[[gnu::always_inline]] inline void count_pin(Slot *slot) noexcept {
#if defined(__x86_64__)
    static_assert(sizeof slot->biased_pins == sizeof(std::uint32_t));
    asm volatile("addl $1, %0" : "+m"(slot->biased_pins) : : "cc");
#else
    const std::uint32_t pins = slot->biased_pins.load(std::memory_order_relaxed);
    slot->biased_pins.store(pins + 1, std::memory_order_relaxed);
#endif
}

Slot *slot_around(void **cell) noexcept {
    return reinterpret_cast<Slot *>(reinterpret_cast<std::uintptr_t>(cell) & ~std::uintptr_t{RT_SLOT_SIZE - 1});
}

} // namespace

[[gnu::hot]] void **handle_pin(std::int64_t handle, const rt_class *class_) {
    if (!has_slot(handle)) [[unlikely]] {
        return nullptr;
    }
    Slot *slot = slot_of(handle);
    if (!is_own(slot)) [[unlikely]] {
        return pin_shared(slot, handle, class_);
    }
    count_pin(slot);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (slot->live.load(std::memory_order_acquire) != handle) [[unlikely]] {
        return unpin_missed(slot);
    }
    if (slot->class_.load(std::memory_order_relaxed) != class_) [[unlikely]] {
        return unpin_missed(slot);
    }
    return &slot->object;
}

void handle_unpin(void **cell) {
    Slot *slot = slot_around(cell);
    if (cell == &slot->object) {
        rt_unpin(&host_table, cell);
        return;
    }
    slot->shared_pins.fetch_sub(1, std::memory_order_seq_cst);
    reclaim(slot);
}

void handle_collect(void **cell) { reclaim(slot_around(cell)); }

namespace {

rt_status refuse_free(std::int64_t handle) {
    try {
        if (live_class(handle) == &library_class) {
            return fail(RT_E_HANDLE, nullptr, "rt_handle_free: this is a library; close it with rt_dlclose");
        }
        return fail(RT_E_HANDLE, "freed_handle", "rt_handle_free: " + describe_bad_handle(handle, nullptr));
    } catch (const std::bad_alloc &) {
        return fail(RT_E_HANDLE, "freed_handle", ""); // the code is the same without the memory for words
    }
}

// After the last owner has gone: destroys the object, or leaves that to the last pin.
template <bool Own> [[gnu::always_inline]] inline void abandon(Slot *slot) {
    if (unpinned<Own>(slot)) {
        destroy<Own>(slot);
    } else {
        slot->state.fetch_or(pending_bit, std::memory_order_seq_cst);
        reclaim(slot); // the last pin may have gone before it could see the bit
    }
}

// Takes an owner away, for every case.
[[gnu::noinline]] rt_status free_with_care(std::int64_t handle, bool libraries_too) {
    if (handle == 0) {
        return RT_OK;
    }
    if (!has_slot(handle)) {
        return refuse_free(handle);
    }
    Slot *slot = slot_of(handle);
    std::uint64_t state = slot->state.load(std::memory_order_acquire);
    std::uint64_t next = 0;
    do {
        if (!alive(state, handle) ||
            (!libraries_too && slot->class_.load(std::memory_order_relaxed) == &library_class)) {
            return refuse_free(handle);
        }
        next = owners_of(state) > 1 ? state - 1 : dead(generation_of(state) + 1);
    } while (!slot->state.compare_exchange_weak(state, next, std::memory_order_seq_cst, std::memory_order_acquire));
    if ((next & dead_bit) != 0) {
        slot->live.store(0, std::memory_order_relaxed);
        if (tracing) {
            forget_trace(handle);
        }
        is_own(slot) ? abandon<true>(slot) : abandon<false>(slot);
    }
    return RT_OK;
}

} // namespace

rt_status handle_free_any(std::int64_t handle) { return free_with_care(handle, true); }

const rt_class *class_of(std::int64_t handle) noexcept { return live_class(handle); }

[[gnu::cold]] std::string describe_bad_handle(std::int64_t handle, const rt_class *expected) {
    char number[32];
    std::snprintf(number, sizeof number, "handle 0x%llx", static_cast<unsigned long long>(handle));
    const std::string wanted = expected != nullptr ? std::string("a ") + expected->name : std::string("a handle");
    if (handle == 0) {
        return joined({"it is 0 (none), but ", wanted, " is needed"});
    }
    if (const rt_class *actual = live_class(handle)) {
        return joined({number, " is a ", actual->name, ", but ", wanted, " is needed"});
    }
    if (has_slot(handle) && generation_in(handle) >= 1 &&
        generation_in(handle) < generation_of(slot_of(handle)->state.load(std::memory_order_acquire))) {
        return std::string(number) + " was freed";
    }
    return joined({number, " was never given out; ", wanted, " is needed"});
}

void each_live_slot(void (*visit)(void *context, const Slot &slot), void *context) {
    const std::uint64_t made = slots_made.load(std::memory_order_acquire);
    for (std::uint64_t i = 0; i < made; i++) {
        const Slot &slot = slots[i];
        const std::uint64_t state = slot.state.load(std::memory_order_acquire);
        if (owners_of(state) != 0 || (state & pending_bit) != 0) {
            visit(context, slot);
        }
    }
}

[[gnu::cold]] std::size_t live_handles_of(const rt_plugin *plugin, std::string *detail) {
    struct Count {
        const rt_plugin *plugin;
        std::size_t total = 0;
        std::map<std::string, std::size_t> classes = {};
    } count{plugin};
    each_live_slot(
        [](void *context, const Slot &slot) {
            auto *into = static_cast<Count *>(context);
            const rt_class *class_ = slot.class_.load(std::memory_order_relaxed);
            if (class_ != nullptr && class_->plugin.load(std::memory_order_relaxed) == into->plugin) {
                into->total++;
                into->classes[class_->name]++;
            }
        },
        &count);
    for (const auto &[name, number] : count.classes) {
        *detail += joined({detail->empty() ? "" : ", ", std::to_string(number), " ", name});
    }
    return count.total;
}

} // namespace rt::core

using namespace rt::core;

extern "C" {

int64_t rt_handle_clone(int64_t handle) {
    if (handle == 0) {
        return 0;
    }
    return guarded_value("rt_handle_clone", std::int64_t{0}, [&]() -> std::int64_t {
        Slot *slot = has_slot(handle) ? slot_of(handle) : nullptr;
        std::uint64_t state = slot != nullptr ? slot->state.load(std::memory_order_acquire) : 0;
        do {
            if (slot == nullptr || !alive(state, handle)) {
                fail(RT_E_HANDLE, "freed_handle", "rt_handle_clone: " + describe_bad_handle(handle, nullptr));
                return 0;
            }
            if (slot->class_.load(std::memory_order_relaxed) == &library_class) {
                fail(RT_E_HANDLE, nullptr, "rt_handle_clone: this is a library; open it again with rt_dlopen");
                return 0;
            }
            if (owners_of(state) == owners_mask) {
                fail(RT_E_ARGUMENT, nullptr, "rt_handle_clone: the handle has 2^30 - 1 owners already");
                return 0;
            }
        } while (!slot->state.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel));
        return handle;
    });
}

// What there is mostly, the one owner of an object of this thread's, is done here. No such slot is traced, see Note [Biased pins].
[[gnu::hot]] rt_status rt_handle_free(int64_t handle) {
    if (!has_slot(handle)) [[unlikely]] {
        return free_with_care(handle, false);
    }
    Slot *slot = slot_of(handle);
    std::uint64_t state = generation_in(handle) << 32 | 1;
    if (!is_own(slot) || slot->live.load(std::memory_order_relaxed) != handle ||
        slot->class_.load(std::memory_order_relaxed) == &library_class ||
        !slot->state.compare_exchange_strong(state, dead(generation_in(handle) + 1), std::memory_order_seq_cst))
        [[unlikely]] {
        return free_with_care(handle, false);
    }
    slot->live.store(0, std::memory_order_relaxed);
    abandon<true>(slot);
    return RT_OK;
}

const char *rt_handle_class(int64_t handle) {
    const rt_class *class_ = live_class(handle);
    if (class_ == nullptr) {
        guarded("rt_handle_class", [&] {
            return fail(RT_E_HANDLE, "freed_handle", "rt_handle_class: " + describe_bad_handle(handle, nullptr));
        });
        return nullptr;
    }
    return class_->name;
}

int64_t rt_handle_count(void) {
    int64_t count = 0;
    each_live_slot([](void *context, const Slot &) { ++*static_cast<int64_t *>(context); }, &count);
    return count;
}

} // extern "C"
