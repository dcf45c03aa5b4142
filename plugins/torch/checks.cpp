// checks.cpp - what the functions ask of their arguments before LibTorch sees them.
#include "checks.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <sys/sysinfo.h>

#include <algorithm>
#include <fstream>
#include <limits>

namespace rt::libtorch {

namespace {

constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

// A control group's limit, or no_limit: version 2 writes "max" where there is none.
std::uint64_t limit_in(const char *path) {
    std::uint64_t limit = no_limit;
    std::ifstream file(path);
    return file >> limit ? limit : no_limit;
}

std::uint64_t memory_of_machine() {
    struct sysinfo info{};
    std::uint64_t limit = no_limit;
    if (sysinfo(&info) == 0) {
        limit = (std::uint64_t{info.totalram} + info.totalswap) * info.mem_unit;
    }
    limit = std::min(limit, limit_in("/sys/fs/cgroup/memory.max"));
    return std::min(limit, limit_in("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
}

std::string in_gigabytes(std::uint64_t bytes) { return std::to_string(bytes >> 30) + " GiB"; }

at::Tensor whole_numbers(const at::Tensor &tensor, const char *name) {
    constexpr double beyond = 9223372036854775808.0; // 2^63
    // 2^63 is none of float16's numbers, and LibTorch 1.13 has no floor of them.
    const at::Tensor wide = tensor.to(at::kDouble);
    if (!wide.isfinite().all().item<bool>() || !wide.floor().equal(wide) || wide.abs().ge(beyond).any().item<bool>()) {
        refuse(std::string(name) + " must be whole numbers: indices");
    }
    return wide.to(at::kLong);
}

} // namespace

void refuse(const std::string &message) { throw Error(RT_E_ARGUMENT, message); }

std::string text_of(at::IntArrayRef list) {
    std::string text = "[";
    for (std::size_t i = 0; i < list.size(); i++) {
        text += (i == 0 ? "" : ", ") + std::to_string(list[i]);
    }
    return text + "]";
}

std::int64_t count_elements(std::span<const std::int64_t> dims, std::size_t element_size) {
    std::int64_t elements = 1;
    bool empty = false;
    bool overflow = false;
    for (const std::int64_t dim : dims) {
        if (dim < 0) {
            refuse("dims " + text_of(array(dims)) + " has a negative number");
        }
        // The strides of an empty tensor are products, too.
        empty = empty || dim == 0;
        overflow = __builtin_mul_overflow(elements, std::max<std::int64_t>(dim, 1), &elements) || overflow;
    }
    std::int64_t bytes = 0;
    if (overflow || __builtin_mul_overflow(elements, static_cast<std::int64_t>(element_size), &bytes)) {
        throw Error(RT_E_MEMORY, "a tensor of dims " + text_of(array(dims)) + " has more bytes than 64 bits can count",
                    "out_of_memory");
    }
    return empty ? 0 : elements;
}

void require_memory(std::uint64_t bytes) {
    constexpr std::uint64_t worth_asking = std::uint64_t{1} << 30;
    if (bytes < worth_asking) {
        return;
    }
    const std::uint64_t limit = memory_of_machine();
    if (bytes > limit) {
        throw Error(RT_E_MEMORY,
                    "the tensor needs " + in_gigabytes(bytes) + ", and this process can have " + in_gigabytes(limit) +
                        " at most",
                    "out_of_memory");
    }
}

std::int64_t check_shape(std::span<const std::int64_t> dims, std::size_t element_size) {
    const std::int64_t elements = count_elements(dims, element_size);
    require_memory(static_cast<std::uint64_t>(elements) * element_size);
    return elements;
}

void require_real(const at::Tensor &tensor) {
    if (tensor.is_complex()) {
        refuse("the tensor is complex (" + std::string(c10::toString(tensor.scalar_type())) +
               "), and this function gives one real number");
    }
}

double number(const at::Tensor &tensor) {
    require_real(tensor);
    return tensor.item<double>();
}

at::Tensor indices_of(const at::Tensor &tensor, const char *name, std::int64_t limit) {
    const at::NoGradGuard no_grad;
    if (tensor.is_complex() || tensor.scalar_type() == at::kBool) {
        refuse(std::string(name) + " must be whole numbers: indices, not " + c10::toString(tensor.scalar_type()));
    }
    const at::Tensor indices = tensor.is_floating_point() ? whole_numbers(tensor, name) : tensor.to(at::kLong);
    // On CUDA, LibTorch leaves this to an assertion in the kernel, after which the process cannot use the device any
    // more. On the CPU it asks itself.
    if (!indices.is_cpu() && indices.numel() != 0) {
        const auto [least, most] = at::aminmax(indices);
        if (least.item<std::int64_t>() < 0 || most.item<std::int64_t>() >= limit) {
            throw Error(RT_E_ARGUMENT,
                        std::string(name) + " has an index out of range: they run from " +
                            std::to_string(least.item<std::int64_t>()) + " to " +
                            std::to_string(most.item<std::int64_t>()) + ", and must be from 0 to " +
                            std::to_string(limit - 1),
                        "index");
        }
    }
    return indices;
}

std::int64_t size_of_dimension(const at::Tensor &tensor, std::int64_t dim) {
    const std::int64_t dims = tensor.dim();
    if (dims == 0 && (dim == 0 || dim == -1)) {
        return 1;
    }
    if (dim < -dims || dim >= dims) {
        throw Error(RT_E_ARGUMENT,
                    "dim " + std::to_string(dim) + " is out of range for a tensor of shape " + text_of(tensor.sizes()),
                    "index");
    }
    return tensor.size(dim);
}

std::array<std::int64_t, 2> pair(std::span<const std::int64_t> list, const char *name, std::int64_t fallback,
                                 std::int64_t least) {
    if (list.size() > 2 || (list.empty() && fallback < least)) {
        refuse(std::string(name) + " " + text_of(array(list)) + " must have one number, or two: height and width");
    }
    std::array<std::int64_t, 2> both{fallback, fallback};
    if (!list.empty()) {
        both = {list.front(), list.back()};
    }
    for (const std::int64_t one : both) {
        if (one < least || one > std::numeric_limits<std::int32_t>::max()) {
            refuse(std::string(name) + " " + text_of(array(list)) + " must be " + std::to_string(least) +
                   " or more, and fit into 31 bits");
        }
    }
    return both;
}

} // namespace rt::libtorch
