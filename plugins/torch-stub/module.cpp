// module.cpp - what can be done with any module: run it, look at its tensors, change its mode.
#include "functions.hpp"

#include "../torch/module_arguments.hpp"
#include "../torch/near_names.hpp"

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
    for (const auto &[name, child] : layer.children) {
        collect(*child.layer, which, prefix + name + ".", into, seen);
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
    for (const auto &[name, child] : layer.children) {
        set_training(*child.layer, on);
    }
}

void write(std::string &text, const Layer &layer, const std::string &indent) {
    text += layer.text;
    if (layer.children.empty()) {
        return;
    }
    text += "(\n";
    for (const auto &[name, child] : layer.children) {
        text += indent + "  (" + name + "): ";
        write(text, *child.layer, indent + "  ");
        text += '\n';
    }
    text += indent + ")";
}

} // namespace

std::vector<TorchTensor> rt_torch_module_parameters(const TorchModule &module) {
    return std::get<1>(named(module, &Layer::parameters));
}

NamedTensors rt_torch_module_named_parameters(const TorchModule &module) { return named(module, &Layer::parameters); }

NamedTensors rt_torch_module_named_buffers(const TorchModule &module) { return named(module, &Layer::buffers); }

namespace {

// The tensor of that name in the layer or inside it; null where there is none.
const TorchTensor *find(const Layer &layer, Layer::Named Layer::*which, std::string_view name) {
    for (const auto &[own, tensor] : layer.*which) {
        if (own == name) {
            return &tensor;
        }
    }
    for (const auto &[prefix, child] : layer.children) {
        const bool inside = name.size() > prefix.size() && name.starts_with(prefix) && name[prefix.size()] == '.';
        if (inside) {
            return find(*child.layer, which, name.substr(prefix.size() + 1));
        }
    }
    return nullptr;
}

TorchTensor tensor_named(const TorchModule &module, Layer::Named Layer::*which, std::string_view name,
                         const char *kind) {
    if (const TorchTensor *found = find(*module.layer, which, name)) {
        return *found;
    }
    const NamedTensors all = named(module, which);
    const std::vector<std::string> &names = std::get<0>(all);
    refuse(names.empty() ? str("this module has no ", kind, "s")
                         : str("there is no ", kind, " \"", libtorch::printable(name), "\": this module has ",
                               libtorch::listed(names, name)));
}

} // namespace

TorchTensor rt_torch_module_parameter(const TorchModule &module, std::string_view name) {
    return tensor_named(module, &Layer::parameters, name, "parameter");
}

TorchTensor rt_torch_module_buffer(const TorchModule &module, std::string_view name) {
    return tensor_named(module, &Layer::buffers, name, "buffer");
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

void rt_torch_module_to_dtype(const TorchModule &module, std::string_view name) {
    const Dtype dtype = dtype_named(name);
    libtorch::check_module_dtype(name, is_differentiable(dtype));
    for (const auto which : {&Layer::parameters, &Layer::buffers}) {
        const NamedTensors tensors = named(module, which);
        for (const TorchTensor &tensor : std::get<1>(tensors)) {
            if (is_differentiable(tensor.dtype())) {
                convert(tensor, dtype);
            }
        }
    }
}

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
