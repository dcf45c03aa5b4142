// module_state.cpp - a module's tensors as a state by names, its copy, and whether it is trained.
#include "module.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <string>
#include <tuple>
#include <vector>

#include "module_run.hpp"
#include "state_arguments.hpp"

#undef RT_GROUP
#define RT_GROUP "module"

namespace rt::libtorch {

namespace {

using State = std::tuple<std::vector<std::string>, std::vector<at::Tensor>>;

// As Python's state_dict: of each module its parameters, its buffers, and then the modules in it.
void collect(const ::torch::nn::Module &module, const std::string &prefix, State &into) {
    auto &[names, tensors] = into;
    for (const auto &own : {module.named_parameters(false), module.named_buffers(false)}) {
        for (const auto &item : own) {
            if (item.value().defined()) {
                names.push_back(prefix + item.key());
                tensors.push_back(item.value());
            }
        }
    }
    for (const auto &child : module.named_children()) {
        collect(*child.value(), prefix + child.key() + ".", into);
    }
}

State state(const TorchModule &module) {
    State all;
    collect(module.base(), "", all);
    return all;
}

void load_state(const TorchModule &module, std::span<const rt_value> names, const Objects<at::Tensor> &tensors,
                bool strict) {
    const auto [own_names, own] = state(module);
    std::vector<NamedShape> shapes;
    for (std::size_t i = 0; i < own.size(); i++) {
        shapes.push_back({own_names[i], own[i].sizes()});
    }
    std::vector<Shape> given;
    for (std::size_t i = 0; i < tensors.size(); i++) {
        given.emplace_back(tensors[i].sizes());
    }
    const std::vector<std::size_t> places = match_state(shapes, names_in(names), given, strict);
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < places.size(); i++) {
        if (places[i] < own.size()) {
            own[places[i]].copy_(tensors[i]);
        }
    }
}

void set_requires_grad(const TorchModule &module, bool requires_grad) {
    for (const at::Tensor &parameter : module.base().parameters()) {
        if (parameter.is_floating_point() || parameter.is_complex()) {
            parameter.requires_grad_(requires_grad);
        }
    }
}

// LibTorch's copy makes parameters anew, and forgets which of them are not trained.
TorchModule clone(const TorchModule &module) {
    TorchModule made = copy_of(module);
    const auto from = module.base().parameters();
    const auto to = made.base().parameters();
    for (std::size_t i = 0; i < from.size() && i < to.size(); i++) {
        to[i].requires_grad_(from[i].requires_grad());
    }
    // Outer modules first: train reaches those inside, too.
    const auto of = module.base().modules();
    const auto copies = made.base().modules();
    for (std::size_t i = 0; i < of.size() && i < copies.size(); i++) {
        copies[i]->train(of[i]->is_training());
    }
    return made;
}

} // namespace

RT_FUNCTION(
    state, "rt_torch_module_state(module: TorchModule) -> ([text], [TorchTensor])",
    "The names and tensors of all parameters and buffers, in the order of Python's state_dict; the handles share memory "
    "with the module.")
RT_FUNCTION(
    load_state,
    "rt_torch_module_load_state(module: TorchModule, names: [any], tensors: [TorchTensor], strict: bool = true)",
    "Copies tensors into the module's parameters and buffers of those names, which are texts; none is copied unless all fit. "
    "Unless it is strict, names that the module does not have are left out, and it need not be given all.")
RT_FUNCTION(set_requires_grad, "rt_torch_module_set_requires_grad(module: TorchModule, requires_grad: bool)",
            "Whether backward leaves gradients with the module's parameters: false freezes it.")
RT_FUNCTION(
    clone, "rt_torch_module_clone(module: TorchModule) -> TorchModule",
    "A copy with parameters and buffers of its own, and the same hooks. A module of rt_torch_module_create shares its "
    "forward callable with its copy; see there.")

} // namespace rt::libtorch
