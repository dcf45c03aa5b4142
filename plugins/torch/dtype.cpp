// dtype.cpp - dtypes by the names that Python's torch gives them.
#include "dtype.hpp"

#include "tensor_arguments.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cctype>

#undef RT_GROUP
#define RT_GROUP "tensor"

namespace rt::libtorch {

namespace {

// The dtypes whose C++ name is not Python's with a capital. By name, because each version of LibTorch has more of them.
constexpr struct {
    std::string_view name, in_cpp;
} other_names[] = {{"uint8", "Byte"},
                   {"int8", "Char"},
                   {"int16", "Short"},
                   {"int32", "Int"},
                   {"int64", "Long"},
                   {"float16", "Half"},
                   {"float32", "Float"},
                   {"float64", "Double"},
                   {"complex32", "ComplexHalf"},
                   {"complex64", "ComplexFloat"},
                   {"complex128", "ComplexDouble"}};

// Those that functions of this plugin can make tensors of.
constexpr std::string_view offered = "bool, uint8, int8, int16, int32, int64, float16, bfloat16, float32, float64, "
                                     "complex64, complex128";

} // namespace

std::string name_of(at::ScalarType dtype) {
    const std::string_view in_cpp = c10::toString(dtype);
    for (const auto &other : other_names) {
        if (other.in_cpp == in_cpp) {
            return std::string(other.name);
        }
    }
    std::string name(in_cpp);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name;
}

std::optional<at::ScalarType> find_dtype(std::string_view name) {
    for (int i = 0; i < static_cast<int>(at::ScalarType::NumOptions); i++) {
        const auto dtype = static_cast<at::ScalarType>(i);
        if (dtype != at::ScalarType::Undefined && name_of(dtype) == name) {
            return dtype;
        }
    }
    return std::nullopt;
}

at::ScalarType dtype_named(std::string_view name) {
    if (const std::optional<at::ScalarType> dtype = find_dtype(name)) {
        return *dtype;
    }
    refuse_dtype(name, offered);
}

RT_FUNCTION(
    +[](const at::Tensor &tensor) { return name_of(tensor.scalar_type()); },
    "rt_torch_torchtensor_dtype(handle: TorchTensor) -> text",
    "The type of the elements, by its name in Python's torch: float32, int64, bool, bfloat16, complex64, ...")
RT_FUNCTION(
    +[](const at::Tensor &tensor, std::string_view dtype) { return tensor.to(dtype_named(dtype)); },
    "rt_torch_torchtensor_to_dtype(handle: TorchTensor, dtype: text) -> TorchTensor",
    "The elements converted to another dtype; the tensor itself where it has that one.")

} // namespace rt::libtorch
