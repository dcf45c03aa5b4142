#include "thread.hpp"

#include <pthread.h>

#include <new>

#include "handle.hpp"
#include "trace.hpp"

namespace rt::core {

__thread ThreadBlock thread_block = {RT_OK, 0, nullptr};

namespace {

void destroy_state(void *memory) {
    auto *state = static_cast<ThreadState *>(memory);
    state->pool->local = state->free_slots;
    release_pool(state->pool);
    // Another key's destructor may still call in: it gets a new state then.
    thread_block = {thread_block.status, 0, nullptr};
    delete state;
}

// Without a key (they can run out) states live until the process ends.
struct StateKey {
    pthread_key_t key = 0;
    bool made = pthread_key_create(&key, destroy_state) == 0;
};

StateKey &state_key() {
    static StateKey key;
    return key;
}

} // namespace

ThreadState *make_thread_state() noexcept {
    auto *state = new (std::nothrow) ThreadState;
    if (state == nullptr) {
        return nullptr;
    }
    const StateKey &key = state_key();
    if (key.made && pthread_setspecific(key.key, state) != 0) {
        delete state;
        return nullptr;
    }
    static std::atomic<std::uint64_t> serials{0};
    state->serial = ++serials;
    state->pool = acquire_pool();
    if (state->pool == nullptr) {
        if (key.made) {
            pthread_setspecific(key.key, nullptr);
        }
        delete state;
        return nullptr;
    }
    state->free_slots = state->pool->local;
    state->careful = tracing;
    thread_block.state = state;
    thread_block.pool_id = bias_id(state->pool);
    return state;
}

} // namespace rt::core
