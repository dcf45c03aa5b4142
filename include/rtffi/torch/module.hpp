// SPDX-License-Identifier: Apache-2.0
// module.hpp - nn::Module: what every layer and network is.
//
// A Module either stands for a module that LibTorch runs (Linear, Sequential, ...), or is a class of yours:
//
//     struct Net : nn::Module {
//         nn::Linear hidden = register_module("hidden", nn::Linear(2, 8));
//         nn::Linear output = register_module("output", nn::Linear(8, 1));
//         Tensor scale = register_parameter("scale", torch::ones({1}));
//         Tensor forward(const Tensor &x) const override { return output(hidden(x).tanh()) * scale; }
//     };
//
// Copies share the parameters, as the holders of LibTorch's C++ API do.
#ifndef RTFFI_TORCH_MODULE_HPP
#define RTFFI_TORCH_MODULE_HPP

#include <concepts>

#include "module_parts.hpp"
#include "operators.hpp"

namespace rt::torch::nn {

class RemovableHandle;

class Module {
  public:
    Module() noexcept = default;
    // For a class of yours: what it is called in texts and messages.
    explicit Module(std::string name) : name_(std::move(name)) {}
    // Takes over a handle of class TorchModule.
    explicit Module(Handle handle) noexcept : handle_(std::move(handle)) {}
    Module(Module &&) noexcept = default;
    Module &operator=(Module &&) noexcept = default;
    Module(const Module &other)
        : handle_(other.handle_.clone()), names_(other.names_), children_(other.children_), name_(other.name_),
          parameters_(other.parameters_), buffers_(other.buffers_), is_yours_(other.is_yours_),
          is_training_(other.is_training_) {}
    Module &operator=(const Module &other) { return *this = Module(other); }
    virtual ~Module() = default;

    virtual Tensor forward(const Tensor &input) const {
        if (!has_forward()) {
            throw Error(RT_E_ARGUMENT, no_forward);
        }
        return Tensor(Handle(api::module_forward(handle(), input.handle())));
    }
    Tensor operator()(const Tensor &input) const { return forward(input); }
    // As the holders of LibTorch's C++ API are used: model->forward(x).
    Module *operator->() noexcept { return this; }
    const Module *operator->() const noexcept { return this; }

    // The tensors themselves, not copies.
    std::vector<Tensor> parameters() const {
        return handle_ ? torch::detail::own_all(api::module_parameters(handle())) : std::vector<Tensor>();
    }
    // By names such as "0.weight".
    NamedTensors named_parameters() const { return named("rt_torch_module_named_parameters"); }
    NamedTensors named_buffers() const { return named("rt_torch_module_named_buffers"); }
    // One of them by its name; a wrong name is answered with the right ones.
    Tensor parameter(const std::string &name) const {
        return Tensor(Handle(api::module_parameter(handle_or_throw(), name)));
    }
    Tensor buffer(const std::string &name) const { return Tensor(Handle(api::module_buffer(handle_or_throw(), name))); }
    // A module inside by its name, shared.
    Module child(const std::string &name) const { return Module(Handle(api::module_child(handle_or_throw(), name))); }

    // Training mode, in which Dropout drops and BatchNorm2d takes statistics, or evaluation mode.
    const Module &train(bool on = true) const {
        if (handle_) {
            api::module_train(handle(), on);
        } else {
            is_training_ = on;
        }
        return *this;
    }
    const Module &eval() const { return train(false); }
    bool is_training() const { return handle_ ? api::module_is_training(handle()) : is_training_; }
    // Whether backward leaves gradients with the parameters: false freezes them.
    const Module &requires_grad_(bool requires_grad = true) const {
        if (handle_) {
            api::module_set_requires_grad(handle(), requires_grad);
        }
        return *this;
    }
    // The parameters and buffers by their names, in the order of Python's state_dict; the tensors themselves, not copies.
    NamedTensors state_dict() const { return named("rt_torch_module_state"); }
    // Copies tensors into those of these names. Of a state that does not fit, a name or a shape, nothing is copied; unless it is strict,
    // names that are not this module's are left out, and it need not be given all.
    void load_state_dict(const NamedTensors &state, bool strict = true) const {
        const detail::TensorLists lists(state);
        call<void>("rt_torch_module_load_state", rt_handle(handle_or_throw()), lists.names.value(), lists.tensors,
                   strict);
    }

    void zero_grad() const {
        if (handle_) {
            api::module_zero_grad(handle());
        }
    }
    // Moves the parameters and buffers themselves, in every copy of the module.
    const Module &to(const Device &device) const {
        if (handle_) {
            api::module_to_device(handle(), device.str());
        }
        return *this;
    }
    // Converts them to a floating or complex dtype; whole numbers stay. Make optimisers afterwards.
    const Module &to(const DType &dtype) const {
        if (handle_) {
            api::module_to_dtype(handle(), dtype.name());
        }
        return *this;
    }
    const Module &to(const Device &device, const DType &dtype) const { return to(device).to(dtype); }

    // Hooks, of modules that LibTorch runs; see module_hooks.hpp.
    template <class Hook> RemovableHandle register_forward_pre_hook(Hook hook) const;
    template <class Hook> RemovableHandle register_forward_hook(Hook hook) const;
    template <class Hook> RemovableHandle register_full_backward_hook(Hook hook) const;

    // As LibTorch prints it.
    std::string str() const { return handle_ ? api::module_to_text(handle()) : name_; }

    // Borrowed: it stays this object's. Of a class of yours it has the parts, but not the forward; 0 where there is none.
    std::int64_t handle() const noexcept { return handle_.get(); }
    // Whether LibTorch can run it: what a Sequential is made of. A class of yours has a forward of its own instead.
    bool has_forward() const noexcept { return handle_ && !is_yours_; }

  protected:
    // Makes `child` a part of this one, and returns it.
    template <std::derived_from<Module> Child> Child register_module(std::string name, Child child);
    // Makes the tensor a part of this one, and returns it. A parameter is a leaf, and is trained unless that is said.
    Tensor register_parameter(std::string name, Tensor tensor, bool requires_grad = true) {
        NamedTensors all = parameters_;
        all.emplace_back(std::move(name), tensor);
        handle_ = made_of(names_, children_, all, buffers_);
        parameters_ = std::move(all);
        is_yours_ = true;
        if (!requires_grad) {
            tensor.set_requires_grad(false);
        }
        return tensor;
    }
    Tensor register_buffer(std::string name, Tensor tensor) {
        NamedTensors all = buffers_;
        all.emplace_back(std::move(name), tensor);
        handle_ = made_of(names_, children_, parameters_, all);
        buffers_ = std::move(all);
        is_yours_ = true;
        return tensor;
    }

    Handle handle_;
    std::vector<std::string> names_;
    std::vector<Module> children_; // of a class of yours, or of a Sequential

  private:
    template <class Net> friend Module runnable(const Net &module);

    static constexpr const char *no_forward =
        "this nn::Module has no forward, as an empty Sequential has none: write one in your class, and keep that class's "
        "type, `Net net; net.to(device);`, since a copy of its nn::Module part has the parameters only";

    NamedTensors named(const char *function) const {
        NamedTensors all;
        if (handle_) {
            const Value result = call(function, handle_); // ([text], [TorchTensor])
            std::vector<Handle> tensors = result[1].as<std::vector<Handle>>();
            for (std::size_t i = 0; i < tensors.size(); i++) {
                all.emplace_back(result[0][i].as<std::string>(), Tensor(std::move(tensors[i])));
            }
        }
        return all;
    }

    std::int64_t handle_or_throw() const {
        if (!handle_) {
            throw Error(RT_E_ARGUMENT, "this nn::Module has no parts: no parameters, no buffers and no modules inside");
        }
        return handle();
    }

    // A module that calls `forward`, of these parts.
    static Handle made_with(const Handle &forward, const std::vector<std::string> &names,
                            const std::vector<Module> &children, const NamedTensors &parameters,
                            const NamedTensors &buffers, const std::string &name) {
        detail::ModuleParts parts{parameters, buffers, names, {}, name, /*copyable=*/false};
        for (const Module &child : children) {
            parts.modules.push_back(child.handle());
        }
        return detail::create_module(forward, parts);
    }
    // What stands for a class of yours where its parts are meant.
    Handle made_of(const std::vector<std::string> &names, const std::vector<Module> &children,
                   const NamedTensors &parameters, const NamedTensors &buffers) const {
        const Handle forward = make_callable(
            detail::forward_type, [](std::span<const rt_value>) -> Handle { throw Error(RT_E_ARGUMENT, no_forward); },
            RT_FUNCTION_ANY_THREAD);
        return made_with(forward, names, children, parameters, buffers, name_);
    }

    std::string name_ = "Module";
    NamedTensors parameters_; // those of a class of yours, without its modules'
    NamedTensors buffers_;
    bool is_yours_ = false;
    mutable bool is_training_ = true; // where there is no handle
};

// A module that LibTorch can run: itself, where it is one, or one that calls the forward of a class of yours. A copy of the object is
// kept for that, and another one made for each call, since copies share the parts; the module cannot be cloned.
template <class Net> Module runnable(const Net &module) {
    const Module &base = module;
    if (base.has_forward()) {
        return base;
    }
    if constexpr (std::is_same_v<Net, Module>) {
        throw Error(RT_E_ARGUMENT, std::string("a Sequential is run by LibTorch: ") + Module::no_forward);
    } else {
        const Handle forward = make_callable(
            detail::forward_type,
            [kept = module](std::span<const rt_value> arguments) -> std::vector<Handle> {
                const std::vector<Tensor> inputs = torch::detail::shared(arguments[1]);
                if (inputs.size() != 1) {
                    throw Error(RT_E_ARGUMENT, "a class of nn::Module takes one tensor, and not " +
                                                   std::to_string(inputs.size()) + ": make an nn::Functional instead");
                }
                Net running = kept;
                Module &as_module = running;
                as_module.handle_ = Handle::share(arguments[0].payload.integer);
                as_module.is_yours_ = true;
                return torch::detail::given(as_module.forward(inputs[0]));
            },
            RT_FUNCTION_ANY_THREAD);
        Module made(
            Module::made_with(forward, base.names_, base.children_, base.parameters_, base.buffers_, base.name_));
        if (!base.is_training()) {
            made.eval();
        }
        return made;
    }
}

template <std::derived_from<Module> Child> Child Module::register_module(std::string name, Child child) {
    std::vector<std::string> names = names_;
    names.push_back(std::move(name));
    std::vector<Module> children = children_;
    if constexpr (std::is_same_v<Child, Module>) {
        children.push_back(child);
    } else {
        children.push_back(runnable(child));
    }
    handle_ = made_of(names, children, parameters_, buffers_);
    names_ = std::move(names);
    children_ = std::move(children);
    is_yours_ = true;
    return child;
}

inline std::ostream &operator<<(std::ostream &out, const Module &module) { return out << module.str(); }

} // namespace rt::torch::nn

#endif
