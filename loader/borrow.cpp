#include "borrow.hpp"

#include <algorithm>
#include <cstdint>

#include "error.hpp"
#include "thread.hpp"

namespace rt::core {

namespace {

constexpr std::size_t smallest = 256;
constexpr std::size_t largest_kept = std::size_t{1} << 20;

} // namespace

void *borrow(std::size_t bytes) noexcept {
    ThreadState *state = thread_state();
    if (state == nullptr || bytes == SIZE_MAX) {
        return nullptr;
    }
    try {
        if (state->borrowed.size() <= state->callback_depth) {
            state->borrowed.resize(state->callback_depth + 1);
        }
        BorrowSlots &slots = state->borrowed[state->callback_depth];
        slots.turn ^= 1U;
        std::vector<unsigned char> &slot = slots.slots[slots.turn];
        // A thread does not keep for ever what one large result needed.
        if (slot.size() <= bytes || (slot.size() > largest_kept && bytes < slot.size() / 8)) {
            std::vector<unsigned char>().swap(slot); // `slot = {}` would keep the memory
            slot.resize(std::max(bytes, smallest) + 1);
        }
        return slot.data();
    } catch (const std::exception &) {
        return nullptr; // bad_alloc, or a length no vector can have
    }
}

CallbackDepth::CallbackDepth() noexcept {
    if (ThreadState *state = thread_state()) {
        state->callback_depth++;
    }
}

CallbackDepth::~CallbackDepth() {
    if (thread_block.state != nullptr && thread_block.state->callback_depth > 0) {
        thread_block.state->callback_depth--;
    }
}

} // namespace rt::core
