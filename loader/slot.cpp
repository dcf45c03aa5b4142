#include "slot.hpp"

#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <mutex>
#include <new>

#include "fork.hpp"
#include "trace.hpp"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RTFFI_THREAD_SANITIZER
#endif
#elif defined(__SANITIZE_THREAD__)
#define RTFFI_THREAD_SANITIZER
#endif

// LeakSanitizer looks for pointers in memory it knows of only. Its runtime, where there is one, has this function.
extern "C" __attribute__((weak)) void __lsan_register_root_region(const void *begin, std::size_t size); // NOLINT

namespace rt::core {

constinit Slot *slots = nullptr;
constinit std::atomic<std::uint64_t> slots_made{0};

namespace {

constexpr std::size_t step = 1024; // slots that get memory at once: 64 KiB, a multiple of every page size
constexpr std::size_t batch = 64;  // slots that a pool gets at once

// What making slots and pools is guarded by.
struct Growth {
    std::mutex mutex;
    std::size_t capacity = 0;  // slots there is address space for
    std::size_t next_slot = 1; // index 0 is never given out
    SlotPool *idle_pools = nullptr;
    std::uint32_t pools_made = 0;
};
constinit Growth growth;

constinit std::atomic<SlotPool *> pools[65536] = {};

const ForkSafe slot_fork_safe(ForkRank::handles, [] { growth.mutex.lock(); }, [] { growth.mutex.unlock(); });

bool register_membarrier() noexcept {
#if defined(RTFFI_THREAD_SANITIZER)
    return false;
#else
    return syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
#endif
}

// Asked for by the first pool, before there is any handle; afterwards it does not change.
bool biased() noexcept {
    static const bool registered = !tracing && register_membarrier();
    return registered;
}

// Address space for all slots there can be, or for as many as is to be had; of a process that is limited, an eighth.
bool reserve() noexcept {
    std::size_t wanted = (index_mask + 1) * sizeof(Slot);
    rlimit limit = {};
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        while (wanted > limit.rlim_cur / 8) {
            wanted /= 2;
        }
    }
    for (; wanted >= step * sizeof(Slot); wanted /= 2) {
        void *begin = mmap(nullptr, wanted, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (begin != MAP_FAILED) {
            if (__lsan_register_root_region != nullptr) {
                __lsan_register_root_region(begin, wanted);
            }
            slots = static_cast<Slot *>(begin);
            growth.capacity = wanted / sizeof(Slot);
            return true;
        }
    }
    return false;
}

// More slots. Under the mutex.
bool grow() noexcept {
    if (growth.capacity == 0 && !reserve()) {
        return false;
    }
    const std::size_t made = slots_made.load(std::memory_order_relaxed);
    Slot *begin = slots + made;
    if (made == growth.capacity || mprotect(begin, step * sizeof(Slot), PROT_READ | PROT_WRITE) != 0) {
        return false;
    }
    for (std::size_t i = 0; i < step; i++) {
        Slot *slot = ::new (static_cast<void *>(begin + i)) Slot{};
        slot->index = static_cast<std::uint32_t>(made + i);
        slot->state.store(dead(1), std::memory_order_relaxed);
    }
    slots_made.store(made + step, std::memory_order_release);
    return true;
}

} // namespace

void heavy_fence() noexcept {
    if (biased()) {
        syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
    }
}

SlotPool *acquire_pool() noexcept {
    const std::lock_guard lock(growth.mutex);
    if (SlotPool *pool = growth.idle_pools) {
        growth.idle_pools = pool->next;
        return pool;
    }
    if (growth.pools_made + 1 >= std::size(pools)) {
        return nullptr;
    }
    auto *pool = new (std::nothrow) SlotPool;
    if (pool != nullptr) {
        pool->id = ++growth.pools_made;
        pools[pool->id].store(pool, std::memory_order_release);
    }
    return pool;
}

void release_pool(SlotPool *pool) noexcept {
    const std::lock_guard lock(growth.mutex);
    pool->next = growth.idle_pools;
    growth.idle_pools = pool;
}

std::uint32_t bias_id(const SlotPool *pool) noexcept { return biased() ? pool->id : 0; }

void give_back_to_others(Slot *slot) noexcept {
    SlotPool *pool = pools[slot->pool_id.load(std::memory_order_relaxed)].load(std::memory_order_acquire);
    Slot *head = pool->remote.load(std::memory_order_relaxed);
    do {
        slot->next_free = head;
    } while (!pool->remote.compare_exchange_weak(head, slot, std::memory_order_release, std::memory_order_relaxed));
}

Slot *refill(SlotPool *pool) noexcept {
    if (Slot *returned = pool->remote.exchange(nullptr, std::memory_order_acquire)) {
        return returned;
    }
    const std::lock_guard lock(growth.mutex);
    if (growth.next_slot == slots_made.load(std::memory_order_relaxed) || growth.capacity == 0) {
        if (!grow()) {
            return nullptr;
        }
    }
    Slot *list = nullptr;
    for (std::size_t i = 0; i < batch && growth.next_slot < slots_made.load(std::memory_order_relaxed); i++) {
        Slot *slot = slots + growth.next_slot++;
        slot->pool_id.store(pool->id, std::memory_order_relaxed);
        slot->next_free = list;
        list = slot;
    }
    return list;
}

} // namespace rt::core
