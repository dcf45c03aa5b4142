#include "dtype.hpp"

#include <algorithm>
#include <utility>

#include "../torch/tensor_arguments.hpp"
#include "functions.hpp"

namespace rt::stub {

namespace {

constexpr DtypeInfo dtypes[] = {
    {Dtype::boolean, "bool", 1, Category::boolean},
    {Dtype::uint8, "uint8", 1, Category::integer},
    {Dtype::int8, "int8", 1, Category::integer},
    {Dtype::int16, "int16", 2, Category::integer},
    {Dtype::int32, "int32", 4, Category::integer},
    {Dtype::int64, "int64", 8, Category::integer},
    {Dtype::float16, "float16", 2, Category::floating},
    {Dtype::bfloat16, "bfloat16", 2, Category::floating},
    {Dtype::float32, "float32", 4, Category::floating},
    {Dtype::float64, "float64", 8, Category::floating},
    {Dtype::complex32, "complex32", 4, Category::complex},
    {Dtype::complex64, "complex64", 8, Category::complex},
    {Dtype::complex128, "complex128", 16, Category::complex},
};

} // namespace

const DtypeInfo &info_of(Dtype dtype) { return dtypes[static_cast<std::size_t>(dtype)]; }

Dtype dtype_named(std::string_view name) {
    const auto *const found =
        std::find_if(std::begin(dtypes), std::end(dtypes), [&](const DtypeInfo &info) { return info.name == name; });
    if (found != std::end(dtypes)) {
        return found->dtype;
    }
    std::string names;
    for (const DtypeInfo &info : dtypes) {
        names += (names.empty() ? "" : ", ") + std::string(info.name);
    }
    libtorch::refuse_dtype(name, names);
}

Dtype promoted(Dtype a, Dtype b) {
    if (b < a) {
        std::swap(a, b);
    }
    if (a == Dtype::uint8 && b == Dtype::int8) {
        return Dtype::int16; // neither holds the other's numbers
    }
    if (a == Dtype::float16 && b == Dtype::bfloat16) {
        return Dtype::float32;
    }
    if (is_complex(b) && is_floating(a)) {
        return std::max(b, complex_of(a));
    }
    return b;
}

Dtype real_part(Dtype dtype) {
    switch (dtype) {
    case Dtype::complex32:
        return Dtype::float16;
    case Dtype::complex64:
        return Dtype::float32;
    case Dtype::complex128:
        return Dtype::float64;
    default:
        return dtype;
    }
}

Dtype complex_of(Dtype dtype) {
    switch (dtype) {
    case Dtype::float16:
        return Dtype::complex32;
    case Dtype::bfloat16:
    case Dtype::float32:
        return Dtype::complex64;
    case Dtype::float64:
        return Dtype::complex128;
    default:
        return dtype;
    }
}

std::string rt_torch_torchtensor_dtype(const TorchTensor &tensor) { return std::string(info_of(tensor.dtype()).name); }

TorchTensor rt_torch_torchtensor_to_dtype(const TorchTensor &tensor, std::string_view name) {
    const Dtype dtype = dtype_named(name);
    return dtype == tensor.dtype() ? tensor : computed(elementwise({&tensor}, dtype), {&tensor});
}

} // namespace rt::stub
