// host_memory.cpp - between a tensor and the host's memory: in bulk, as text, as one number.
#include "checks.hpp"
#include "dtype.hpp"
#include "tensor_arguments.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <c10/util/StringUtil.h>

#include <algorithm>
#include <cstring>
#include <iomanip>
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
    check_bytes(dims, c10::elementSize(dtype), name_of(dtype), data.size());
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
    check_out(out.size(), bytes);
    if (bytes == 0) {
        return 0;
    }
    const at::NoGradGuard no_grad;
    const Tensor plain = with_memory(tensor.detach());
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

// LibTorch prints by way of double: that rounds large integers, and has no imaginary parts.
bool printed_by_libtorch(const Tensor &tensor) {
    const bool readable = tensor.layout() == at::kStrided && !tensor.is_meta();
    return !readable || !(tensor.is_complex() || c10::isIntegralType(tensor.scalar_type(), /*includeBool=*/true));
}

std::string text_of_complex(c10::complex<double> value) {
    std::ostringstream text;
    text << value.real() << std::showpos << value.imag() << 'j';
    return std::move(text).str();
}

// Each element, in row-major order.
std::vector<std::string> texts_of_elements(const Tensor &tensor) {
    const at::ScalarType wide = tensor.is_complex() ? at::kComplexDouble : at::kLong;
    const bool is_unsigned = name_of(tensor.scalar_type()) == "uint64";
    const Tensor host = with_memory(tensor.detach()).to(at::kCPU, wide).contiguous();
    std::vector<std::string> texts;
    for (std::int64_t i = 0; i < host.numel(); i++) {
        if (tensor.is_complex()) {
            texts.push_back(text_of_complex(host.data_ptr<c10::complex<double>>()[i]));
        } else {
            const std::int64_t value = host.data_ptr<std::int64_t>()[i];
            texts.push_back(is_unsigned ? std::to_string(static_cast<std::uint64_t>(value)) : std::to_string(value));
        }
    }
    return texts;
}

// "(1,3,.,.) = " before the matrix of that number.
std::string matrix_heading(at::IntArrayRef sizes, std::int64_t matrix) {
    const char *const begin = matrix == 0 ? "(" : "\n(";
    std::string heading = ".,.) = \n";
    for (std::size_t i = sizes.size() - 2; i-- > 0; matrix /= sizes[i]) {
        heading.insert(0, std::to_string(matrix % sizes[i] + 1) + ",");
    }
    return begin + heading;
}

// A row a line, and the columns as wide as the longest element.
void write_matrix(std::ostream &text, std::span<const std::string> elements, std::size_t columns, const char *indent) {
    std::size_t width = 0;
    for (const std::string &element : elements) {
        width = std::max(width, element.size() + (element.front() == '-' ? 0 : 1));
    }
    for (std::size_t i = 0; i < elements.size(); i++) {
        text << (i % columns == 0 ? indent : " ") << std::setw(static_cast<int>(width)) << elements[i]
             << ((i + 1) % columns == 0 ? "\n" : "");
    }
}

// As LibTorch lays tensors out, but for long lines, which it breaks.
std::string to_text_exactly(const Tensor &tensor) {
    const std::vector<std::string> elements = texts_of_elements(tensor);
    const at::IntArrayRef sizes = tensor.sizes();
    const bool several = sizes.size() > 2;
    const auto columns = static_cast<std::size_t>(sizes.size() < 2 ? 1 : sizes.back());
    const std::size_t matrix = several ? static_cast<std::size_t>(sizes[sizes.size() - 2]) * columns : elements.size();
    std::ostringstream text;
    if (sizes.empty()) {
        text << elements.front() << '\n';
    }
    for (std::size_t i = 0; !sizes.empty() && i < elements.size(); i += matrix) {
        text << (several ? matrix_heading(sizes, static_cast<std::int64_t>(i / matrix)) : "");
        write_matrix(text, std::span(elements).subspan(i, matrix), columns, several ? " " : "");
    }
    text << "[ " << tensor.toString() << "{" << c10::Join(",", sizes) << "} ]";
    return std::move(text).str();
}

std::string to_text(const Tensor &tensor) {
    if (!printed_by_libtorch(tensor)) {
        return to_text_exactly(tensor);
    }
    std::ostringstream text;
    text << with_memory(tensor);
    return std::move(text).str();
}

double item(const Tensor &tensor) {
    check_one_element(tensor.numel());
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
            "The tensor as LibTorch prints it, all of it; integers exactly, complex numbers as 1+2j.")

} // namespace rt::libtorch
