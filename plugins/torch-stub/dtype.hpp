// dtype.hpp - the types of elements, and which one an operation gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rt::stub {

// In the order in which promotion climbs, but for the pairs that dtype.cpp knows.
enum class Dtype : std::uint8_t {
    boolean,
    uint8,
    int8,
    int16,
    int32,
    int64,
    float16,
    bfloat16,
    float32,
    float64,
    complex32,
    complex64,
    complex128,
};

enum class Category : std::uint8_t { boolean, integer, floating, complex };

struct DtypeInfo {
    Dtype dtype;
    std::string_view name; // Python's
    std::size_t size;      // bytes of an element
    Category category;
};

const DtypeInfo &info_of(Dtype dtype);

// Throws for a name that is none, with those that are.
Dtype dtype_named(std::string_view name);

inline Category category_of(Dtype dtype) { return info_of(dtype).category; }
inline bool is_floating(Dtype dtype) { return category_of(dtype) == Category::floating; }
inline bool is_complex(Dtype dtype) { return category_of(dtype) == Category::complex; }
// Whether gradients can flow through it.
inline bool is_differentiable(Dtype dtype) { return is_floating(dtype) || is_complex(dtype); }
// Whole numbers and bools.
inline bool is_integral(Dtype dtype) { return !is_differentiable(dtype); }

// The dtype that holds the numbers of both (torch.promote_types).
Dtype promoted(Dtype a, Dtype b);

// Of an integral dtype float32, which LibTorch computes fractions in; others as they are.
inline Dtype fractional(Dtype dtype) { return is_integral(dtype) ? Dtype::float32 : dtype; }

// Of a complex dtype that of its parts, and the other way round.
Dtype real_part(Dtype dtype);
Dtype complex_of(Dtype dtype);

} // namespace rt::stub
