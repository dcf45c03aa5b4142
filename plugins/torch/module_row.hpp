// module_row.hpp - the rows of the tables of module classes (module_classes_*.cpp, several because a compiler takes gigabytes for one).
//
// Rationale: nothing is written by hand for a class but its name and what it demands. An Options class says by its accessors which
// options it has and of which types, and an object of it what they are by default. What is demanded goes to the constructor,
// since LibTorch computes other defaults from it there, such as the stride of a pool.
#pragma once

#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "make_module.hpp"
#include "module_class.hpp"
#include "module_option_names.hpp"

namespace rt::libtorch {

namespace detail_class {

template <class Option, class Options>
using TypeOf = std::remove_cvref_t<decltype(Option::of(std::declval<Options &>()))>;

// Something to construct Options from, for a look at their defaults.
template <class T> T sample(std::int64_t number) {
    if constexpr (std::is_constructible_v<T, std::nullptr_t> && !std::is_arithmetic_v<T>) {
        return T(nullptr);
    } else if constexpr (std::is_same_v<T, std::vector<std::int64_t>>) {
        return {number, number + 1};
    } else if constexpr (requires(T &array) { (*array)[0]; }) {
        return T(number);
    } else {
        return static_cast<T>(number);
    }
}

template <class T> T unread() { return sample<T>(0); }

// A class whose Options are made from those of `Required`.
template <class Impl, class Options, class... Required> class Row {
  public:
    static std::vector<ModuleParameter> parameters() {
        std::vector<ModuleParameter> all;
        (all.push_back(parameter<Required>()), ...);
        if constexpr (!std::is_void_v<Options>) {
            const auto one = make_options(sample<TypeOf<Required, Options>>(1)...);
            const auto two = make_options(sample<TypeOf<Required, Options>>(2)...);
            each_optional([&]<class Option>(Option) {
                ModuleParameter added = parameter<Option>();
                added.parameter.keyword_only = true;
                added.parameter.has_default = true;
                added.parameter.fallback = default_of<Option>(one, two);
                all.push_back(std::move(added));
            });
        }
        return all;
    }

    static TorchModule make(ModuleArguments &arguments) {
        if constexpr (std::is_void_v<Options>) {
            return make_module(std::make_shared<Impl>());
        } else {
            return made(arguments, std::index_sequence_for<Required...>());
        }
    }

  private:
    template <class... T> static auto make_options(T &&...required) { return Options(std::forward<T>(required)...); }

    template <class Option> static ModuleParameter parameter() {
        using Type = OptionType<TypeOf<Option, Options>>;
        ModuleParameter made;
        made.parameter.name = Option::name;
        made.parameter.type = Type::type();
        if constexpr (requires { Type::word; }) {
            made.word = Type::word;
        } else {
            made.word = text_of(made.parameter.type);
        }
        return made;
    }

    // None where it depends on what is demanded.
    template <class Option, class Made> static c10::IValue default_of(const Made &one, const Made &two) {
        using Type = OptionType<TypeOf<Option, Made>>;
        const c10::IValue first = Type::to(Option::of(one));
        return same(first, Type::to(Option::of(two))) ? first : c10::IValue();
    }
    static bool same(const c10::IValue &a, const c10::IValue &b) { return c10::str(a) == c10::str(b); }

    template <class Visit> static void each_optional(Visit visit) {
        std::apply([&]<class... All>(All... all) { (visit_optional<All>(all, visit), ...); }, option::All{});
    }
    template <class Option, class Visit> static void visit_optional(Option, Visit &visit) {
        if constexpr (option::in<Option, Options> && !(std::is_same_v<Option, Required> || ...)) {
            visit(Option{});
        }
    }

    template <class Option> static auto demanded(ModuleArguments &arguments, std::size_t index) {
        auto value = unread<TypeOf<Option, Options>>();
        arguments.read(index, value);
        arguments.check(index, OptionType<TypeOf<Option, Options>>::to(value));
        return value;
    }

    template <std::size_t... I> static TorchModule made(ModuleArguments &arguments, std::index_sequence<I...>) {
        auto options = make_options(demanded<Required>(arguments, I)...);
        std::size_t index = sizeof...(Required);
        each_optional([&]<class Option>(Option) {
            if (arguments.given(index)) {
                arguments.read(index, Option::of(options));
            }
            arguments.check(index, OptionType<TypeOf<Option, Options>>::to(Option::of(options)));
            index++;
        });
        arguments.check_all();
        return make_module(std::make_shared<Impl>(options));
    }
};

} // namespace detail_class

// A row of a table. Options are void for a class that has none.
template <class Impl, class Options = void, class... Required> ModuleClass module_class(const char *name) {
    using Row = detail_class::Row<Impl, Options, Required...>;
    return {name, Row::parameters, Row::make};
}

} // namespace rt::libtorch
