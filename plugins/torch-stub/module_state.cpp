// module_state.cpp - a module's tensors as a state by names, and its copy.
#include "../torch/module_arguments.hpp"
#include "../torch/state_arguments.hpp"
#include "functions.hpp"

namespace rt::stub {

namespace {

using NamedTensors = std::tuple<std::vector<std::string>, std::vector<TorchTensor>>;

// Of each layer its parameters, its buffers, and then the layers in it.
void collect(const Layer &layer, const std::string &prefix, NamedTensors &into) {
    for (const Layer::Named *named : {&layer.parameters, &layer.buffers}) {
        for (const auto &[name, tensor] : *named) {
            std::get<0>(into).push_back(prefix + name);
            std::get<1>(into).push_back(tensor);
        }
    }
    for (const auto &[name, child] : layer.children) {
        collect(*child.layer, prefix + name + ".", into);
    }
}

Layer::Named copied(const Layer::Named &tensors) {
    Layer::Named copies;
    for (const auto &[name, tensor] : tensors) {
        copies.emplace_back(name, made(tensor.layout()));
        copies.back().second.state->requires_grad = tensor.requires_grad();
    }
    return copies;
}

} // namespace

NamedTensors rt_torch_module_state(const TorchModule &module) {
    NamedTensors all;
    collect(*module.layer, "", all);
    return all;
}

void rt_torch_module_load_state(const TorchModule &module, std::span<const rt_value> names,
                                const Objects<TorchTensor> &tensors, bool strict) {
    const auto [own_names, own] = rt_torch_module_state(module);
    std::vector<libtorch::NamedShape> shapes;
    for (std::size_t i = 0; i < own.size(); i++) {
        shapes.push_back({own_names[i], own[i].sizes()});
    }
    std::vector<libtorch::Shape> given;
    for (std::size_t i = 0; i < tensors.size(); i++) {
        given.emplace_back(tensors[i].sizes());
    }
    libtorch::match_state(shapes, libtorch::names_in(names), given, strict);
}

TorchModule copy_of(const TorchModule &module) {
    const Layer &from = *module.layer;
    if (!from.copyable) {
        libtorch::refuse_module_copy(from.text);
    }
    auto copy = std::make_shared<Layer>();
    copy->text = from.text;
    copy->forward = from.forward;
    copy->call = from.call;
    copy->parameters = copied(from.parameters);
    copy->buffers = copied(from.buffers);
    for (const auto &[name, child] : from.children) {
        copy->children.emplace_back(name, copy_of(child));
    }
    copy->training = from.training.load();
    copy->hooks.copy(from.hooks);
    return {std::move(copy), module.tree};
}

TorchModule rt_torch_module_clone(const TorchModule &module) { return copy_of(module); }

} // namespace rt::stub
