#include "module_arguments.hpp"

#include <algorithm>
#include <set>

#include <rtffi/plugin.hpp>

#include "near_names.hpp"
#include "state_arguments.hpp"

namespace rt::libtorch {

PartNames part_names(const char *parameter, const char *parts, std::span<const rt_value> names, std::size_t count) {
    if (names.size() != count) {
        refuse(str(parameter, " has ", names.size(), " names, and ", parts, " ", count, " of what they name"));
    }
    return names_in(names, parameter);
}

void check_part_names(const NamedParts &parts) {
    std::set<std::string_view> seen;
    for (const PartNames *names : {&parts.parameters, &parts.buffers, &parts.modules}) {
        for (const std::string &name : *names) {
            if (name.empty() || name.find('.') != std::string::npos) {
                refuse(str("the name \"", printable(name),
                           "\" is none that a part of a module can have: it must not be empty, and have no dot"));
            }
            if (!seen.insert(name).second) {
                refuse(str("the name \"", printable(name), "\" is given twice"));
            }
        }
    }
}

void check_parameter(std::size_t index, bool is_leaf, bool is_inference) {
    if (!is_leaf) {
        refuse(str("parameters[", index,
                   "] was computed from tensors that require gradients, and a parameter is not: "
                   "give what rt_torch_autograd_detach gives of it"));
    }
    if (is_inference) {
        refuse(str("parameters[", index, "] was made in inference mode, and cannot be trained: make it outside"));
    }
}

void check_module_name(std::string_view name) {
    if (name.empty()) {
        refuse("name is empty: give what the module is to be called in texts and messages, such as Net");
    }
}

void refuse_module_copy(std::string_view name) {
    refuse(str("a ", printable(name),
               " is a module that was made with copyable=false: its forward callable takes tensors of "
               "its own, which a copy would share"));
}

void refuse_several_outputs(std::string_view name, std::size_t count) {
    refuse(str("the forward callable of the module ", printable(name), " gave ", count,
               " tensors: run it with rt_torch_module_call, which gives a tuple of them"));
}

void refuse_no_tensor(std::size_t index, bool is_handle) {
    throw Error(is_handle ? RT_E_HANDLE : RT_E_TYPE,
                str("inputs[", index, "] is ", is_handle ? "no live handle" : "of another type than is needed",
                    ": TorchTensor? is needed"));
}

void check_module_dtype(std::string_view dtype, bool differentiable) {
    if (!differentiable) {
        refuse(str("dtype is ", dtype, ": a module is computed with in a floating or complex one, such as float64"));
    }
}

std::size_t child_named(const PartNames &names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
        refuse(names.empty()
                   ? "this module has no modules inside"
                   : str("there is no module \"", printable(name), "\" inside: this one has ", listed(names, name)));
    }
    return static_cast<std::size_t>(found - names.begin());
}

} // namespace rt::libtorch
