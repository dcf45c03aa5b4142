#include "module_run.hpp"

#include <ATen/ATen.h>

#include <deque>
#include <optional>

#include "make_module.hpp"
#include "module_backward.hpp"

namespace rt::libtorch {

using at::Tensor;

namespace {

using Tensors = MaybeTensors<Tensor>;

// One call of a module with hooks, in the order of Python's: forward pre-hooks, the inputs' gradients, the module, forward hooks,
// the outputs' gradients.
class HookedCall {
  public:
    HookedCall(const TorchModule &module, Tensors inputs)
        : inputs_(std::move(inputs)), forward_(module, *module.hooks), backward_(module) {
        forward_.before(inputs_);
        backward_.watch_inputs(inputs_);
    }

    const Tensors &inputs() const { return inputs_; }
    void finish(Tensors &outputs) {
        forward_.after(inputs_, outputs);
        backward_.watch_outputs(outputs);
    }

  private:
    Tensors inputs_;
    ForwardHooks<Tensor, KeepGradModes> forward_;
    WatchedGradients backward_;
};

bool is_list(const rt_value &value) { return value.type == RT_HANDLE_ARRAY || value.type == RT_VALUES; }

rt_value item_of(const rt_value &list, std::size_t i) {
    if (list.type == RT_VALUES) {
        return static_cast<const rt_value *>(list.payload.pointer)[i];
    }
    return {RT_HANDLE, 0, 0, {static_cast<const std::int64_t *>(list.payload.pointer)[i]}};
}

// Whether it may be a tensor, or stand for one that is left out.
bool is_place(const rt_value &value) { return value.type == RT_HANDLE || value.type == RT_NONE; }

std::optional<Tensor> tensor_at(const rt_value &place, std::size_t index) {
    if (place.type == RT_NONE || place.payload.integer == 0) {
        return std::nullopt;
    }
    const Pin<Tensor> tensor(place.payload.integer);
    if (!tensor) {
        refuse_input(index, place, "TorchTensor");
    }
    return *tensor;
}

// The tensors among the inputs of a call, also those in lists, such as an LSTM's state.
Tensors tensors_in(std::span<const rt_value> inputs) {
    Tensors all;
    for (std::size_t i = 0; i < inputs.size(); i++) {
        if (const char *damage = damage_of(inputs[i])) {
            refuse(str("inputs[", i, "]: ", damage));
        }
        if (is_place(inputs[i])) {
            all.push_back(tensor_at(inputs[i], i));
        }
        for (std::size_t j = 0; is_list(inputs[i]) && j < inputs[i].size; j++) {
            if (const rt_value item = item_of(inputs[i], j); is_place(item)) {
                all.push_back(tensor_at(item, i));
            }
        }
    }
    return all;
}

// The inputs of a call with other tensors in their places; the handles are its own.
class ReplacedInputs {
  public:
    ReplacedInputs(std::span<const rt_value> inputs, const Tensors &tensors) {
        auto next = tensors.begin();
        for (const rt_value &input : inputs) {
            values_.push_back(is_place(input) ? value_of(*next++) : input);
            if (is_list(input)) {
                values_.back() = list_of(input, next);
            }
        }
    }
    std::span<const rt_value> values() const { return values_; }

  private:
    rt_value value_of(const std::optional<Tensor> &tensor) {
        if (!tensor) {
            return {RT_NONE, 0, 0, {0}};
        }
        return {RT_HANDLE, 0, 0, {handles_.emplace_back(new_handle(Tensor(*tensor))).get()}};
    }
    rt_value list_of(const rt_value &list, Tensors::const_iterator &next) {
        std::vector<rt_value> &items = lists_.emplace_back();
        for (std::size_t i = 0; i < list.size; i++) {
            const rt_value item = item_of(list, i);
            items.push_back(is_place(item) ? value_of(*next++) : item);
        }
        rt_value replaced{RT_VALUES, 0, items.size(), {0}};
        replaced.payload.pointer = items.data();
        return replaced;
    }

    std::vector<rt_value> values_;
    std::deque<std::vector<rt_value>> lists_;
    std::deque<OwnedHandle> handles_;
};

void collect(const c10::IValue &value, Tensors &into) {
    if (value.isTensor()) {
        into.push_back(value.toTensor().defined() ? std::optional(value.toTensor()) : std::nullopt);
    } else if (value.isTuple()) {
        for (const c10::IValue &item : value.toTupleRef().elements()) {
            collect(item, into);
        }
    }
}

// The value with other tensors in its tensors' places.
c10::IValue replaced(const c10::IValue &value, Tensors::const_iterator &next) {
    if (value.isTensor()) {
        return (next++)->value_or(Tensor());
    }
    if (!value.isTuple()) {
        return value;
    }
    std::vector<c10::IValue> items;
    for (const c10::IValue &item : value.toTupleRef().elements()) {
        items.push_back(replaced(item, next));
    }
    return c10::ivalue::Tuple::create(std::move(items));
}

} // namespace

Tensor run_with_hooks(const TorchModule &module, const Tensor &input) {
    HookedCall call(module, {input});
    Tensors outputs{module.forward(call.inputs().front().value_or(Tensor()))};
    call.finish(outputs);
    return outputs.front().value_or(Tensor());
}

c10::IValue run(const TorchModule &module, std::span<const rt_value> inputs) {
    ::torch::nn::AnyModule layer = module.layer; // shares the module
    if (!module.hooks->any()) {
        return module.call(layer, inputs);
    }
    HookedCall call(module, tensors_in(inputs));
    const ReplacedInputs replacing(inputs, call.inputs());
    const c10::IValue result = module.call(layer, replacing.values());
    Tensors outputs;
    collect(result, outputs);
    call.finish(outputs);
    Tensors::const_iterator next = outputs.begin();
    return replaced(result, next);
}

TorchModule copy_of(const TorchModule &module) {
    TorchModule copy = module.remake(module);
    copy.hooks->copy(*module.hooks);
    return copy;
}

} // namespace rt::libtorch
