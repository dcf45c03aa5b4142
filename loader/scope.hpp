// scope.hpp - scopes: the handles a thread made since a mark, to be freed together.
#pragma once

#include "thread.hpp"

namespace rt::core {

// Notes a new handle in the innermost scope. False when memory is exhausted.
bool scope_add(ThreadState &state, std::int64_t handle) noexcept;

} // namespace rt::core
