// host_memory.cpp - between a tensor and the host's memory: in bulk, as text, as one number.
#include "checks.hpp"
#include "dtype.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cstring>
#include <sstream>

#undef RT_GROUP
#define RT_GROUP "tensor"

namespace rt::libtorch {

using at::Tensor;

namespace {

using Bytes = std::span<const std::byte>;

Tensor from_memory(Bytes data, std::span<const std::int64_t> dims, std::string_view dtype_name) {
    const at::ScalarType dtype = dtype_named(dtype_name);
    if (c10::isQIntType(dtype)) {
        refuse("a tensor of " + name_of(dtype) + " needs a scale as well, so it cannot be made of bytes");
    }
    const std::size_t element = c10::elementSize(dtype);
    const std::int64_t elements = check_shape(dims, element);
    if (data.size() != static_cast<std::size_t>(elements) * element) {
        refuse("data has " + std::to_string(data.size()) + " bytes, and dims " + text_of(array(dims)) + " of " +
               name_of(dtype) + " stand for " + std::to_string(static_cast<std::size_t>(elements) * element));
    }
    Tensor tensor = at::empty(array(dims), dtype);
    if (!data.empty()) {
        std::memcpy(tensor.data_ptr(), data.data(), data.size());
    }
    // A bool is the byte 0 or 1, and the compiler may rely on it.
    return dtype == at::kBool ? tensor.view(at::kByte).ne(0) : tensor;
}

std::int64_t to_memory(const Tensor &tensor, std::span<std::byte> out) {
    if (tensor.layout() != at::kStrided || tensor.is_quantized()) {
        refuse("the tensor is not a dense one, so its elements do not lie side by side in memory");
    }
    const auto element = static_cast<std::size_t>(tensor.element_size());
    const std::size_t bytes = static_cast<std::size_t>(tensor.numel()) * element;
    if (out.size() < bytes) {
        refuse("out has " + std::to_string(out.size()) + " bytes, and the tensor needs " + std::to_string(bytes));
    }
    if (bytes == 0) {
        return 0;
    }
    const at::NoGradGuard no_grad;
    const Tensor plain = tensor.detach().resolve_conj().resolve_neg();
    const bool aligned = reinterpret_cast<std::uintptr_t>(out.data()) % element == 0;
    if (plain.is_cpu() && (plain.is_contiguous() || !aligned)) {
        std::memcpy(out.data(), plain.contiguous().data_ptr(), bytes);
    } else if (aligned) {
        at::from_blob(out.data(), plain.sizes(), plain.options().device(at::kCPU)).copy_(plain);
    } else {
        std::memcpy(out.data(), plain.cpu().contiguous().data_ptr(), bytes);
    }
    return static_cast<std::int64_t>(bytes);
}

std::string to_text(const Tensor &tensor) {
    std::ostringstream text;
    text << tensor;
    return std::move(text).str();
}

double item(const Tensor &tensor) {
    if (tensor.numel() != 1) {
        refuse("the tensor has " + std::to_string(tensor.numel()) + " elements, and only one can be given as a number");
    }
    return number(tensor);
}

} // namespace

RT_FUNCTION(item, "rt_torch_torchtensor_item(handle: TorchTensor) -> f64", "The one element of a tensor as a number.")
RT_FUNCTION(from_memory, "rt_torch_tensor_from_memory(data: bytes, dims: [i64], dtype: text) -> TorchTensor",
            "A tensor of a copy of the caller's memory, which holds the elements in row-major order and in this "
            "machine's byte order; its size must be exactly theirs.")
RT_FUNCTION(to_memory, "rt_torch_torchtensor_to_memory(handle: TorchTensor, out: mut bytes) -> i64",
            "Copies the elements in row-major order into the caller's memory, from any device, and gives the number of "
            "bytes; an error where the memory is too small.")
RT_FUNCTION(to_text, "rt_torch_torchtensor_to_text(handle: TorchTensor) -> text",
            "The tensor as LibTorch prints it, all of it.")

} // namespace rt::libtorch
