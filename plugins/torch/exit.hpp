// exit.hpp - the end of the process: see Note [Calls and the end of the process] in process.hpp.
#pragma once

namespace rt::libtorch {

struct Thread;

// What must be done once before the first watch_exit.
void prepare_for_exit();

// The records of threads, for those who must walk them: linked by `next`.
Thread *first_thread();

} // namespace rt::libtorch
