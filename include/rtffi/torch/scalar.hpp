// SPDX-License-Identifier: Apache-2.0
// scalar.hpp - a number as an argument, which keeps what it is: a bool, a whole number or a floating one.
#ifndef RTFFI_TORCH_SCALAR_HPP
#define RTFFI_TORCH_SCALAR_HPP

#include <utility>

#include "../host.hpp"
#include "types.hpp"

namespace rt::torch {

// What LibTorch calls a Scalar. A parameter of this type takes any C++ number.
class Scalar {
  public:
    // Throws for an unsigned number that 63 bits do not hold.
    template <Number T> Scalar(T number) : value_(rt::detail::to_value(number)) {}

    bool is_boolean() const noexcept { return value_.type == RT_BOOL; }
    bool is_integral() const noexcept { return value_.type == RT_INTEGER; }
    bool is_floating_point() const noexcept { return value_.type == RT_DOUBLE; }
    // As the registry takes it.
    const rt_value &value() const noexcept { return value_; }

  private:
    rt_value value_;
};

} // namespace rt::torch

#endif
