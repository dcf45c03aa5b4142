// make_module.hpp - a TorchModule from a layer of torch::nn: with a fast way for one tensor, and one for all that its forward takes.
#pragma once

#include "module_option.hpp"

#include <torch/nn/modules/adaptive.h>

#include <array>
#include <memory>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rt::libtorch {

[[noreturn]] void refuse_input_count(const ::torch::nn::Module &module, std::size_t count, std::size_t most);
[[noreturn]] void refuse_input(std::size_t index, const rt_value &value, const std::string &wanted);
[[noreturn]] void refuse_single_input(const ::torch::nn::Module &module);

namespace detail_module {

// What a parameter of a forward function is read into, and what LibTorch gets of it.
template <class T> struct Input {
    T value{};
    std::string word() const { return text_of(OptionType<T>::type()); }
    bool read(const rt_value &from) { return read_option(from, value); }
    const T &get() const { return value; }
};
template <template <class> class Optional> struct Input<Optional<at::IntArrayRef>> {
    Optional<std::vector<std::int64_t>> value{};
    Optional<at::IntArrayRef> view{};
    std::string word() const { return "[i64]?"; }
    bool read(const rt_value &from) {
        const bool fits = read_option(from, value);
        view = value.has_value() ? Optional<at::IntArrayRef>(*value) : Optional<at::IntArrayRef>();
        return fits;
    }
    const Optional<at::IntArrayRef> &get() const { return view; }
};
// The state of an LSTM.
template <template <class> class Optional> struct Input<Optional<std::tuple<at::Tensor, at::Tensor>>> {
    Optional<std::tuple<at::Tensor, at::Tensor>> value{};
    std::string word() const { return "[TorchTensor]? of two"; }
    bool read(const rt_value &from) {
        SchemaType pair;
        pair.kind = SchemaKind::tensor;
        pair.list = pair.optional = true;
        pair.element = c10::TensorType::get();
        c10::IValue read;
        if (!read_argument(from, pair, Reading::strict, read)) {
            return false;
        }
        if (read.isNone()) {
            return true;
        }
        const c10::ArrayRef<c10::IValue> list = read.toListRef();
        if (list.size() != 2) {
            return false;
        }
        value = std::make_tuple(list[0].toTensor(), list[1].toTensor());
        return true;
    }
    const Optional<std::tuple<at::Tensor, at::Tensor>> &get() const { return value; }
};

template <class T> c10::IValue to_value(T &&result) {
    if constexpr (std::is_same_v<T, ::torch::nn::ASMoutput>) {
        return std::make_tuple(result.output, result.loss);
    } else {
        return std::forward<T>(result);
    }
}

template <class Forward> struct Caller;
template <class R, class Layer, class... A> struct Caller<R (Layer::*)(A...)> {
    static c10::IValue call(::torch::nn::AnyModule &module, std::span<const rt_value> inputs) {
        if (inputs.empty() || inputs.size() > sizeof...(A)) {
            refuse_input_count(*module.ptr(), inputs.size(), sizeof...(A));
        }
        return with_count<1>(module, inputs);
    }

  private:
    // LibTorch fills in what is left out at the end.
    template <std::size_t Count>
    static c10::IValue with_count(::torch::nn::AnyModule &module, std::span<const rt_value> inputs) {
        if constexpr (Count < sizeof...(A)) {
            if (inputs.size() != Count) {
                return with_count<Count + 1>(module, inputs);
            }
        }
        return run(module, inputs, std::make_index_sequence<Count>());
    }
    template <std::size_t... I>
    static c10::IValue run(::torch::nn::AnyModule &module, std::span<const rt_value> inputs,
                           std::index_sequence<I...>) {
        using All = std::tuple<Input<std::remove_cvref_t<A>>...>;
        std::tuple<std::tuple_element_t<I, All>...> read;
        (read_one(std::get<I>(read), inputs[I], I), ...);
        return to_value(module.any_forward(std::get<I>(read).get()...).template get<R>());
    }
    template <class One> static void read_one(One &into, const rt_value &value, std::size_t index) {
        if (damage_of(value) != nullptr || dead_handle(value) || !into.read(value)) {
            refuse_input(index, value, into.word());
        }
    }
};

} // namespace detail_module

template <class Layer> TorchModule make_module(std::shared_ptr<Layer> layer) {
    TorchModule made;
    made.layer = ::torch::nn::AnyModule(layer);
    made.hooks = std::make_shared<ModuleHooks>();
    made.call = detail_module::Caller<decltype(&Layer::forward)>::call;
    made.remake = [](const TorchModule &of) {
        TorchModule copy = make_module(std::dynamic_pointer_cast<Layer>(of.layer.ptr()->clone()));
        copy.tree = of.tree;
        return copy;
    };
    constexpr bool simple = requires(const at::Tensor &input) {
        { layer->forward(input) } -> std::same_as<at::Tensor>;
    };
    made.one_tensor = simple;
    if constexpr (simple) {
        made.forward = [layer = std::move(layer)](const at::Tensor &input) { return layer->forward(input); };
    } else {
        made.forward = [layer = std::move(layer)](const at::Tensor &) -> at::Tensor { refuse_single_input(*layer); };
    }
    return made;
}

} // namespace rt::libtorch
