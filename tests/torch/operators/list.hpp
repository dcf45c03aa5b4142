// list.hpp - the operators of the dispatcher, and those that no test calls with arguments of its own making.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include <string>
#include <vector>

namespace operators {

struct Named {
    std::string name; // as the registry has it: `aten::cat.default`
    c10::OperatorHandle op;
};

// By name.
std::vector<Named> all_operators();

// Reads files, waits for other processes, or starts what does not end with the call.
bool left_out(const std::string &name);

// What is undefined with arguments of these kinds: reads beyond the list of bins that it is given; shows the new part of a storage
// that nobody wrote; writes beyond its state; solves with matrices laid out as only LibTorch's own callers do.
bool undefined(const std::string &name);

} // namespace operators
