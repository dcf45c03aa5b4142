// exit.hpp - the end of the process: see Note [Calls and the end of the process] in process.hpp.
#pragma once

namespace rt::libtorch {

struct Thread;

// From now on exit() turns new calls away and waits for those inside before LibTorch's globals are destroyed.
void watch_exit();

// The records of threads, for those who must walk them: linked by `next`.
Thread *first_thread();

} // namespace rt::libtorch
