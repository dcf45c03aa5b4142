// value.hpp - values of LibTorch's that have no type of rtffi's: a TorchValue is one of them, whatever it is.
#pragma once

#include "tensor.hpp"

#include <ATen/core/Generator.h>
#include <ATen/core/ivalue.h>

namespace rt::libtorch {

// What an operator gave that no type of rtffi's can hold (a complex number, a list of lists, an object of LibTorch's own), to be
// given to another operator.
struct Value {
    c10::IValue value;
};

// A value that names a complex number: rt_value has none.
inline Value complex_value(double real, double imaginary) { return {c10::complex<double>(real, imaginary)}; }

} // namespace rt::libtorch

RT_DECLARE_CLASS(rt::libtorch::Value, "TorchValue")
RT_DECLARE_CLASS(at::Generator, "TorchGenerator")
