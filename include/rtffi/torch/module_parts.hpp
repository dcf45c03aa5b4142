// SPDX-License-Identifier: Apache-2.0
// module_parts.hpp - what a module of the program's own is made of. See module.hpp and module_function.hpp.
#ifndef RTFFI_TORCH_MODULE_PARTS_HPP
#define RTFFI_TORCH_MODULE_PARTS_HPP

#include <string>
#include <utility>
#include <vector>

#include "callables.hpp"

namespace rt::torch::nn {

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

namespace detail {

inline constexpr const char *forward_type = "fn(module: TorchModule, inputs: [TorchTensor?]) -> [TorchTensor]";

// Names as the registry takes them, borrowed from their owners.
class NameList {
  public:
    void add(const std::string &name) { texts_.push_back(rt_memory(RT_TEXT, name.data(), name.size())); }
    rt_value value() const { return rt_memory(RT_VALUES, texts_.data(), texts_.size()); }

  private:
    std::vector<rt_value> texts_;
};

// Named tensors as two lists, borrowed from their owner.
struct TensorLists {
    explicit TensorLists(const NamedTensors &all) {
        for (const auto &[name, tensor] : all) {
            names.add(name);
            tensors.push_back(tensor.handle());
        }
    }
    NameList names;
    std::vector<std::int64_t> tensors;
};

// Parts with their names. `modules` are handles, borrowed from their owners.
struct ModuleParts {
    NamedTensors parameters;
    NamedTensors buffers;
    std::vector<std::string> module_names;
    std::vector<std::int64_t> modules;
    std::string name = "Module";
    bool copyable = true;
};

// A module of those parts that calls `forward`, a callable of forward_type.
inline Handle create_module(const Handle &forward, const ModuleParts &parts) {
    const TensorLists parameters(parts.parameters);
    const TensorLists buffers(parts.buffers);
    NameList names;
    for (const std::string &name : parts.module_names) {
        names.add(name);
    }
    api::load();
    return rt::call<Handle>("rt_torch_module_create", forward, parameters.names.value(), parameters.tensors,
                            buffers.names.value(), buffers.tensors, names.value(), parts.modules, parts.name,
                            parts.copyable);
}

} // namespace detail

} // namespace rt::torch::nn

#endif
