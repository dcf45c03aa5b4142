// module_arguments.hpp - what modules of the user's ask of their parts. The stub asks the same.
#pragma once

#include <rtffi/abi.h>

#include <string>
#include <vector>

#include "arguments.hpp"
#include "layer_arguments.hpp"

namespace rt::libtorch {

// The names of what a module has, of one kind.
using PartNames = std::vector<std::string>;

struct NamedParts {
    PartNames parameters, buffers, modules;
};

// The names that are given for so many parts; `parameter` and `parts` are what the function's parameters are called. Throws for a
// value that is no text, and for another number of names than of parts.
PartNames part_names(const char *parameter, const char *parts, std::span<const rt_value> names, std::size_t count);

// Throws for a name that is empty or has a dot in it, and for one that is there twice, as anything.
void check_part_names(const NamedParts &parts);

// Of a tensor that becomes a parameter.
void check_parameter(std::size_t index, bool is_leaf, bool is_inference);

// Of the module's own name, and whether a copy of it may be made.
void check_module_name(std::string_view name);
[[noreturn]] void refuse_module_copy(std::string_view name);

// Of what the forward callable gave where one tensor is wanted.
[[noreturn]] void refuse_several_outputs(std::string_view name, std::size_t count);

// Of an input, to a module whose forward is a callable, that is no tensor and not none.
[[noreturn]] void refuse_no_tensor(std::size_t index, bool is_handle);

// That of a module with those inside it. Throws where there are too many, or too deep ones.
template <class Modules> ModuleTree tree_of(const Modules &modules) {
    ModuleTree tree;
    for (std::size_t i = 0; i < modules.size(); i++) {
        tree.add(modules[i].tree);
    }
    return tree;
}

// Of a dtype that a module's tensors are to have.
void check_module_dtype(std::string_view dtype, bool differentiable);

// Which of the names it is. Throws where it is none of them, with those that there are.
std::size_t child_named(const PartNames &names, std::string_view name);

} // namespace rt::libtorch
