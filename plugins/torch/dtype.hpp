// dtype.hpp - dtypes by the names that Python's torch gives them.
#pragma once

#include "tensor.hpp"

#include <c10/core/ScalarType.h>

#include <optional>
#include <string_view>

namespace rt::libtorch {

// "float32", "int64", "bool", ...
std::string name_of(at::ScalarType dtype);

std::optional<at::ScalarType> find_dtype(std::string_view name);

// Throws for a name that is none, with those that are.
at::ScalarType dtype_named(std::string_view name);

} // namespace rt::libtorch
