// python_types.hpp - types, defaults and names of signatures in Python. The package rtffi has the same rules in its files
// _annotations.py and _names.py, and tests/check_python.sh compares the two.
#pragma once

#include <string>
#include <string_view>

#include "names.hpp"

namespace rt::tools::bind {

// An identifier that is none of Python's own words.
std::string python_name(std::string_view name);

// The name of a function or a method: no type's either, which annotations after it need.
std::string python_function_name(std::string_view name);

// The name of a method: none that every object has, either.
std::string python_method_name(std::string_view name);

// "..." with what Python needs escaped.
std::string python_text(std::string_view text);

// The annotation of a parameter, or of a result. Names of the package are written `_rtffi.NAME`.
std::string python_parameter_type(const BindingNames &names, const Type &type);
std::string python_result_type(const BindingNames &names, const Type &type);

// A parameter's default, as an expression.
std::string python_default(const Parameter &parameter);

} // namespace rt::tools::bind
