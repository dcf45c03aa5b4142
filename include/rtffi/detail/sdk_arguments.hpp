// SPDX-License-Identifier: Apache-2.0
// sdk_arguments.hpp - how each C++ parameter type is read from a native call's arguments and from an rt_value; handles are in
// sdk_handle_arguments.hpp.
//
// Argument<P> is made for one call of one parameter: from the native values (`Native` lists their C types) or from an
// rt_value. It holds pins and conversions until the call is over. `get` yields what the body is given.
#ifndef RTFFI_DETAIL_SDK_ARGUMENTS_HPP
#define RTFFI_DETAIL_SDK_ARGUMENTS_HPP

#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sdk_place.hpp"

namespace rt {

// A type that no signature agrees with: RT_FUNCTION says so in one line, and what follows it compiles.
template <class P> struct Argument {
    using Native = detail::List<>;
    static constexpr bool has_native = false;
    static constexpr bool matches(const Type &) { return false; }
    Argument(auto, const rt_value &);
    P get() const;
};

template <> struct Argument<bool> {
    using Native = detail::List<bool>;
    static constexpr bool has_native = true;
    static constexpr bool matches(const Type &t) { return detail::plain(t, Kind::boolean); }
    Argument(auto, bool v) : value(v) {}
    Argument(auto place, const rt_value &v) : value(place.integer(v) != 0) {
        if (v.payload.integer != 0 && v.payload.integer != 1) {
            place.refuse("a bool is 0 or 1");
        }
    }
    bool get() const { return value; }
    bool value;
};

template <> struct Argument<std::int32_t> {
    using Native = detail::List<std::int32_t>;
    static constexpr bool has_native = true;
    static constexpr bool matches(const Type &t) { return detail::plain(t, Kind::i32); }
    Argument(auto, std::int32_t v) : value(v) {}
    Argument(auto place, const rt_value &v) : value(static_cast<std::int32_t>(place.integer(v))) {
        if (value != v.payload.integer) {
            place.refuse("the number does not fit into an i32");
        }
    }
    std::int32_t get() const { return value; }
    std::int32_t value;
};

template <> struct Argument<std::int64_t> {
    using Native = detail::List<std::int64_t>;
    static constexpr bool has_native = true;
    static constexpr bool matches(const Type &t) { return detail::plain(t, Kind::i64); }
    Argument(auto, std::int64_t v) : value(v) {}
    Argument(auto place, const rt_value &v) : value(place.integer(v)) {}
    std::int64_t get() const { return value; }
    std::int64_t value;
};

template <> struct Argument<double> {
    using Native = detail::List<double>;
    static constexpr bool has_native = true;
    static constexpr bool matches(const Type &t) { return detail::plain(t, Kind::f64); }
    Argument(auto, double v) : value(v) {}
    Argument(auto place, const rt_value &v)
        : value(v.type == RT_DOUBLE ? v.payload.number : static_cast<double>(place.integer(v))) {}
    double get() const { return value; }
    double value;
};

template <> struct Argument<void *> {
    using Native = detail::List<void *>;
    static constexpr bool has_native = true;
    static constexpr bool matches(const Type &t) { return detail::plain(t, Kind::pointer); }
    Argument(auto, void *v) : value(v) {}
    Argument(auto place, const rt_value &v) : value(const_cast<void *>(v.payload.pointer)) {
        if (v.type != RT_POINTER) {
            place.wrong_type(v);
        }
    }
    void *get() const { return value; }
    void *value;
};

template <> struct Argument<std::string_view> {
    using Native = detail::List<const char *>;
    static constexpr bool has_native = true;
    static constexpr bool matches(const Type &t) { return detail::plain(t, Kind::text); }
    Argument(auto place, const char *v) {
        if (v == nullptr) {
            place.refuse("the text is null");
        }
        value = v;
    }
    Argument(auto place, const rt_value &v) {
        if (v.type != RT_TEXT) {
            place.wrong_type(v);
        }
        value = {place.check(static_cast<const char *>(v.payload.pointer), v.size), v.size};
    }
    std::string_view get() const { return value; }
    std::string_view value;
};

namespace detail {

template <class T> struct Element;
template <> struct Element<std::int64_t> {
    static constexpr Kind kind = Kind::i64;
    static constexpr std::uint32_t tag = RT_I64_ARRAY;
};
template <> struct Element<double> {
    static constexpr Kind kind = Kind::f64;
    static constexpr std::uint32_t tag = RT_F64_ARRAY;
};
template <> struct Element<bool> {
    static constexpr Kind kind = Kind::boolean;
    static constexpr std::uint32_t tag = RT_BOOL_ARRAY;
};
template <> struct Element<std::byte> {
    static constexpr Kind kind = Kind::bytes;
    static constexpr std::uint32_t tag = RT_BYTES;
};

} // namespace detail

// Arrays and bytes: of the caller's, read or filled in. A [f64] also takes an array of i64 in a dynamic call.
template <class T>
    requires requires { detail::Element<std::remove_const_t<T>>::tag; }
struct Argument<std::span<T>> {
    using Value = std::remove_const_t<T>;
    using Info = detail::Element<Value>;
    using Pointer = std::conditional_t<std::is_same_v<Value, std::byte>,
                                       std::conditional_t<std::is_const_v<T>, const void *, void *>, T *>;
    using Native = detail::List<Pointer, std::size_t>;
    static constexpr bool has_native = true;
    static constexpr bool matches(const Type &t) {
        if (Info::kind == Kind::bytes) {
            return detail::plain(t, Kind::bytes) && t.writable == !std::is_const_v<T>;
        }
        return detail::array_of(t, Info::kind, !std::is_const_v<T>);
    }
    Argument(auto place, Pointer data, std::size_t count) : value(static_cast<T *>(place.check(data, count)), count) {}
    Argument(auto place, const rt_value &v) {
        if constexpr (std::is_same_v<T, const double>) {
            if (v.type == RT_I64_ARRAY) {
                const auto *whole = place.template elements<std::int64_t>(v, RT_I64_ARRAY);
                converted.assign(whole, whole + v.size);
                value = converted;
                return;
            }
        }
        if (!std::is_const_v<T> && (v.flags & RT_VALUE_MUTABLE) == 0 && v.size != 0) {
            place.refuse("the memory is to be written to, but the value is not marked RT_VALUE_MUTABLE");
        }
        value = {const_cast<T *>(place.template elements<Value>(v, Info::tag)), v.size};
    }
    std::span<T> get() const { return value; }
    std::span<T> value;
    std::vector<double> converted;
};

// Dynamic only: T?, any, [any].
template <class T> struct Argument<std::optional<T>> {
    using Native = detail::List<>;
    static constexpr bool has_native = false;
    static constexpr bool matches(const Type &t) {
        Type inner = t;
        inner.optional = false;
        return t.optional && Argument<T>::matches(inner);
    }
    Argument(auto place, const rt_value &v) {
        if (v.type != RT_NONE) {
            inner.emplace(place, v);
        }
    }
    std::optional<T> get() const { return inner ? std::optional<T>(inner->get()) : std::nullopt; }
    std::optional<Argument<T>> inner;
};

template <> struct Argument<const rt_value &> {
    using Native = detail::List<>;
    static constexpr bool has_native = false;
    static constexpr bool matches(const Type &t) { return t.kind == Kind::any; }
    Argument(auto, const rt_value &v) : value(v) {}
    const rt_value &get() const { return value; }
    const rt_value &value;
};

template <> struct Argument<std::span<const rt_value>> {
    using Native = detail::List<>;
    static constexpr bool has_native = false;
    static constexpr bool matches(const Type &t) {
        return detail::plain(t, Kind::array) && (t.element == Kind::any || t.element == Kind::text);
    }
    Argument(auto place, const rt_value &v) : value(place.template elements<rt_value>(v, RT_VALUES), v.size) {}
    std::span<const rt_value> get() const { return value; }
    std::span<const rt_value> value;
};

} // namespace rt

#endif
