// comparison.hpp - one operator, called directly and through the registry.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include <string>

namespace operators {

struct Outcome {
    int compared = 0;    // samples that LibTorch took
    int refused = 0;     // samples that LibTorch refused, and the registry with the same words
    int gradients = 0;   // samples whose gradients were compared, too
    int dimnames = 0;    // samples refused since they want dimensions by name
    std::string differs; // what did not agree, or ""
};

// `before` is told what runs next: "direct" or "registry".
Outcome compare(const c10::OperatorHandle &op, const std::string &name, void (*before)(const char *));

// LibTorch's own calls of it alone, so many of each sample, with something else beside its tensors in each.
void call_directly(const c10::OperatorHandle &op, int times);

} // namespace operators
