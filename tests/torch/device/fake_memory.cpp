// fake_memory.cpp - the device's memory, which is the host's, with the statistics of an allocator that keeps what is freed; and pinned
// memory of the host.
#include "fake_device.hpp"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <set>

#include "../../../plugins/torch/version.hpp"

namespace fake_device {

namespace {

// Bytes, of one device.
struct Counts {
    std::int64_t allocated = 0, most_allocated = 0, reserved = 0, most_reserved = 0;
    std::int64_t allocated_ever = 0, freed_ever = 0;
};

constexpr std::int64_t bytes_of_device = 1 << 20;

std::mutex mutex;
Counts counts[devices];        // guarded by it
std::set<const void *> pinned; // too

struct Block {
    void *memory;
    std::int64_t bytes;
    c10::DeviceIndex device;
};

void free_block(void *context) {
    const auto *block = static_cast<Block *>(context);
    {
        const std::lock_guard lock(mutex);
        counts[block->device].allocated -= block->bytes;
        counts[block->device].freed_ever += block->bytes;
    }
    std::free(block->memory);
    delete block;
}

void free_pinned(void *memory) {
    {
        const std::lock_guard lock(mutex);
        pinned.erase(memory);
    }
    std::free(memory);
}

void *host_memory(std::size_t bytes) {
    void *memory = std::malloc(bytes + 1);
    TORCH_CHECK(memory != nullptr, "no memory");
    return memory;
}

c10::DataPtr allocate_pinned(std::size_t bytes) {
    note("pin " + std::to_string(bytes) + " bytes");
    void *memory = host_memory(bytes);
    const std::lock_guard lock(mutex);
    pinned.insert(memory);
    return {memory, memory, free_pinned, c10::DeviceType::CPU};
}

#if RT_LIBTORCH_AT_LEAST(2, 9)

struct Memory final : c10::DeviceAllocator {
    c10::DataPtr allocate(std::size_t bytes) override { return fake_device::allocate(current_device(), bytes); }
    void copy_data(void *to, const void *from, std::size_t bytes) const override { std::memcpy(to, from, bytes); }
    bool initialized() override { return true; }
    void emptyCache(c10::MempoolId_t) override {
        const std::lock_guard lock(mutex);
        for (Counts &count : counts) {
            count.reserved = count.allocated;
        }
    }
    void recordStream(const c10::DataPtr &, c10::Stream) override {}
    c10::CachingDeviceAllocator::DeviceStats getDeviceStats(c10::DeviceIndex device) override {
        const std::lock_guard lock(mutex);
        const Counts &count = counts[device];
        c10::CachingDeviceAllocator::DeviceStats stats;
        auto &allocated = stats.allocated_bytes[0];
        allocated.current = count.allocated;
        allocated.peak = count.most_allocated;
        allocated.allocated = count.allocated_ever;
        allocated.freed = count.freed_ever;
        stats.reserved_bytes[0].current = count.reserved;
        stats.reserved_bytes[0].peak = count.most_reserved;
        stats.segment[2].freed = 7; // numbers that nothing changes, in places that are easily taken for others
        stats.oversize_segments.peak = 8;
        stats.num_ooms = 9;
        stats.max_split_size = 10;
        return stats;
    }
    void resetAccumulatedStats(c10::DeviceIndex device) override {
        const std::lock_guard lock(mutex);
        counts[device].allocated_ever = counts[device].freed_ever = 0;
    }
    void resetPeakStats(c10::DeviceIndex device) override {
        const std::lock_guard lock(mutex);
        counts[device].most_allocated = counts[device].allocated;
        counts[device].most_reserved = counts[device].reserved;
    }
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winconsistent-missing-override"
#endif
    // Virtual in the newest LibTorch alone.
    std::pair<std::size_t, std::size_t> getMemoryInfo(c10::DeviceIndex device) { // NOLINT(modernize-use-override)
        const std::lock_guard lock(mutex);
        return {static_cast<std::size_t>(bytes_of_device - counts[device].reserved),
                static_cast<std::size_t>(bytes_of_device)};
    }
#ifdef __clang__
#pragma clang diagnostic pop
#endif
};

struct PinnedMemory final : c10::Allocator {
    c10::DataPtr allocate(std::size_t bytes) override { return allocate_pinned(bytes); }
    void copy_data(void *to, const void *from, std::size_t bytes) const override { std::memcpy(to, from, bytes); }
};

#else

// Between 1.13 and 2.9 these two functions were added or changed.
struct PlainAllocator : c10::Allocator {
    virtual void copy_data(void *to, const void *from, std::size_t bytes) const { std::memcpy(to, from, bytes); }
};

#if RT_LIBTORCH_AT_LEAST(2, 3)
#define RT_ALLOCATES
#else
#define RT_ALLOCATES const
#endif

struct Memory final : PlainAllocator {
    c10::DataPtr allocate(std::size_t bytes) RT_ALLOCATES override {
        return fake_device::allocate(current_device(), bytes);
    }
};

struct PinnedMemory final : PlainAllocator {
    c10::DataPtr allocate(std::size_t bytes) RT_ALLOCATES override { return allocate_pinned(bytes); }
};

#endif

} // namespace

c10::Allocator *allocator() {
    static Memory memory;
    return &memory;
}

c10::DataPtr allocate(c10::Device device, std::size_t size) {
    const auto bytes = static_cast<std::int64_t>(size);
    void *memory = host_memory(size);
    auto *block = new Block{memory, bytes, device.index()};
    const std::lock_guard lock(mutex);
    Counts &count = counts[device.index()];
    count.allocated += bytes;
    count.allocated_ever += bytes;
    count.most_allocated = std::max(count.most_allocated, count.allocated);
    count.reserved = std::max(count.reserved, count.allocated);
    count.most_reserved = std::max(count.most_reserved, count.reserved);
    return {memory, block, free_block, device};
}

c10::Allocator *pinned_allocator() {
    static PinnedMemory memory;
    return &memory;
}

bool is_pinned(const void *memory) {
    const std::lock_guard lock(mutex);
    return pinned.contains(memory);
}

} // namespace fake_device
