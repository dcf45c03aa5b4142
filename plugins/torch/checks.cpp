// checks.cpp - what the functions ask of their arguments before LibTorch sees them.
#include "checks.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <c10/util/StringUtil.h>

#include <algorithm>
#include <cmath>

#include "dtype.hpp"

namespace rt::libtorch {

namespace {

// The least and the greatest of int64 numbers, of which there is one at least.
std::pair<std::int64_t, std::int64_t> extremes(const at::Tensor &numbers) {
    if (!numbers.is_cpu()) {
        const auto [least, most] = at::aminmax(numbers);
        return {least.item<std::int64_t>(), most.item<std::int64_t>()};
    }
    const at::Tensor flat = numbers.contiguous();
    const auto *const begin = flat.data_ptr<std::int64_t>();
    const auto [least, most] = std::minmax_element(begin, begin + flat.numel());
    return {*least, *most};
}

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

void require_real(const at::Tensor &tensor) {
    if (tensor.is_complex()) {
        refuse("the tensor is complex (" + std::string(c10::toString(tensor.scalar_type())) +
               "), and this function gives one real number");
    }
}

void require_floating(const at::Tensor &tensor) {
    if (!tensor.is_floating_point() && !tensor.is_complex()) {
        refuse("the tensor is of " + name_of(tensor.scalar_type()) +
               ", and this needs floating numbers: convert it with rt_torch_torchtensor_to_dtype, to float32 say");
    }
}

at::Tensor with_memory(const at::Tensor &tensor) {
    return tensor._is_zerotensor() ? at::zeros(tensor.sizes(), tensor.options()) : tensor.resolve_conj().resolve_neg();
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
    // more. On the CPU it asks itself, in words that differ from function to function.
    if (indices.numel() != 0) {
        const auto [least, most] = extremes(indices);
        if (least < 0 || most >= limit) {
            refuse(c10::str(name, " holds the index ", least < 0 ? least : most, ", which is out of range: there are ",
                            limit, ", counted from 0"),
                   "index");
        }
    }
    return indices;
}

void check_index_range(const at::Tensor &numbers, const std::string &name, std::int64_t size) {
    if (numbers.numel() == 0) {
        return;
    }
    const at::NoGradGuard no_grad;
    const auto [least, most] = extremes(numbers.to(at::kLong));
    if (least < -size || most >= size) {
        refuse(c10::str(name, " holds the index ", least < -size ? least : most, ", which is out of range: there are ",
                        size),
               "index");
    }
}

} // namespace rt::libtorch
