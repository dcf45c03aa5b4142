#include "fork.hpp"

#include <pthread.h>

#include <algorithm>
#include <iterator>

namespace rt::core {

namespace {

struct Pair {
    void (*lock)();
    void (*unlock)();
};

constinit Pair pairs[static_cast<int>(ForkRank::log) + 1] = {};

void lock_all() {
    for (const Pair &pair : pairs) {
        pair.lock();
    }
}

void unlock_all() {
    std::for_each(std::rbegin(pairs), std::rend(pairs), [](const Pair &pair) { pair.unlock(); });
}

} // namespace

ForkSafe::ForkSafe(ForkRank rank, void (*lock)(), void (*unlock)()) noexcept {
    pairs[static_cast<int>(rank)] = {lock, unlock};
    // A library's constructors run before any of its functions; the last one finds all of them.
    if (std::all_of(std::begin(pairs), std::end(pairs), [](const Pair &pair) { return pair.lock != nullptr; })) {
        pthread_atfork(lock_all, unlock_all, unlock_all);
    }
}

} // namespace rt::core
