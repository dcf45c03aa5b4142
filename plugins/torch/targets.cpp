// targets.cpp - checks and conversions of what losses are given.
#include "targets.hpp"

#include "checks.hpp"
#include "dtype.hpp"
#include "loss_arguments.hpp"

#include <c10/util/StringUtil.h>

#include <cmath>

namespace rt::libtorch {

namespace {

constexpr std::int64_t left_out = -100; // LibTorch's ignore_index

template <class T> void check_classes(const at::Tensor &target, std::int64_t classes) {
    const T *values = target.data_ptr<T>();
    for (std::int64_t i = 0; i < target.numel(); i++) {
        const T value = values[i];
        if constexpr (std::is_floating_point_v<T>) {
            if (!(std::floor(value) == value)) {
                refuse(c10::str("target holds ", value, " at position ", i,
                                ": class targets must be whole numbers, the index of the class"));
            }
        }
        if (!(value >= T{0} && value < static_cast<T>(classes)) && value != static_cast<T>(left_out)) {
            refuse(c10::str("target holds class ", value, " at position ", i, ": input has ", classes,
                            classes == 1 ? " class" : " classes", ", counted from 0"));
        }
    }
}

} // namespace

void check_loss_input(const at::Tensor &input) {
    if (!input.is_floating_point()) {
        refuse(c10::str("input has dtype ", name_of(input.scalar_type()),
                        ": a loss needs a real floating dtype; convert it with rt_torch_torchtensor_to_dtype"));
    }
}

at::Tensor number_targets(const at::Tensor &input, const at::Tensor &target) {
    if (target.is_complex()) {
        refuse(c10::str("target has dtype ", name_of(target.scalar_type()), ": this loss takes real numbers"));
    }
    return target.scalar_type() == input.scalar_type() ? target : target.to(input.scalar_type());
}

at::Tensor class_targets(const at::Tensor &input, const at::Tensor &target, bool or_probabilities) {
    check_predictions(input.sizes());
    if (target.is_complex()) {
        refuse(c10::str("target has dtype ", name_of(target.scalar_type()), ": class targets are whole numbers"));
    }
    check_class_shape(input.sizes(), target.sizes(), or_probabilities);
    const std::int64_t classes = input.size(input.dim() == 1 ? 0 : 1);
    const at::ScalarType readable = target.is_floating_point() ? at::kDouble : at::kLong;
    const at::Tensor host = target.detach().to(at::kCPU, readable).contiguous();
    if (target.is_floating_point()) {
        check_classes<double>(host, classes);
    } else {
        check_classes<std::int64_t>(host, classes);
    }
    return target.to(at::kLong);
}

} // namespace rt::libtorch
