// constant_names.hpp - layouts and memory formats by the names that Python's torch gives them; of dtypes see dtype.hpp.
#pragma once

#include "dtype.hpp"

#include <c10/core/Layout.h>
#include <c10/core/MemoryFormat.h>

#include <optional>

namespace rt::libtorch {

std::string name_of(at::Layout layout);
std::string name_of(at::MemoryFormat format);

std::optional<at::Layout> find_layout(std::string_view name);
std::optional<at::MemoryFormat> find_memory_format(std::string_view name);

} // namespace rt::libtorch
