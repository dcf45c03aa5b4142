// checks.hpp - what the functions ask of their arguments before LibTorch sees them.
//
// LibTorch trusts its C++ callers more than a registry may trust its own: what it would divide by zero with, multiply
// past 64 bits or kill the process over is refused here.
#pragma once

#include "tensor.hpp"

#include <c10/util/ArrayRef.h>

#include <array>
#include <span>
#include <string>

namespace rt::libtorch {

[[noreturn]] void refuse(const std::string &message);

inline at::IntArrayRef array(std::span<const std::int64_t> list) { return {list.data(), list.size()}; }

// "[2, 3]"
std::string text_of(at::IntArrayRef list);

// The number of elements of a tensor of that shape. Throws for negative dims, and RT_E_MEMORY where 64 bits cannot count
// the bytes.
std::int64_t count_elements(std::span<const std::int64_t> dims, std::size_t element_size);

// Throws RT_E_MEMORY where this machine cannot have that much. Without it a request for more than there is succeeds,
// and filling the memory ends the process.
void require_memory(std::uint64_t bytes);

// count_elements and require_memory: for functions that make a tensor of a shape the caller gives.
std::int64_t check_shape(std::span<const std::int64_t> dims, std::size_t element_size = sizeof(float));

// The number in a tensor of one element, for functions that give f64.
double number(const at::Tensor &tensor);

// Throws for complex tensors.
void require_real(const at::Tensor &tensor);

// `tensor` as int64 indices: integers as they are, floating ones where they are whole numbers. `limit` is one more than
// the largest index there is, `name` the parameter's.
at::Tensor indices_of(const at::Tensor &tensor, const char *name, std::int64_t limit);

// The size of dimension `dim`, which counts from the end where it is negative. Throws where there is no such dimension.
std::int64_t size_of_dimension(const at::Tensor &tensor, std::int64_t dim);

// A list for the two dimensions of an image: none stands for `fallback`, one number for both. Throws for numbers
// below `least` and above what fits into 31 bits.
std::array<std::int64_t, 2> pair(std::span<const std::int64_t> list, const char *name, std::int64_t fallback,
                                 std::int64_t least);

} // namespace rt::libtorch
