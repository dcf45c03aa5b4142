// operator_arguments.hpp - an rt_value as what an operator's schema asks for.
#pragma once

#include <optional>

#include "operator_parameter.hpp"
#include "value.hpp"

namespace rt::libtorch {

// What else than its own kind a parameter takes.
enum class Reading : std::uint8_t {
    strict,  // an integer for a float, and nothing else: what overloads are told apart by
    lenient, // also a number for a tensor of no dimensions, an integer 0 or 1 for a bool, a bool for an integer
};

// What is wrong with a value's memory or its bools, whatever it is for; null where nothing is. To be asked before it is read.
const char *damage_of(const rt_value &value);

// The first handle in it that is not 0 and no live one of a class that operators take.
std::optional<std::int64_t> dead_handle(const rt_value &value);

// Reads `value` for a parameter of that type. False where it does not fit; throws nothing but std::bad_alloc, since the
// overloads that do not fit are many.
bool read_argument(const rt_value &value, const SchemaType &type, Reading reading, c10::IValue &out);

// Sets the thread's error to what is wrong with an argument that read_argument refuses, and throws Reported. `index` counts the
// signature's parameters from 0.
[[noreturn]] void refuse_argument(const char *signature, std::size_t index, const rt_value &value,
                                  const SchemaParameter &parameter);

} // namespace rt::libtorch
