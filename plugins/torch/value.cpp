// value.cpp - values that have no type of rtffi's: making them and looking into them.
#include "value.hpp"

#include <sstream>

#include "operator_results.hpp"

#undef RT_GROUP
#define RT_GROUP "operators"

namespace rt::libtorch {

namespace {

std::string type_of(const Value &value) { return value.value.type<c10::Type>()->repr_str(); }

std::string value_text(const Value &value) {
    std::ostringstream text;
    text << value.value;
    return std::move(text).str();
}

rt_value value_get(const Value &value) {
    rt_value out = {RT_NONE, 0, 0, {0}};
    if (value.value.isComplexDouble()) {
        const c10::complex<double> number = value.value.toComplexDouble();
        Result<std::vector<double>>::dynamic(out, {number.real(), number.imag()});
    } else {
        give_result(c10::IValue(value.value), out);
    }
    return out;
}

} // namespace

RT_CLASS(Value, "TorchValue", "A value of LibTorch's that has no type of its own here, for operators to take and give.")

RT_FUNCTION(complex_value, "rt_torch_value_complex(real: f64, imaginary: f64) -> TorchValue",
            "A complex number, for operators that take a number.")
RT_FUNCTION(type_of, "rt_torch_value_type(value: TorchValue) -> text", "The type's name in TorchScript.")
RT_FUNCTION(value_text, "rt_torch_value_text(value: TorchValue) -> text", "The value as LibTorch prints it.")
RT_FUNCTION(
    value_get, "rt_torch_value_get(value: TorchValue) -> any",
    "The value as numbers, texts, tensors and lists of these, a complex number as [real, imaginary]; what is none of them "
    "comes as a TorchValue again.")

} // namespace rt::libtorch
