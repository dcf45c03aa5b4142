#include "scope.hpp"

#include <algorithm>

#include "error.hpp"
#include "handle.hpp"
#include "trace.hpp"

namespace rt::core {

namespace {

// Forgets handles of the innermost scope that are gone already, so that a loop inside a scope does not grow it.
void compact(ThreadState &state) {
    const auto begin = state.scoped.begin() + static_cast<std::ptrdiff_t>(state.frames.back().begin);
    state.scoped.erase(std::remove_if(begin, state.scoped.end(), [](std::int64_t h) { return class_of(h) == nullptr; }),
                       state.scoped.end());
}

} // namespace

bool scope_add(ThreadState &state, std::int64_t handle) noexcept {
    try {
        if (state.scoped.size() == state.scoped.capacity()) {
            compact(state);
            // Half of it must be free after compaction, or compacting again and again costs more than growing.
            state.scoped.reserve(std::max<std::size_t>(64, state.scoped.size() * 2));
        }
        state.scoped.push_back(handle);
        return true;
    } catch (const std::bad_alloc &) {
        return false;
    }
}

} // namespace rt::core

using namespace rt::core;

extern "C" {

int64_t rt_scope_begin(void) {
    return guarded_value("rt_scope_begin", std::int64_t{0}, [&]() -> std::int64_t {
        ThreadState *state = thread_state();
        if (state == nullptr) {
            throw std::bad_alloc();
        }
        state->frames.push_back({state->scopes_begun + 1, state->scoped.size()});
        state->careful = true;
        return ++state->scopes_begun;
    });
}

rt_status rt_scope_keep(int64_t handle) {
    return guarded("rt_scope_keep", [&] {
        ThreadState *state = thread_block.state;
        if (state == nullptr || state->frames.empty()) {
            return fail(RT_E_ARGUMENT, nullptr, "rt_scope_keep: no scope is open on this thread");
        }
        ScopeFrame &frame = state->frames.back();
        const auto begin = state->scoped.begin() + static_cast<std::ptrdiff_t>(frame.begin);
        const auto found = std::find(begin, state->scoped.end(), handle);
        if (found == state->scoped.end() || class_of(handle) == nullptr) {
            return fail(RT_E_HANDLE, nullptr,
                        "rt_scope_keep: the handle was not made in the innermost scope of this thread, or was freed");
        }
        if (state->frames.size() == 1) {
            state->scoped.erase(found); // the caller's own from here on
        } else {
            std::iter_swap(begin, found); // the first of this scope becomes the last of the enclosing one
            frame.begin++;
        }
        return rt_status{RT_OK};
    });
}

rt_status rt_scope_end(int64_t scope) {
    return guarded("rt_scope_end", [&] {
        ThreadState *state = thread_block.state;
        std::size_t level = 0;
        while (state != nullptr && level < state->frames.size() && state->frames[level].token != scope) {
            level++;
        }
        if (state == nullptr || level == state->frames.size()) {
            return fail(RT_E_ARGUMENT, nullptr,
                        "rt_scope_end: this is no open scope of this thread; ended twice, or begun on another thread?");
        }
        // An object's release may make handles, and begin and end scopes: nothing but its beginning is known of this one
        // while it runs, so take each handle off before freeing it.
        const std::size_t begin = state->frames[level].begin;
        while (state->scoped.size() > begin) {
            const std::int64_t handle = state->scoped.back();
            state->scoped.pop_back();
            if (class_of(handle) != nullptr) {
                handle_free_any(handle);
            }
        }
        while (state->frames.size() > level) {
            state->frames.pop_back();
        }
        state->careful = tracing || !state->frames.empty();
        return rt_status{RT_OK};
    });
}

} // extern "C"
