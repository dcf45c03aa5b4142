// module_option.hpp - the types that options of torch::nn have, each as a parameter of a signature: how it is written, how it is read
// from a call's argument, and how its default is shown.
#pragma once

#include "module.hpp"

#include <torch/enum.h>
#include <torch/expanding_array.h>
#include <torch/nn/modules/transformerlayer.h>

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "operator_arguments.hpp"
#include "version.hpp"

namespace rt::libtorch {

// Throws, for an argument of the right type whose value is none that the option has.
[[noreturn]] void refuse_option(const std::string &message);

// One of LibTorch's enumerators as Python's torch writes it: kBatchMean is "batchmean", kFanIn "fan_in".
std::string python_name(std::string enumerator);

// OptionType<T>: `type()`, of which read_argument makes a c10::IValue; `from(value, out)`, false where the value is none that T has;
// `to(option)`, the IValue of a default. `word`, where it is there, stands in the signature instead.
template <class T> struct OptionType;

namespace detail_option {

SchemaType plain(SchemaKind kind, bool optional = false);
// A list of numbers; `many`: where one number serves all, as for a kernel's size.
SchemaType numbers(SchemaKind kind, bool many);

} // namespace detail_option

template <class T>
    requires(std::is_same_v<T, bool> || std::is_integral_v<T> || std::is_floating_point_v<T>)
struct OptionType<T> {
    static SchemaType type() {
        return detail_option::plain(std::is_same_v<T, bool> ? SchemaKind::boolean
                                    : std::is_integral_v<T> ? SchemaKind::integer
                                                            : SchemaKind::floating);
    }
    static bool from(const c10::IValue &value, T &out) {
        if constexpr (std::is_same_v<T, bool>) {
            out = value.toBool();
        } else if constexpr (std::is_integral_v<T>) {
            out = static_cast<T>(value.toInt());
            return out == value.toInt();
        } else {
            out = value.toDouble();
        }
        return true;
    }
    static c10::IValue to(const T &option) {
        if constexpr (std::is_same_v<T, bool> || std::is_floating_point_v<T>) {
            return option;
        } else {
            return static_cast<std::int64_t>(option);
        }
    }
};

template <> struct OptionType<std::string> {
    static SchemaType type() { return detail_option::plain(SchemaKind::text); }
    static bool from(const c10::IValue &value, std::string &out) {
        out = value.toStringRef();
        return true;
    }
    static c10::IValue to(const std::string &option) { return option; }
};

template <class Number> struct OptionType<std::vector<Number>> {
    static SchemaType type() {
        return detail_option::numbers(std::is_integral_v<Number> ? SchemaKind::integer : SchemaKind::floating, false);
    }
    static bool from(const c10::IValue &value, std::vector<Number> &out) {
        out = value.to<std::vector<Number>>();
        return true;
    }
    static c10::IValue to(const std::vector<Number> &option) { return option; }
};

// Of as many numbers as there are dimensions, or one for all of them.
template <std::size_t D, class Number> struct OptionType<::torch::ExpandingArray<D, Number>> {
    static SchemaType type() {
        return detail_option::numbers(std::is_integral_v<Number> ? SchemaKind::integer : SchemaKind::floating, true);
    }
    static bool from(const c10::IValue &value, ::torch::ExpandingArray<D, Number> &out) {
        const auto list = value.to<std::vector<Number>>();
        if (list.size() != 1 && list.size() != D) {
            refuse_option(str("it has ", list.size(), " numbers: give one, or ", D));
        }
        out = list.size() == 1 ? ::torch::ExpandingArray<D, Number>(list[0]) : ::torch::ExpandingArray<D, Number>(list);
        return true;
    }
    static c10::IValue to(const ::torch::ExpandingArray<D, Number> &option) {
        return std::vector<Number>(option->begin(), option->end());
    }
};

template <std::size_t D> struct OptionType<::torch::ExpandingArrayWithOptionalElem<D>> {
    static SchemaType type() {
        SchemaType type = detail_option::numbers(SchemaKind::integer, true);
        type.optional_elements = true;
        type.element = c10::OptionalType::create(c10::IntType::get());
        return type;
    }
    static bool from(const c10::IValue &value, ::torch::ExpandingArrayWithOptionalElem<D> &out) {
        const c10::ArrayRef<c10::IValue> list = value.toListRef();
        if (list.size() != 1 && list.size() != D) {
            refuse_option(str("it has ", list.size(), " numbers: give one, or ", D));
        }
        for (std::size_t i = 0; i < D; i++) {
            const c10::IValue &item = list[list.size() == 1 ? 0 : i];
            item.isNone() ? (*out)[i].reset() : static_cast<void>((*out)[i] = item.toInt());
        }
        return true;
    }
    static c10::IValue to(const ::torch::ExpandingArrayWithOptionalElem<D> &) { return {}; }
};

template <class T>
    requires requires(T &optional) {
        typename T::value_type;
        optional.has_value();
        optional.reset();
    }
struct OptionType<T> {
    using Inner = OptionType<typename T::value_type>;
    static SchemaType type() {
        SchemaType type = Inner::type();
        type.optional = true;
        return type;
    }
    static bool from(const c10::IValue &value, T &out) {
        if (value.isNone()) {
            out.reset();
            return true;
        }
        typename T::value_type inner(initial<typename T::value_type>());
        const bool fits = Inner::from(value, inner);
        out = std::move(inner);
        return fits;
    }
    static c10::IValue to(const T &option) { return option.has_value() ? Inner::to(*option) : c10::IValue(); }

  private:
    template <class U> static U initial() {
        if constexpr (std::is_default_constructible_v<U>) {
            return {};
        } else {
            return U(0);
        }
    }
};

template <> struct OptionType<at::Tensor> {
    static SchemaType type() { return detail_option::plain(SchemaKind::tensor, true); }
    static bool from(const c10::IValue &value, at::Tensor &out) {
        out = value.isNone() ? at::Tensor() : value.toTensor();
        return true;
    }
    static c10::IValue to(const at::Tensor &) { return {}; }
};

// The names of a variant's enumerators, each with its index. What is no enumerator, a function say, is left out.
template <class... E> struct OptionType<variants::variant<E...>> {
    using Variant = variants::variant<E...>;
    static SchemaType type() { return detail_option::plain(SchemaKind::text); }
    static bool from(const c10::IValue &value, Variant &out) {
        std::string known;
        bool found = false;
        each([&](const std::string &name, auto enumerator) {
            known += (known.empty() ? "" : ", ") + name;
            if (!found && name == value.toStringRef()) {
                out = enumerator;
                found = true;
            }
        });
        if (!found) {
            refuse_option("'" + printable(value.toStringRef()) + "' is none of: " + known);
        }
        return true;
    }
    static c10::IValue to(const Variant &option) {
        c10::IValue text;
        each([&](const std::string &name, auto enumerator) {
            if (variants::get_if<decltype(enumerator)>(&option) != nullptr) {
                text = name;
            }
        });
        return text;
    }

  private:
    template <class Visit> static void each(Visit visit) { (one<E>(visit), ...); }
    template <class T, class Visit> static void one(Visit &visit) {
        if constexpr (requires(T enumerator) { ::torch::enumtype::_compute_enum_name{}(enumerator); }) {
            visit(python_name(::torch::enumtype::_compute_enum_name{}(T{})), T{});
        }
    }
};

// The padding of a convolution: numbers, "valid" or "same".
template <std::size_t D, class Valid, class Same>
struct OptionType<variants::variant<::torch::ExpandingArray<D>, Valid, Same>> {
    using Variant = variants::variant<::torch::ExpandingArray<D>, Valid, Same>;
    using Numbers = OptionType<::torch::ExpandingArray<D>>;
    static constexpr const char *word = "any";
    static SchemaType type() { return Numbers::type(); }
    static bool read(const rt_value &value, Variant &out) {
        c10::IValue read;
        if (read_argument(value, Numbers::type(), Reading::strict, read)) {
            ::torch::ExpandingArray<D> numbers(0);
            Numbers::from(read, numbers);
            out = numbers;
            return true;
        }
        if (!read_argument(value, detail_option::plain(SchemaKind::text), Reading::strict, read)) {
            return false;
        }
        if (read.toStringRef() != "valid" && read.toStringRef() != "same") {
            refuse_option("'" + printable(read.toStringRef()) + "' is no number, and none of: valid, same");
        }
        read.toStringRef() == "valid" ? out = Valid{} : out = Same{};
        return true;
    }
    static c10::IValue to(const Variant &option) {
        const auto *numbers = variants::get_if<::torch::ExpandingArray<D>>(&option);
        // A signature's `any` may have a number for its default, and no list: there is none of different numbers.
        return numbers != nullptr ? c10::IValue((*numbers)->front()) : c10::IValue();
    }
};

// A module that becomes part of the new one: shared, not copied.
template <> struct OptionType<::torch::nn::AnyModule> {
    static constexpr const char *word = "TorchModule?";
    static SchemaType type() { return detail_option::plain(SchemaKind::value, true); }
    static bool read(const rt_value &value, ::torch::nn::AnyModule &out) {
        const Pin<TorchModule> module(value.type == RT_HANDLE ? value.payload.integer : 0);
        if (module) {
            out = (*module).layer;
        }
        return static_cast<bool>(module);
    }
    static c10::IValue to(const ::torch::nn::AnyModule &) { return {}; }
};

// A module of one class.
template <class Holder>
    requires std::is_base_of_v<::torch::nn::ModuleHolder<typename Holder::ContainedType>, Holder>
struct OptionType<Holder> {
    static constexpr const char *word = "TorchModule";
    static SchemaType type() { return detail_option::plain(SchemaKind::value); }
    static bool read(const rt_value &value, Holder &out) {
        const Pin<TorchModule> module(value.type == RT_HANDLE ? value.payload.integer : 0);
        if (!module) {
            return false;
        }
        auto layer = std::dynamic_pointer_cast<typename Holder::ContainedType>((*module).layer.ptr());
        if (layer == nullptr) {
            refuse_option("it is a module of another class than this one is made of: " + (*module).base().name());
        }
        out = Holder(std::move(layer));
        return true;
    }
    static c10::IValue to(const Holder &) { return {}; }
};

// False where the value's type is not the option's; throws where its value is none of the option's.
template <class T> bool read_option(const rt_value &value, T &out) {
    if constexpr (requires { OptionType<T>::read(value, out); }) {
        return OptionType<T>::read(value, out);
    } else {
        c10::IValue read;
        return read_argument(value, OptionType<T>::type(), Reading::strict, read) && OptionType<T>::from(read, out);
    }
}

} // namespace rt::libtorch
