// SPDX-License-Identifier: Apache-2.0
// host_types.hpp - how the C++ types of an rt::Function travel in a native call and in a dynamic one.
//
// HostParameter<T> and HostResult<R> are the table: the type's text in a signature, its C types in a native call, and
// its rt_value. The table for readers stands in host.hpp.
#ifndef RTFFI_DETAIL_HOST_TYPES_HPP
#define RTFFI_DETAIL_HOST_TYPES_HPP

#include <array>
#include <cstring>
#include <limits>
#include <span>
#include <tuple>

#include "host_call.hpp"

namespace rt::detail {

template <class E> constexpr std::string_view element_text() {
    if constexpr (std::is_same_v<E, std::int64_t>) {
        return "[i64]";
    } else if constexpr (std::is_same_v<E, double>) {
        return "[f64]";
    } else if constexpr (std::is_same_v<E, bool>) {
        return "[bool]";
    } else {
        static_assert(std::is_same_v<E, std::byte>,
                      "rt::Function: an array is one of int64_t, double, bool or std::byte");
        return "bytes";
    }
}

template <class T> struct HostParameter {
    static_assert(unsupported<T>, "rt::Function: this parameter type has no form in the registry; see rtffi/host.hpp");
};

template <class T> struct PlainParameter {
    static std::tuple<T> natives(T value) noexcept { return {value}; }
};
template <> struct HostParameter<bool> : PlainParameter<bool> {
    static constexpr std::string_view text = "bool";
    static rt_value value(bool v) { return rt_bool(v); }
};
template <> struct HostParameter<std::int32_t> : PlainParameter<std::int32_t> {
    static constexpr std::string_view text = "i32";
    static rt_value value(std::int32_t v) { return rt_i64(v); }
};
template <> struct HostParameter<std::int64_t> : PlainParameter<std::int64_t> {
    static constexpr std::string_view text = "i64";
    static rt_value value(std::int64_t v) { return rt_i64(v); }
};
template <> struct HostParameter<double> : PlainParameter<double> {
    static constexpr std::string_view text = "f64";
    static rt_value value(double v) { return rt_f64(v); }
};
template <> struct HostParameter<void *> : PlainParameter<void *> {
    static constexpr std::string_view text = "ptr";
    static rt_value value(void *v) { return rt_memory(RT_POINTER, v, 0); }
};
template <> struct HostParameter<const char *> : PlainParameter<const char *> {
    static constexpr std::string_view text = "text";
    static rt_value value(const char *v) { return rt_text(v); }
};
template <> struct HostParameter<const std::string &> {
    static constexpr std::string_view text = "text";
    static std::tuple<const char *> natives(const std::string &v) {
        if (std::strlen(v.c_str()) != v.size()) {
            throw Error(RT_E_ARGUMENT, "a text with a NUL inside cannot travel in a native call; use rt::call");
        }
        return {v.c_str()};
    }
    static rt_value value(const std::string &v) { return to_value(v); }
};
template <class E> struct HostParameter<std::span<const E>> {
    static constexpr std::string_view text = element_text<E>();
    using Pointer = std::conditional_t<std::is_same_v<E, std::byte>, const void *, const E *>;
    static std::tuple<Pointer, std::size_t> natives(std::span<const E> v) noexcept { return {v.data(), v.size()}; }
    static rt_value value(std::span<const E> v) { return to_value(v); }
};
template <class E>
    requires(!std::is_const_v<E>)
struct HostParameter<std::span<E>> {
    static constexpr std::string_view inner = element_text<E>();
    static constexpr auto text_storage = [] {
        std::array<char, 4 + inner.size()> out{'m', 'u', 't', ' '};
        for (std::size_t i = 0; i < inner.size(); i++) {
            out[4 + i] = inner[i];
        }
        return out;
    }();
    static constexpr std::string_view text{text_storage.data(), text_storage.size()};
    using Pointer = std::conditional_t<std::is_same_v<E, std::byte>, void *, E *>;
    static std::tuple<Pointer, std::size_t> natives(std::span<E> v) noexcept { return {v.data(), v.size()}; }
    static rt_value value(std::span<E> v) { return to_value(v); }
};

// Results. `failed` says whether a native result may stand for a failure, so that the thread's status has to be looked at.
template <class R> struct HostResult {
    static_assert(unsupported<R>, "rt::Function: this result type has no form in the registry; see rtffi/host.hpp");
};

template <class N> struct PlainResult {
    using Native = N;
    static constexpr bool counted = false; // whether the native call has a `size_t *count` at the end
    static bool failed(N value) noexcept { return value == N{}; }
    static N failure() noexcept { return N{}; }
    static N give(N value) noexcept { return value; }
};
template <> struct HostResult<void> {
    using Native = void;
    static constexpr bool counted = false;
    static constexpr std::string_view text{};
};
template <> struct HostResult<bool> : PlainResult<bool> {
    static constexpr std::string_view text = "bool";
    static bool from(const Value &v) { return v.as<bool>(); }
};
template <> struct HostResult<std::int32_t> : PlainResult<std::int32_t> {
    static constexpr std::string_view text = "i32";
    static std::int32_t from(const Value &v) { return v.as<std::int32_t>(); }
};
template <> struct HostResult<std::int64_t> : PlainResult<std::int64_t> {
    static constexpr std::string_view text = "i64";
    static std::int64_t from(Value &v) {
        if (v.is_none()) {
            return 0;
        }
        return v.type() == RT_HANDLE ? v.release().payload.integer : v.as<std::int64_t>();
    }
};
template <> struct HostResult<double> : PlainResult<double> {
    static constexpr std::string_view text = "f64";
    static bool failed(double value) noexcept {
#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
        static_cast<void>(value);
        return true; // with -ffast-math the compiler takes it that there is no NaN
#else
        return value != value;
#endif
    }
    static double failure() noexcept { return std::numeric_limits<double>::quiet_NaN(); }
    static double from(const Value &v) { return v.as<double>(); }
};
template <> struct HostResult<void *> : PlainResult<void *> {
    static constexpr std::string_view text = "ptr";
    static void *from(const Value &v) { return v.as<void *>(); }
};

// Borrowed results die with the second such call after them; a dynamic call has none to give.
template <class R> [[noreturn]] R cannot_borrow() {
    throw Error(RT_E_UNAVAILABLE,
                "the function has no native entry, so that its result cannot be borrowed; declare the "
                "result as std::string or std::vector, which own their memory");
}
template <> struct HostResult<const char *> : PlainResult<const char *> {
    static constexpr std::string_view text = "text";
    static const char *from(const Value &) { return cannot_borrow<const char *>(); }
};
template <> struct HostResult<std::string_view> : PlainResult<const char *> {
    static constexpr std::string_view text = "text";
    static std::string_view give(const char *native) noexcept { return native != nullptr ? native : ""; }
    static std::string_view from(const Value &) { return cannot_borrow<std::string_view>(); }
};
template <> struct HostResult<std::string> : PlainResult<const char *> {
    static constexpr std::string_view text = "text";
    static std::string give(const char *native) { return native != nullptr ? native : ""; }
    static std::string from(const Value &v) { return v.as<std::string>(); }
};

template <class E>
struct CountedResult : PlainResult<std::conditional_t<std::is_same_v<E, std::byte>, const void *, const E *>> {
    static constexpr std::string_view text = element_text<E>();
    static constexpr bool counted = true;
    static const E *first(const void *native) noexcept { return static_cast<const E *>(native); }
};
template <class E> struct HostResult<std::span<const E>> : CountedResult<E> {
    static std::span<const E> give(const void *native, std::size_t count) noexcept {
        return {CountedResult<E>::first(native), count};
    }
    static std::span<const E> from(const Value &) { return cannot_borrow<std::span<const E>>(); }
};
template <class E> struct HostResult<std::vector<E>> : CountedResult<E> {
    static std::vector<E> give(const void *native, std::size_t count) {
        const E *first = CountedResult<E>::first(native);
        return std::vector<E>(first, first + count);
    }
    static std::vector<E> from(Value &v) {
        if constexpr (std::is_same_v<E, std::int64_t>) {
            if (v.type() == RT_HANDLE_ARRAY) { // the handles are the caller's now
                rt_value raw = v.release();
                const auto *first = static_cast<const std::int64_t *>(raw.payload.pointer);
                std::vector<E> handles(first, first + raw.size);
                rt_value_clear(&raw);
                return handles;
            }
        }
        return v.template as<std::vector<E>>();
    }
};

} // namespace rt::detail

#endif
