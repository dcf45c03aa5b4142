// operator_guards.hpp - arguments that end the process inside LibTorch, where seeing them costs next to nothing: an error instead.
#pragma once

#include <ATen/core/function_schema.h>
#include <ATen/core/stack.h>

#include <cstddef>
#include <vector>

namespace rt::libtorch {

// Looks at what an operator is about to be called with, and throws Error where it would end the process.
struct Guard {
    void (*check)(const Guard &self, const c10::FunctionSchema &schema, ::torch::jit::Stack &stack) = nullptr;
    std::vector<std::size_t> divisors; // the parameters that LibTorch divides by
};

// The one that an operator needs; most need none.
Guard guard_for(const c10::FunctionSchema &schema);

} // namespace rt::libtorch
