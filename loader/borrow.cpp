#include "borrow.hpp"

#include "error.hpp"
#include "thread.hpp"

namespace rt::core {

void *borrow(std::size_t bytes) noexcept {
    ThreadState *state = thread_state();
    if (state == nullptr) {
        return nullptr;
    }
    try {
        if (state->borrowed.size() <= state->callback_depth) {
            state->borrowed.resize(state->callback_depth + 1);
        }
        BorrowSlots &slots = state->borrowed[state->callback_depth];
        slots.turn ^= 1U;
        std::vector<unsigned char> &slot = slots.slots[slots.turn];
        if (slot.size() < bytes + 1) {
            slot.resize(bytes + 1);
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
