// layout.hpp - shapes, and the strides in which LibTorch would lay the elements out.
//
// Strides are what decides whether rt_torch_torchtensor_view may share memory, so the stub keeps them as LibTorch does. Sources:
// ATen/TensorUtils.cpp (computeStride), ATen/TensorIterator.cpp (reorder_dimensions), ATen/ExpandUtils.cpp (infer_size).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dtype.hpp"

namespace rt::stub {

using Sizes = std::vector<std::int64_t>;
using Dims = std::span<const std::int64_t>;

// A tensor's form: everything about it that is not a number in it.
struct Layout {
    Sizes sizes;
    Sizes strides;
    Dtype dtype = Dtype::float32;

    std::int64_t dim() const { return static_cast<std::int64_t>(sizes.size()); }
    std::int64_t numel() const;
    // Row-major, dimensions of size 1 aside.
    bool is_contiguous() const;
};

// Row-major, in memory of its own. Throws where LibTorch could not have the memory here.
Layout contiguous(Sizes sizes, Dtype dtype);

// Images in the order [N, height, width, channels] where `like` lies so, else row-major.
Layout image_layout(Sizes sizes, const Layout &like);

// The index of a dimension that may count from the end. Throws where there is none; a scalar counts as one of size 1.
std::size_t dimension(std::int64_t dim, std::int64_t dims);

// The size of that dimension; 1 of a scalar's.
std::int64_t size_at(const Layout &layout, std::int64_t dim);

// The shape that two broadcast to. Throws where they do not.
Sizes broadcast(const Sizes &a, const Sizes &b);

// How the result of an operation element by element lies: as its operands do.
Layout elementwise_layout(std::span<const Layout *const> operands, Dtype dtype);

// `dims` with its -1 filled in. Throws where they do not stand for so many elements.
Sizes inferred(Dims dims, std::int64_t numel);

// The strides under which the same memory has another shape; none where it cannot.
std::optional<Sizes> view_strides(const Layout &layout, const Sizes &sizes);

} // namespace rt::stub
