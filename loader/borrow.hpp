// borrow.hpp - memory for the borrowed results of native calls.
//
// Note [Two slots]: each thread has two slots at each depth of callbacks, used in turn. A result may so be an argument
// of the next call, which writes its own result into the other slot; the second call after it overwrites it. A callback
// gets slots of its own, because the caller of the function that calls back may still be reading its results.
#pragma once

#include <cstddef>

namespace rt::core {

// The slot whose turn it is, with room for `bytes`; null when memory is exhausted.
void *borrow(std::size_t bytes) noexcept;

// One level of callbacks, for as long as it lives.
class CallbackDepth {
  public:
    CallbackDepth() noexcept;
    CallbackDepth(const CallbackDepth &) = delete;
    CallbackDepth &operator=(const CallbackDepth &) = delete;
    ~CallbackDepth();
};

} // namespace rt::core
