// SPDX-License-Identifier: Apache-2.0
// host_call.hpp - dynamic calls with C++ values: rt::call("geo_hypotenuse", 3, 4).as<double>()
#ifndef RTFFI_DETAIL_HOST_CALL_HPP
#define RTFFI_DETAIL_HOST_CALL_HPP

#include <array>
#include <concepts>
#include <ranges>

#include "host_value.hpp"

namespace rt {

namespace detail {

// Things that stand for a handle without being an rt::Handle, such as torch::Tensor.
template <class T>
concept HasHandle = requires(const T &object) {
    { object.handle() } -> std::same_as<std::int64_t>;
};

template <class E>
inline constexpr bool is_handle_like =
    (std::is_same_v<E, Handle> || HasHandle<E>) && sizeof(E) == sizeof(std::int64_t) && std::is_standard_layout_v<E>;

template <class E> constexpr std::uint32_t array_tag() {
    if constexpr (std::is_same_v<E, bool>) {
        return RT_BOOL_ARRAY;
    } else if constexpr (std::is_integral_v<E> && std::is_signed_v<E> && sizeof(E) == sizeof(std::int64_t)) {
        return RT_I64_ARRAY;
    } else if constexpr (std::is_same_v<E, double>) {
        return RT_F64_ARRAY;
    } else if constexpr (std::is_same_v<E, std::byte>) {
        return RT_BYTES;
    } else if constexpr (std::is_same_v<E, rt_value>) {
        return RT_VALUES;
    } else {
        static_assert(is_handle_like<E>, "rt::call: an array may hold int64_t, double, bool, std::byte, rt_value, "
                                         "handles, or objects that are handles");
        return RT_HANDLE_ARRAY;
    }
}

// Borrows: the rt_value is good for as long as the argument.
template <class T> rt_value to_value(const T &argument) {
    if constexpr (std::is_same_v<T, rt_value>) {
        return argument;
    } else if constexpr (std::is_same_v<T, Value>) {
        return argument.raw();
    } else if constexpr (std::is_same_v<T, std::nullopt_t> || std::is_same_v<T, std::nullptr_t>) {
        return rt_none();
    } else if constexpr (is_optional<T>) {
        return argument ? to_value(*argument) : rt_none();
    } else if constexpr (std::is_same_v<T, bool>) {
        return rt_bool(argument);
    } else if constexpr (std::is_integral_v<T>) {
        if (!std::in_range<std::int64_t>(argument)) {
            throw Error(RT_E_ARGUMENT, "rt::call: " + std::to_string(argument) + " does not fit into an i64");
        }
        return rt_i64(static_cast<std::int64_t>(argument));
    } else if constexpr (std::is_floating_point_v<T>) {
        return rt_f64(static_cast<double>(argument));
    } else if constexpr (std::is_same_v<T, Handle>) {
        return rt_handle(argument.get());
    } else if constexpr (HasHandle<T>) {
        return rt_handle(argument.handle());
    } else if constexpr (std::is_convertible_v<const T &, std::string_view>) {
        if constexpr (std::is_pointer_v<T>) {
            if (argument == nullptr) {
                return rt_none();
            }
        }
        const std::string_view text = argument;
        return rt_memory(RT_TEXT, text.data(), text.size());
    } else if constexpr (std::ranges::contiguous_range<const T>) {
        auto *data = std::ranges::data(argument);
        using Element = std::remove_pointer_t<decltype(data)>;
        rt_value value = rt_memory(array_tag<std::remove_const_t<Element>>(), data,
                                   static_cast<std::size_t>(std::ranges::size(argument)));
        // A std::span of what is not const may be filled in; a container given by value or reference is only read.
        value.flags = std::is_const_v<Element> ? 0 : RT_VALUE_MUTABLE;
        return value;
    } else if constexpr (std::is_pointer_v<T>) {
        return rt_memory(RT_POINTER, argument, 0);
    } else {
        static_assert(unsupported<T>, "rt::call: an argument of this type has no form in the registry");
    }
}

struct NamedArgument {
    const char *name;
    rt_value value;
};

template <class T> rt_value unnamed(const T &argument) {
    if constexpr (std::is_same_v<T, NamedArgument>) {
        return argument.value;
    } else {
        return to_value(argument);
    }
}

template <class T> const char *name_of(const T &argument) {
    if constexpr (std::is_same_v<T, NamedArgument>) {
        return argument.name;
    } else {
        return nullptr;
    }
}

} // namespace detail

// Names a keyword argument: rt::call("f", x, rt::arg("dim") = 1). Keyword arguments come last.
class arg {
  public:
    constexpr explicit arg(const char *name) noexcept : name_(name) {}
    template <class T> detail::NamedArgument operator=(const T &value) const {
        return {name_, detail::to_value(value)};
    }

  private:
    const char *name_;
};

// Calls a function with C++ values: bool, integers, floating-point numbers, texts, handles and objects that have one,
// nullptr for none, contiguous ranges of int64_t, double, bool, std::byte or handles, rt_value for all else. Arguments with
// defaults may be left out. R is what the result is wanted as: see Value::as. Throws Error.
template <class R = Value, class... A> R call(const rt_function *function, const A &...arguments) {
    const std::array<rt_value, sizeof...(A)> values{detail::unnamed(arguments)...};
    rt_value raw{};
    if constexpr ((... || std::is_same_v<A, detail::NamedArgument>)) {
        const std::array<const char *, sizeof...(A)> names{detail::name_of(arguments)...};
        detail::check(rt_call_named(function, values.data(), names.data(), values.size(), &raw));
    } else {
        detail::check(rt_call(function, values.data(), values.size(), &raw));
    }
    Value result(raw);
    if constexpr (std::is_same_v<R, Value>) {
        return result;
    } else if constexpr (!std::is_void_v<R>) {
        static_assert(!detail::is_view<R>,
                      "rt::call: the memory behind a view would die with the result; ask for a std::string "
                      "or a std::vector");
        return result.as<R>();
    }
}

// The same by name; loads the plugin that has the function where needed.
template <class R = Value, class... A> R call(const char *name, const A &...arguments) {
    const rt_function *function = nullptr;
    detail::check(rt_bind(name, nullptr, 0, &function));
    return call<R>(function, arguments...);
}
template <class R = Value, class... A> R call(const std::string &name, const A &...arguments) {
    return call<R>(name.c_str(), arguments...);
}

} // namespace rt

#endif
