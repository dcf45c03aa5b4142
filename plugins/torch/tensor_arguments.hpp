// tensor_arguments.hpp - what the functions of tensors ask of shapes, of places in them and of how much memory goes with them.
#pragma once

#include "arguments.hpp"

namespace rt::libtorch {

// The number of numbers from start to end, without end, in steps of step. Throws where there are none to get there by, and
// RT_E_MEMORY where they would not fit as float32.
std::int64_t check_arange(double start, double end, double step);

// As check_shape; throws unless the caller's data are as many float32 numbers.
void check_numbers(Shape dims, std::size_t numbers);

// As check_shape; throws unless the caller's data are as many bytes.
void check_bytes(Shape dims, std::size_t element_size, std::string_view dtype, std::size_t bytes);

// Throws unless a tensor of those dims and strides, in elements, lies within so many bytes of the caller's; no strides are those of
// elements side by side.
void check_blob(Shape dims, Shape strides, std::size_t element_size, std::string_view dtype, std::size_t bytes);

// Refuses a name that no dtype has; `common` are some that there are.
[[noreturn]] void refuse_dtype(std::string_view name, std::string_view common);

// Throws where the caller's memory cannot take so many bytes of a tensor.
void check_out(std::size_t out, std::size_t needed);

// Throws unless a tensor can be given as one number.
void check_one_element(std::int64_t elements);

// Throws for a shape without elements: there is no largest or smallest one.
void check_extremes(Shape sizes);

// Throws where the dims of another shape, one of which may be -1, stand for more elements than 64 bits can count: LibTorch
// multiplies them without looking, and would let a product that wraps around to the right number pass.
void check_new_shape(Shape dims, std::int64_t elements);

void check_matrices(Shape sizes);
void check_one_matrix(Shape sizes);
void check_square_matrices(Shape sizes);

// The size of dimension `dim`, which counts from the end where it is negative; 1 of a tensor without dimensions. Throws
// where there is no such dimension.
std::int64_t size_of_dimension(Shape sizes, std::int64_t dim);

void check_step(std::int64_t step);
void check_chunks(std::int64_t chunks);
void check_tensor_list(std::size_t tensors);
void check_tuple_index(std::int64_t index, std::size_t tensors);

} // namespace rt::libtorch
