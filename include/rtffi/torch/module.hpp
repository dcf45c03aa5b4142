// module.hpp - nn::Module: what every layer and network is.
//
// A Module either stands for one of LibTorch's own modules (Linear, Sequential, ...), or is a class of yours:
//
//     struct Net : nn::Module {
//         nn::Linear hidden = register_module("hidden", nn::Linear(2, 8));
//         nn::Linear output = register_module("output", nn::Linear(8, 1));
//         Tensor forward(const Tensor &x) const override { return output(hidden(x).tanh()).sigmoid(); }
//     };
//
// Copies share the parameters, as the holders of LibTorch's C++ API do.
#ifndef RTFFI_TORCH_MODULE_HPP
#define RTFFI_TORCH_MODULE_HPP

#include <algorithm>

#include "operators.hpp"

namespace rt::torch::nn {

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

class Module {
  public:
    Module() noexcept = default;
    // Takes over a handle of class TorchModule.
    explicit Module(Handle handle) noexcept : handle_(std::move(handle)) {}
    Module(Module &&) noexcept = default;
    Module &operator=(Module &&) noexcept = default;
    Module(const Module &other) : handle_(other.handle_.clone()), names_(other.names_), children_(other.children_) {}
    Module &operator=(const Module &other) { return *this = Module(other); }
    virtual ~Module() = default;

    virtual Tensor forward(const Tensor &input) const {
        if (!handle_) {
            throw Error(RT_E_ARGUMENT,
                        "this nn::Module has no forward, as an empty Sequential has none: write one in your "
                        "class, and keep that class's type, `Net net; net.to(device);`, since a copy of "
                        "its nn::Module part has the parameters only");
        }
        return Tensor(Handle(api::module_forward(handle(), input.handle())));
    }
    Tensor operator()(const Tensor &input) const { return forward(input); }
    // As the holders of LibTorch's C++ API are used: model->forward(x).
    Module *operator->() noexcept { return this; }
    const Module *operator->() const noexcept { return this; }

    // The tensors themselves, not copies.
    std::vector<Tensor> parameters() const {
        if (handle_) {
            return torch::detail::own_all(api::module_parameters(handle()));
        }
        std::vector<Tensor> all;
        for (const Module &child : children_) {
            for (Tensor &parameter : child.parameters()) {
                all.push_back(std::move(parameter));
            }
        }
        return all;
    }
    // By names such as "0.weight".
    NamedTensors named_parameters() const { return named("rt_torch_module_named_parameters"); }
    NamedTensors named_buffers() const { return named("rt_torch_module_named_buffers"); }
    // One parameter by its name; a wrong name is answered with the right ones.
    Tensor parameter(const std::string &name) const;

    // Training mode, in which Dropout drops and BatchNorm2d takes statistics, or evaluation mode.
    const Module &train(bool on = true) const {
        if (handle_) {
            api::module_train(handle(), on);
        }
        for (const Module &child : children_) {
            child.train(on);
        }
        return *this;
    }
    const Module &eval() const { return train(false); }
    bool is_training() const {
        return handle_ ? api::module_is_training(handle()) : children_.empty() || children_.front().is_training();
    }
    // Whether backward leaves gradients with the parameters: false freezes them.
    const Module &requires_grad_(bool requires_grad = true) const {
        if (handle_) {
            api::module_set_requires_grad(handle(), requires_grad);
        }
        for (const Module &child : children_) {
            child.requires_grad_(requires_grad);
        }
        return *this;
    }
    // The parameters and buffers by their names, in the order of Python's state_dict; the tensors themselves, not copies.
    NamedTensors state_dict() const { return named("rt_torch_module_state"); }
    // Copies tensors into those of these names. Of a state that does not fit, a name or a shape, nothing is copied; unless it is strict,
    // names that are not this module's are left out, and it need not be given all.
    void load_state_dict(const NamedTensors &state, bool strict = true) const;

    void zero_grad() const {
        if (handle_) {
            return api::module_zero_grad(handle());
        }
        for (const Module &child : children_) {
            child.zero_grad();
        }
    }
    // Moves the parameters themselves, in every copy of the module.
    const Module &to(const Device &device) const {
        if (handle_) {
            api::module_to_device(handle(), device.str());
            return *this;
        }
        for (const Module &child : children_) {
            child.to(device);
        }
        return *this;
    }
    // As LibTorch prints it.
    std::string str() const {
        if (handle_) {
            return api::module_to_text(handle());
        }
        std::string text = "Module(\n";
        for (std::size_t i = 0; i < children_.size(); i++) {
            text += "  (" + names_[i] + "): " + children_[i].str() + "\n";
        }
        return text + ")";
    }

    // Borrowed: it stays this object's. 0 for a class of yours.
    std::int64_t handle() const noexcept { return handle_.get(); }

  protected:
    // Makes `child` a part of this one, and returns it.
    template <class Child> Child register_module(std::string name, Child child) {
        names_.push_back(std::move(name));
        children_.push_back(child);
        return child;
    }

    Handle handle_;
    std::vector<std::string> names_;
    std::vector<Module> children_; // of a class of yours, or of a Sequential

  private:
    NamedTensors named(const char *function) const {
        NamedTensors all;
        if (handle_) {
            const Value result = call(function, handle_); // ([text], [TorchTensor])
            std::vector<Handle> tensors = result[1].as<std::vector<Handle>>();
            for (std::size_t i = 0; i < tensors.size(); i++) {
                all.emplace_back(result[0][i].as<std::string>(), Tensor(std::move(tensors[i])));
            }
            return all;
        }
        for (std::size_t i = 0; i < children_.size(); i++) {
            for (auto &[name, tensor] : children_[i].named(function)) {
                all.emplace_back(names_[i] + "." + name, std::move(tensor));
            }
        }
        return all;
    }
};

inline Tensor Module::parameter(const std::string &name) const {
    if (handle_) {
        return Tensor(Handle(api::module_parameter(handle(), name)));
    }
    std::string known;
    for (auto &[candidate, tensor] : named_parameters()) {
        if (candidate == name) {
            return std::move(tensor);
        }
        known += (known.empty() ? "" : ", ") + candidate;
    }
    throw Error(RT_E_ARGUMENT, "the module has no parameter '" + name + "'; it has: " + known);
}

inline void Module::load_state_dict(const NamedTensors &state, bool strict) const {
    if (handle_) {
        std::vector<rt_value> names;
        std::vector<std::int64_t> tensors;
        for (const auto &[name, tensor] : state) {
            names.push_back(rt_memory(RT_TEXT, name.data(), name.size()));
            tensors.push_back(tensor.handle());
        }
        call<void>("rt_torch_module_load_state", handle_, rt_memory(RT_VALUES, names.data(), names.size()), tensors,
                   strict);
        return;
    }
    // Whether all of it fits, before the first part is loaded.
    const NamedTensors own = state_dict();
    std::size_t matched = 0;
    for (const auto &[name, tensor] : state) {
        const auto same = [&name = name](const auto &one) { return one.first == name; };
        const auto found = std::find_if(own.begin(), own.end(), same);
        if (found == own.end() ? strict : found->second.shape() != tensor.shape()) {
            throw Error(RT_E_ARGUMENT, "load_state_dict: '" + name +
                                           (found == own.end() ? "' is no parameter or buffer of this module"
                                                               : "' has another shape in this module"));
        }
        matched += found == own.end() ? 0 : 1;
    }
    if (strict && matched != own.size()) {
        throw Error(RT_E_ARGUMENT, "load_state_dict: the state has " + std::to_string(matched) + " of the module's " +
                                       std::to_string(own.size()) + " tensors: with strict = false the others stay");
    }
    for (std::size_t i = 0; i < children_.size(); i++) {
        NamedTensors part;
        for (const auto &[name, tensor] : state) {
            if (name.starts_with(names_[i] + ".")) {
                part.emplace_back(name.substr(names_[i].size() + 1), tensor);
            }
        }
        children_[i].load_state_dict(part, false);
    }
}

inline std::ostream &operator<<(std::ostream &out, const Module &module) { return out << module.str(); }

} // namespace rt::torch::nn

#endif
