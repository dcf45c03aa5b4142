// checks.hpp - what the functions ask of their tensors before LibTorch sees them; of other arguments see arguments.hpp.
//
// LibTorch trusts its C++ callers more than a registry may trust its own: what it would divide by zero with, multiply
// past 64 bits or kill the process over is refused here.
#pragma once

#include "tensor.hpp"

#include "arguments.hpp"

#include <c10/util/ArrayRef.h>

#include <span>
#include <string>

namespace rt::libtorch {

inline at::IntArrayRef array(std::span<const std::int64_t> list) { return {list.data(), list.size()}; }

// The tensor with its elements in memory, as they are: some tensors are conjugate or negative views, and zeros that LibTorch's
// gradients are made of have no memory at all.
at::Tensor with_memory(const at::Tensor &tensor);

// The number in a tensor of one element, for functions that give f64.
double number(const at::Tensor &tensor);

// Throws for complex tensors.
void require_real(const at::Tensor &tensor);

// Throws for tensors of whole numbers and of bools.
void require_floating(const at::Tensor &tensor);

// `tensor` as int64 indices: integers as they are, floating ones where they are whole numbers. `limit` is one more than
// the largest index there is, `name` the parameter's.
at::Tensor indices_of(const at::Tensor &tensor, const char *name, std::int64_t limit);

// Throws where one of the whole numbers is no index of a dimension of that size; negative ones count from the end.
void check_index_range(const at::Tensor &numbers, const std::string &name, std::int64_t size);

} // namespace rt::libtorch
