// operator_results.hpp - what an operator gave, as an rt_value of the caller's.
#pragma once

#include <ATen/core/function_schema.h>
#include <ATen/core/stack.h>

#include "value.hpp"

namespace rt::libtorch {

// What the operator left on the stack: nothing, one value, or several as a tuple. `returns` says which integers are dtypes.
void give_results(const std::vector<c10::Argument> &returns, ::torch::jit::Stack &stack, rt_value &out);

// One value.
void give_result(c10::IValue &&value, rt_value &out);

} // namespace rt::libtorch
