// operator_call.hpp - the entries of operators' records: see operators.cpp for how they come to be.
#pragma once

#include <rtffi/plugin.h>

#include "operator.hpp"
#include "value.hpp"

namespace rt::libtorch {

// The dynamic entry of one overload, whose record's context is an Operator.
rt_status call_operator(const rt_function *self, const rt_value *args, std::size_t count, rt_value *result);

// Those of an operator whose schema says that it takes anything.
rt_status call_variadic(const rt_function *self, const rt_value *args, std::size_t count, rt_value *result);
rt_status call_variadic_named(const rt_function *self, const rt_value *args, const char *const *names,
                              std::size_t count, rt_value *result);

// Those of a name with several, whose record's context is an OverloadSet: see Note [Choosing an overload].
rt_status call_overloads(const rt_function *self, const rt_value *args, std::size_t count, rt_value *result);
rt_status call_overloads_named(const rt_function *self, const rt_value *args, const char *const *names,
                               std::size_t count, rt_value *result);

} // namespace rt::libtorch
