// module_sequential.cpp - modules one after the other.
#include "make_module.hpp"

#include <torch/nn/modules/container/sequential.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "module_run.hpp"

#undef RT_GROUP
#define RT_GROUP "module"

namespace rt::libtorch {

namespace {

// torch::nn's Sequential. Its forward is a template that boxes every value; this one costs less, and since it is none,
// a Sequential can be a child of another.
class Sequential : public ::torch::nn::SequentialImpl {
  public:
    explicit Sequential(std::shared_ptr<const ModuleParts> parts) : parts_(std::move(parts)) {
        for (const TorchModule &child : parts_->modules) {
            push_back(child.layer);
        }
    }
    at::Tensor forward(const at::Tensor &input) {
        at::Tensor output = input;
        for (const TorchModule &child : parts_->modules) {
            output = run(child, output);
        }
        return output;
    }
    // The first may take several tensors, and the last give several, as in torch::nn's.
    c10::IValue call(std::span<const rt_value> inputs) const {
        c10::IValue value = run(parts_->modules.front(), inputs);
        for (std::size_t i = 1; i < parts_->modules.size(); i++) {
            value = next(i, value);
        }
        return value;
    }

  private:
    c10::IValue next(std::size_t i, const c10::IValue &value) const {
        const TorchModule &module = parts_->modules[i];
        if (!value.isTensor()) {
            refuse(str("modules[", i - 1, "], a ", parts_->modules[i - 1].base().name(),
                       ", gives more than one tensor: in a Sequential it can only be the last"));
        }
        if (module.one_tensor) {
            return run(module, value.toTensor());
        }
        const OwnedHandle handle(new_handle(at::Tensor(value.toTensor())));
        const rt_value input{RT_HANDLE, 0, 0, {handle.get()}};
        return run(module, std::span(&input, 1));
    }

    std::shared_ptr<const ModuleParts> parts_;
};

c10::IValue call(::torch::nn::AnyModule &layer, std::span<const rt_value> inputs) {
    return dynamic_cast<Sequential &>(*layer.ptr()).call(inputs);
}

TorchModule make_sequential(std::vector<TorchModule> children, const ModuleTree &tree) {
    auto parts = std::make_shared<ModuleParts>();
    for (std::size_t i = 0; i < children.size(); i++) {
        parts->names.push_back(std::to_string(i));
    }
    const bool one_tensor =
        std::all_of(children.begin(), children.end(), [](const TorchModule &child) { return child.one_tensor; });
    parts->modules = std::move(children);
    TorchModule made = make_module(std::make_shared<Sequential>(parts));
    made.tree = tree;
    made.parts = std::move(parts);
    made.one_tensor = one_tensor;
    made.call = call;
    // Not Sequential's own way, which makes one of torch::nn's. A child that is there twice becomes two, as with that.
    made.remake = [](const TorchModule &of) {
        std::vector<TorchModule> copies;
        for (const TorchModule &child : of.parts->modules) {
            copies.push_back(copy_of(child));
        }
        return make_sequential(std::move(copies), of.tree);
    };
    return made;
}

TorchModule sequential(const Objects<TorchModule> &modules) {
    const ModuleTree tree = sequential_tree(modules);
    std::vector<TorchModule> children;
    for (std::size_t i = 0; i < modules.size(); i++) {
        children.push_back(modules[i]);
    }
    return make_sequential(std::move(children), tree);
}

} // namespace

RT_FUNCTION(
    sequential, "rt_torch_module_sequential(modules: [TorchModule]) -> TorchModule",
    "Feeds each module's result to the next; the modules are shared with their own handles, not copied. Run it with "
    "rt_torch_module_call where the first takes several tensors, or the last gives several.")

} // namespace rt::libtorch
