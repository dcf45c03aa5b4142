// state_arguments.hpp - which tensors of a state belong to which of a module's. The stub asks the same.
#pragma once

#include <rtffi/abi.h>

#include <string>
#include <vector>

#include "arguments.hpp"

namespace rt::libtorch {

struct NamedShape {
    std::string name;
    Shape sizes;
};

// The names in a list of texts, which the function calls `parameter`. Throws for a value that is none.
std::vector<std::string> names_in(std::span<const rt_value> names, const char *parameter = "names");

// For each of the given tensors the place of the module's own that has its name; places that there are not, where it is not
// `strict`, are own.size(). Throws for numbers of names and of tensors that differ, a name given twice, another shape, and, where it is
// strict, for names that are not the module's and for those of the module's that are not given.
std::vector<std::size_t> match_state(const std::vector<NamedShape> &own, const std::vector<std::string> &names,
                                     const std::vector<Shape> &given, bool strict);

} // namespace rt::libtorch
