// fork.hpp - the core's mutexes across fork.
//
// Note [Fork]: a child of a process with threads has the memory of all of them and only one of them, so that a mutex which
// another thread held stays locked for ever. Every mutex that outlives a call is therefore taken before fork, in the order of
// its rank, and released on both sides. Code takes several of them only in that order. A load or a resolver that is running
// on another thread has no thread in the child and never ends there.
#pragma once

namespace rt::core {

enum class ForkRank {
    search_path,
    discovery,
    demands,
    states,
    trials,
    resolvers,
    providers,
    classes,
    registry,
    texts,
    handles,
    traces,
    log
};

// At namespace scope, one for each rank.
struct ForkSafe {
    ForkSafe(ForkRank rank, void (*lock)(), void (*unlock)()) noexcept;
};

} // namespace rt::core
