// index_arguments.hpp - the indices of rt_torch_torchtensor_index and _index_put_: what each of them is, and how many dimensions they take.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <rtffi/abi.h>

#include "arguments.hpp"

namespace rt::libtorch {

enum class IndexKind : std::uint8_t { new_dimension, ellipsis, integer, boolean, slice, tensor };

struct Index {
    IndexKind kind = IndexKind::new_dimension;
    std::int64_t number = 0; // the integer, the boolean or the tensor's handle
    std::int64_t start = 0;
    std::int64_t stop = 0;
    std::int64_t step = 1;
    std::int64_t takes = 0; // how many dimensions; of a tensor it is the caller's to say
};

// Beyond these an index or a bound means the same: no dimension is so long. LibTorch's sums with them stay within 64 bits.
inline constexpr std::int64_t farthest = std::int64_t{1} << 61;

// Reads them: none, an integer, a bool, a tensor's handle, or a text: "..." or a slice as Python writes it. Throws for anything else, for an
// empty list, for two "...", for a step below 1 (cause "value"), and where a handle is 0. Whose handle it is, is the caller's to ask.
std::vector<Index> read_indices(std::span<const rt_value> list);

// Throws, with cause "index", where they take more dimensions than there are. LibTorch does not look in each case.
void check_index_count(std::span<const Index> indices, std::int64_t dims);

// Refuses a handle that is no tensor's.
[[noreturn]] void refuse_index_handle(std::size_t position, std::int64_t handle);

} // namespace rt::libtorch
