// fork.hpp - LibTorch in the child of a fork.
#pragma once

namespace rt::libtorch {

// Watches for forks from now on.
void watch_forks();

// In a child whose parent had other threads: makes LibTorch stay off its thread pool, once. Else does nothing.
void repair_after_fork();

// Whether this process is such a child: then LibTorch must keep to one thread.
bool lost_threads_in_fork();

} // namespace rt::libtorch
