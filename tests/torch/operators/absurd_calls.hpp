// absurd_calls.hpp - calls of one operator with absurd values, in a process of their own: through the registry, or by LibTorch's own
// boxed call, which shares no code with the plugin.
#pragma once

#include <cstdint>
#include <string>

#include "list.hpp"

namespace operators {

enum class Way { registry, direct };

struct Calls {
    std::uint64_t seed = 0;
    int first = 0; // of the calls that the seed makes for this operator
    int end = 0;
    double seconds = 2; // that each may take
    int times = 1;      // that each is made, with other memory beside its tensors
};

struct Ending {
    int call = 0;      // the one in which the process ended; `end` where it came through
    int made = 0;      // calls that were made
    int accepted = 0;  // those that gave something
    std::string death; // "", "time", or the name of the signal or the exit status
    std::string fault; // what else is wrong: an error without a message, a handle that was left
};

// Forks; to be called while the process has one thread.
Ending run_calls(const Named &op, const Calls &calls, Way way);

} // namespace operators
