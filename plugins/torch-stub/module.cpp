// module.cpp - what can be done with any module: run it, look at its tensors, change its mode.
#include "functions.hpp"

#include <algorithm>
#include <unordered_set>

#include "device.hpp"

namespace rt::stub {

namespace {

using NamedTensors = std::tuple<std::vector<std::string>, std::vector<TorchTensor>>;

// Each tensor once, under its first name: a module that is used twice does not count twice.
void collect(const Layer &layer, Layer::Named Layer::*which, const std::string &prefix, NamedTensors &into,
             std::unordered_set<const TensorState *> &seen) {
    for (const auto &[name, tensor] : layer.*which) {
        if (seen.insert(tensor.state.get()).second) {
            std::get<0>(into).push_back(prefix + name);
            std::get<1>(into).push_back(tensor);
        }
    }
    for (std::size_t i = 0; i < layer.children.size(); i++) {
        collect(*layer.children[i], which, prefix + std::to_string(i) + ".", into, seen);
    }
}

NamedTensors named(const TorchModule &module, Layer::Named Layer::*which) {
    NamedTensors result;
    std::unordered_set<const TensorState *> seen;
    collect(*module.layer, which, "", result, seen);
    return result;
}

void set_training(Layer &layer, bool on) {
    layer.training = on;
    for (const auto &child : layer.children) {
        set_training(*child, on);
    }
}

void write(std::string &text, const Layer &layer, const std::string &indent) {
    text += layer.text;
    if (layer.children.empty()) {
        return;
    }
    text += "(\n";
    for (std::size_t i = 0; i < layer.children.size(); i++) {
        text += indent + "  (" + std::to_string(i) + "): ";
        write(text, *layer.children[i], indent + "  ");
        text += '\n';
    }
    text += indent + ")";
}

} // namespace

TorchTensor rt_torch_module_forward(const TorchModule &module, const TorchTensor &input) {
    return module.layer->forward(*module.layer, input);
}

// The stub's layers take one tensor.
rt_value rt_torch_module_call(const TorchModule &module, std::span<const rt_value> inputs) {
    if (inputs.size() != 1) {
        libtorch::refuse(str("inputs has ", inputs.size(), " values: this module takes one"));
    }
    const Pin<TorchTensor> input(inputs[0].type == RT_HANDLE ? inputs[0].payload.integer : 0);
    if (!input) {
        const bool handle = inputs[0].type == RT_HANDLE;
        throw Error(handle ? RT_E_HANDLE : RT_E_TYPE, handle
                                                          ? "inputs[0] is no live handle: TorchTensor is needed"
                                                          : "inputs[0] is of another type than is needed: TorchTensor");
    }
    return {RT_HANDLE, 0, 0, {make_handle(rt_torch_module_forward(module, *input))}};
}

std::vector<TorchTensor> rt_torch_module_parameters(const TorchModule &module) {
    return std::get<1>(named(module, &Layer::parameters));
}

NamedTensors rt_torch_module_named_parameters(const TorchModule &module) { return named(module, &Layer::parameters); }

NamedTensors rt_torch_module_named_buffers(const TorchModule &module) { return named(module, &Layer::buffers); }

TorchTensor rt_torch_module_parameter(const TorchModule &module, std::string_view name) {
    const auto [names, tensors] = named(module, &Layer::parameters);
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) {
        return tensors[static_cast<std::size_t>(found - names.begin())];
    }
    std::string listed;
    for (const std::string &one : names) {
        listed += (listed.empty() ? ": this module has " : ", ") + one;
    }
    refuse(names.empty() ? "this module has no parameters"
                         : str("there is no parameter \"", libtorch::printable(name), "\"", listed));
}

void rt_torch_module_set_requires_grad(const TorchModule &module, bool requires_grad) {
    for (const TorchTensor &tensor : rt_torch_module_parameters(module)) {
        tensor.state->requires_grad = requires_grad;
    }
}

void rt_torch_module_train(const TorchModule &module, bool on) { set_training(*module.layer, on); }
void rt_torch_module_eval(const TorchModule &module) { set_training(*module.layer, false); }
bool rt_torch_module_is_training(const TorchModule &module) { return module.layer->training; }

void rt_torch_module_to_device(const TorchModule &, std::string_view device) { require_cpu(device); }

void rt_torch_module_zero_grad(const TorchModule &module) {
    for (const TorchTensor &tensor : rt_torch_module_parameters(module)) {
        const std::lock_guard lock(tensor.state->mutex);
        tensor.state->grad.reset();
    }
}

std::string rt_torch_module_to_text(const TorchModule &module) {
    std::string text;
    write(text, *module.layer, "");
    return text;
}

} // namespace rt::stub
