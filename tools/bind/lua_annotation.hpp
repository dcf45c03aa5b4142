// lua_annotation.hpp - types as the Lua language server writes them.
#pragma once

#include <string>

#include "interface.hpp"

namespace rt::tools::bind {

std::string lua_class(const Class &class_);

// A parameter's type, or that of an element of a tuple.
std::string lua_type(const Interface &interface, const Type &type);

// Of a tuple, `A, B`: several results.
std::string lua_result(const Interface &interface, const Type &type);

} // namespace rt::tools::bind
