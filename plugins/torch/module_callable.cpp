// module_callable.cpp - modules of the user's: a callable for their forward, with parameters, buffers and modules inside.
//
// Who owns what: the module owns the callable and shares its tensors and the modules inside with their own handles. The callable is
// given the module each time, and so needs no handle of it; one that keeps an owning handle of its own module keeps both alive until it
// frees that handle.
#include "make_module.hpp"

#include <ATen/ATen.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "module_forward.hpp"
#include "module_run.hpp"

#undef RT_GROUP
#define RT_GROUP "module"

namespace rt::libtorch {

using at::Tensor;

namespace {

using Tensors = MaybeTensors<Tensor>;

struct Parts {
    NamedParts names;
    std::vector<Tensor> parameters, buffers;
    std::vector<TorchModule> modules;
};

class CallableModule : public ::torch::nn::Module {
  public:
    CallableModule(const std::string &name, Callable forward, bool copyable, const Parts &parts)
        : Module(name), copyable_(copyable), tree_(tree_of(parts.modules)), callable_(std::move(forward)),
          parts_(std::make_shared<ModuleParts>(ModuleParts{parts.names.modules, parts.modules})) {
        for (std::size_t i = 0; i < parts.parameters.size(); i++) {
            const Tensor &tensor = parts.parameters[i];
            register_parameter(parts.names.parameters[i], tensor, tensor.is_floating_point() || tensor.is_complex());
        }
        for (std::size_t i = 0; i < parts.buffers.size(); i++) {
            register_buffer(parts.names.buffers[i], parts.buffers[i]);
        }
        for (std::size_t i = 0; i < parts.modules.size(); i++) {
            register_module(parts.names.modules[i], parts.modules[i].layer.ptr());
        }
    }

    // On one tensor, for one.
    Tensor forward(const Tensor &input) {
        std::vector<Tensor> outputs = run_callable({input});
        if (outputs.size() != 1) {
            refuse_several_outputs(name(), outputs.size());
        }
        return std::move(outputs[0]);
    }

    std::vector<Tensor> run_callable(const Tensors &inputs) {
        return call_forward<KeepGradModes>(callable_, as_torch_module(), inputs);
    }

    // A new owner of this one.
    TorchModule as_torch_module();

    TorchModule copy() const;

  private:
    static Parts copies_of(const CallableModule &from);

    bool copyable_;
    ModuleTree tree_;
    Callable callable_;
    std::shared_ptr<const ModuleParts> parts_;
    std::shared_ptr<ModuleHooks> hooks_ = std::make_shared<ModuleHooks>();
};

c10::IValue call(::torch::nn::AnyModule &layer, std::span<const rt_value> inputs) {
    std::vector<Tensor> outputs = dynamic_cast<CallableModule &>(*layer.ptr()).run_callable(tensors_in<Tensor>(inputs));
    if (outputs.size() == 1) {
        return std::move(outputs[0]);
    }
    return c10::ivalue::Tuple::create(std::vector<c10::IValue>(outputs.begin(), outputs.end()));
}

TorchModule CallableModule::as_torch_module() {
    TorchModule made = make_module(std::static_pointer_cast<CallableModule>(shared_from_this()));
    made.tree = tree_;
    made.hooks = hooks_;
    made.parts = parts_;
    made.one_tensor = false;
    made.call = call;
    made.remake = [](const TorchModule &of) { return dynamic_cast<const CallableModule &>(of.base()).copy(); };
    return made;
}

// A tensor that is there twice is one in the copy, too.
Parts CallableModule::copies_of(const CallableModule &from) {
    std::map<const c10::TensorImpl *, Tensor> copies;
    const auto copy = [&](const Tensor &tensor) {
        Tensor &made = copies[tensor.unsafeGetTensorImpl()];
        if (!made.defined()) {
            made = tensor.detach().clone();
        }
        return made;
    };
    Parts parts;
    for (const auto &item : from.named_parameters(false)) {
        parts.names.parameters.push_back(item.key());
        parts.parameters.push_back(copy(item.value()));
    }
    for (const auto &item : from.named_buffers(false)) {
        parts.names.buffers.push_back(item.key());
        parts.buffers.push_back(copy(item.value()));
    }
    parts.names.modules = from.parts_->names;
    for (const TorchModule &module : from.parts_->modules) {
        parts.modules.push_back(copy_of(module));
    }
    return parts;
}

TorchModule CallableModule::copy() const {
    if (!copyable_) {
        refuse_module_copy(name());
    }
    return std::make_shared<CallableModule>(name(), callable_, copyable_, copies_of(*this))->as_torch_module();
}

template <class T> std::vector<T> all_of(const Objects<T> &objects) {
    std::vector<T> all;
    for (std::size_t i = 0; i < objects.size(); i++) {
        all.push_back(objects[i]);
    }
    return all;
}

using Names = std::span<const rt_value>;

TorchModule create_callable(const Callable &forward, Names parameter_names, const Objects<Tensor> &parameters,
                            Names buffer_names, const Objects<Tensor> &buffers, Names module_names,
                            const Objects<TorchModule> &modules, std::string_view name, bool copyable) {
    Parts parts;
    parts.names = {part_names("parameter_names", "parameters", parameter_names, parameters.size()),
                   part_names("buffer_names", "buffers", buffer_names, buffers.size()),
                   part_names("module_names", "modules", module_names, modules.size())};
    check_part_names(parts.names);
    check_module_name(name);
    parts.parameters = all_of(parameters);
    parts.buffers = all_of(buffers);
    parts.modules = all_of(modules);
    for (std::size_t i = 0; i < parts.parameters.size(); i++) {
        check_parameter(i, parts.parameters[i].is_leaf(), parts.parameters[i].is_inference());
    }
    return std::make_shared<CallableModule>(std::string(name), forward, copyable, parts)->as_torch_module();
}

} // namespace

RT_FUNCTION_FLAGS(
    create_callable,
    "rt_torch_module_create(forward: fn(module: TorchModule, inputs: [TorchTensor?]) -> [TorchTensor], "
    "parameter_names: [any] = [], parameters: [TorchTensor] = [], buffer_names: [any] = [], buffers: [TorchTensor] = "
    "[], module_names: [any] = [], modules: [TorchModule] = [], name: text = \"Module\", copyable: bool = true) -> "
    "TorchModule",
    "A module whose forward is a callable. It gets the module itself, of which rt_torch_module_parameter, _buffer and _child give the "
    "parts, and the inputs; its failure is that of the run. The handles that it gets are freed when it returns, those it gives are "
    "taken over. Parameters (which require gradients from now on), buffers and modules are shared with their own handles; a name "
    "has no dot and is there once. The module owns the callable until the last of its own handles, and of modules that it is "
    "inside of, is freed: a callable that keeps a handle of its own module keeps both alive. A copy of the module shares "
    "the callable, which gets the copy as module; copyable=false refuses copies, for a forward that takes tensors from elsewhere.",
    RT_FUNCTION_CALLS_BACK)

} // namespace rt::libtorch
