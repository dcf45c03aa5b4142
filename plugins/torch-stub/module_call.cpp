// module_call.cpp - running modules, with their hooks; Sequential, and modules whose forward is a callable.
#include "functions.hpp"

#include "../torch/module_forward.hpp"

namespace rt::stub {

namespace {

using Tensors = std::vector<TorchTensor>;

Tensors run_without_hooks(const TorchModule &module, const MaybeTensors &inputs) {
    const Layer &layer = *module.layer;
    if (layer.call) {
        return layer.call(module, inputs);
    }
    if (inputs.size() != 1) {
        libtorch::refuse(str("inputs has ", inputs.size(), " values: this module takes one"));
    }
    const std::optional<TorchTensor> &input = inputs.front();
    if (!input) {
        libtorch::refuse_no_tensor(0, true);
    }
    return {layer.forward(layer, *input)};
}

Tensors run_sequential(const TorchModule &module, const MaybeTensors &inputs) {
    Tensors outputs;
    bool first = true;
    for (const auto &[name, child] : module.layer->children) {
        if (!first && outputs.size() != 1) {
            libtorch::refuse_several_outputs(module.layer->text, outputs.size());
        }
        outputs = run(child, first ? inputs : MaybeTensors{outputs[0]});
        first = false;
    }
    return outputs;
}

} // namespace

std::vector<TorchTensor> run(const TorchModule &module, MaybeTensors inputs) {
    const libtorch::ModuleHooks &hooks = module.layer->hooks;
    if (!hooks.any()) {
        return run_without_hooks(module, inputs);
    }
    const libtorch::ForwardHooks<TorchTensor, KeepGradModes> calls(module, hooks);
    calls.before(inputs);
    Tensors outputs = run_without_hooks(module, inputs);
    MaybeTensors replaced(outputs.begin(), outputs.end());
    calls.after(inputs, replaced);
    for (std::size_t i = 0; i < outputs.size(); i++) {
        outputs[i] = replaced[i].value_or(outputs[i]);
    }
    return outputs;
}

TorchTensor rt_torch_module_forward(const TorchModule &module, const TorchTensor &input) {
    Tensors outputs = run(module, {input});
    if (outputs.size() != 1) {
        libtorch::refuse_several_outputs(module.layer->text, outputs.size());
    }
    return std::move(outputs[0]);
}

rt_value rt_torch_module_call(const TorchModule &module, std::span<const rt_value> inputs) {
    if (inputs.empty() && !module.layer->call) {
        libtorch::refuse("inputs has 0 values: this module takes one");
    }
    Tensors outputs = run(module, libtorch::tensors_in<TorchTensor>(inputs));
    if (outputs.size() == 1) {
        return {RT_HANDLE, 0, 0, {make_handle(std::move(outputs[0]))}};
    }
    detail::NewValues values(outputs.size());
    for (std::size_t i = 0; i < outputs.size(); i++) {
        values[i] = {RT_HANDLE, 0, 0, {make_handle(std::move(outputs[i]))}};
    }
    rt_value result = {};
    values.hand_out(result);
    return result;
}

TorchModule rt_torch_module_sequential(const Objects<TorchModule> &modules) {
    auto layer = std::make_shared<Layer>();
    layer->text = "torch::nn::Sequential";
    layer->call = run_sequential;
    const libtorch::ModuleTree tree = libtorch::sequential_tree(modules);
    for (std::size_t i = 0; i < modules.size(); i++) {
        layer->children.emplace_back(std::to_string(i), modules[i]);
    }
    return {std::move(layer), tree};
}

TorchModule rt_torch_module_create(const Callable &forward, std::span<const rt_value> parameter_names,
                                   const Objects<TorchTensor> &parameters, std::span<const rt_value> buffer_names,
                                   const Objects<TorchTensor> &buffers, std::span<const rt_value> module_names,
                                   const Objects<TorchModule> &modules, std::string_view name, bool copyable) {
    using libtorch::part_names;
    const libtorch::NamedParts names{part_names("parameter_names", "parameters", parameter_names, parameters.size()),
                                     part_names("buffer_names", "buffers", buffer_names, buffers.size()),
                                     part_names("module_names", "modules", module_names, modules.size())};
    libtorch::check_part_names(names);
    libtorch::check_module_name(name);
    const libtorch::ModuleTree tree = libtorch::tree_of(modules);
    auto layer = std::make_shared<Layer>();
    layer->text = name;
    layer->copyable = copyable;
    layer->call = [forward](const TorchModule &module, const MaybeTensors &inputs) {
        return libtorch::call_forward<KeepGradModes>(forward, module, inputs);
    };
    for (std::size_t i = 0; i < parameters.size(); i++) {
        libtorch::check_parameter(i, parameters[i].is_leaf(), parameters[i].state->inference);
        layer->parameters.emplace_back(names.parameters[i], parameters[i]);
    }
    for (std::size_t i = 0; i < buffers.size(); i++) {
        layer->buffers.emplace_back(names.buffers[i], buffers[i]);
    }
    for (std::size_t i = 0; i < modules.size(); i++) {
        layer->children.emplace_back(names.modules[i], modules[i]);
    }
    for (std::size_t i = 0; i < parameters.size(); i++) {
        parameters[i].state->requires_grad = is_differentiable(parameters[i].dtype());
    }
    return {std::move(layer), tree};
}

} // namespace rt::stub
