// grad_modes.hpp - how a thread records operations: what each mode of autograd that was begun on it found.
#pragma once

#include <c10/core/AutogradState.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <cstddef>

#include "grad_mode_kind.hpp"

namespace rt::libtorch {

struct Thread;

// A mode that was begun and has no end yet, with what its end puts back.
struct GradMode {
    GradModeKind kind;
    c10::AutogradState autograd;
    c10::impl::LocalDispatchKeySet keys;
};

// Around each call of a callable: what it begins and does not end is ended when it returns, whichever way, and what was begun
// before it, it cannot end.
class KeepGradModes {
  public:
    KeepGradModes();
    KeepGradModes(const KeepGradModes &) = delete;
    KeepGradModes &operator=(const KeepGradModes &) = delete;
    ~KeepGradModes();

  private:
    Thread &thread_;
    std::size_t outer_before_;
};

} // namespace rt::libtorch
