// module_children.cpp - the modules inside a module.
#include "module.hpp"

#include <tuple>

#include "module_arguments.hpp"

#undef RT_GROUP
#define RT_GROUP "module"

namespace rt::libtorch {

namespace {

const ModuleParts &parts_of(const TorchModule &module) {
    static const ModuleParts none;
    if (module.parts == nullptr && !module.base().children().empty()) {
        refuse("a " + module.base().name() +
               " of LibTorch's keeps its modules to itself: those of a Sequential and of a module that "
               "rt_torch_module_create made can be had; the tensors of all are in rt_torch_module_state");
    }
    return module.parts != nullptr ? *module.parts : none;
}

std::tuple<std::vector<std::string>, std::vector<TorchModule>> named_children(const TorchModule &module) {
    const ModuleParts &parts = parts_of(module);
    return {parts.names, parts.modules};
}

TorchModule child(const TorchModule &module, std::string_view name) {
    const ModuleParts &parts = parts_of(module);
    return parts.modules[child_named(parts.names, name)];
}

} // namespace

RT_FUNCTION(
    named_children, "rt_torch_module_named_children(module: TorchModule) -> ([text], [TorchModule])",
    "The names of the modules inside, such as 0 in a Sequential, and the modules, shared. LibTorch's own modules of others, such "
    "as a Transformer, keep theirs to themselves.")
RT_FUNCTION(child, "rt_torch_module_child(module: TorchModule, name: text) -> TorchModule",
            "The module of that name inside, shared; the error for a wrong name lists the right ones.")

} // namespace rt::libtorch
