// operator_guards.hpp - arguments that end the process inside LibTorch, where seeing them costs next to nothing: an error instead.
#pragma once

#include <ATen/core/function_schema.h>
#include <ATen/core/stack.h>

namespace rt::libtorch {

// Looks at what an operator is about to be called with, and throws Error where it would end the process.
using Guard = void (*)(const c10::FunctionSchema &schema, ::torch::jit::Stack &stack);

// The one that an operator needs, or null.
Guard guard_for(const c10::FunctionSchema &schema);

} // namespace rt::libtorch
