// SPDX-License-Identifier: Apache-2.0
// host_value.hpp - results of dynamic calls as owning C++ values.
#ifndef RTFFI_DETAIL_HOST_VALUE_HPP
#define RTFFI_DETAIL_HOST_VALUE_HPP

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "host_handle.hpp"

namespace rt {

namespace detail {

template <class T> inline constexpr bool is_vector = false;
template <class T> inline constexpr bool is_vector<std::vector<T>> = true;
template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
template <class T> inline constexpr bool unsupported = false;
// Whether a T borrows from the value that it was made of.
template <class T> inline constexpr bool is_view = std::is_same_v<T, std::string_view>;
template <class T, std::size_t N> inline constexpr bool is_view<std::span<T, N>> = true;
template <class T> inline constexpr bool is_view<std::optional<T>> = is_view<T>;

inline const char *type_name(std::uint32_t type) {
    static constexpr const char *names[] = {"none",
                                            "a bool",
                                            "an integer",
                                            "a number",
                                            "a handle",
                                            "a pointer",
                                            "a text",
                                            "bytes",
                                            "an array of i64",
                                            "an array of f64",
                                            "an array of bool",
                                            "an array of handles",
                                            "an array of values"};
    return type <= RT_VALUES ? names[type] : "a value of an unknown type";
}

} // namespace detail

// Owns a result: the memory behind it and the handles in it. Move-only.
class Value {
  public:
    Value() noexcept = default;
    // Takes over a result of rt_call.
    explicit Value(const rt_value &raw) noexcept : raw_(raw) {}
    Value(Value &&other) noexcept : raw_(std::exchange(other.raw_, rt_value{})) {}
    Value &operator=(Value &&other) noexcept {
        Value taken(std::move(other));
        std::swap(raw_, taken.raw_);
        return *this;
    }
    ~Value() {
        if (raw_.type >= RT_HANDLE) { // scalars own nothing
            free_handles(raw_);
            rt_value_clear(&raw_);
        }
    }

    std::uint32_t type() const noexcept { return raw_.type; }
    bool is_none() const noexcept { return raw_.type == RT_NONE; }
    // The length of a text, bytes or an array; 0 for anything else.
    std::size_t size() const noexcept { return raw_.type >= RT_TEXT ? static_cast<std::size_t>(raw_.size) : 0; }
    const rt_value &raw() const noexcept { return raw_; }
    // Gives the value up: its memory and its handles are the caller's business.
    [[nodiscard]] rt_value release() noexcept { return std::exchange(raw_, rt_value{}); }

    // An element of a tuple, [any] or [text]. It stays this value's own.
    const Value &operator[](std::size_t index) const {
        if (raw_.type != RT_VALUES) {
            mismatch("an array of values");
        }
        if (index >= raw_.size) {
            throw Error(RT_E_ARGUMENT, "there is no element " + std::to_string(index) + ": the value has " +
                                           std::to_string(raw_.size));
        }
        return static_cast<const Value *>(raw_.payload.pointer)[index];
    }

    // The value as a T: bool, an integer, a floating-point number, std::string, std::string_view (borrowed from this
    // value), void *, Handle (one more owner of it), a std::vector of int64_t, double, bool, std::byte, Handle or
    // std::string, or a std::optional of these. A value of another type is RT_E_TYPE, an integer that does not fit
    // RT_E_ARGUMENT.
    template <class T> T as() const {
        if constexpr (detail::is_optional<T>) {
            const bool none = is_none() || (raw_.type == RT_HANDLE && raw_.payload.integer == 0);
            return none ? T() : T(as<typename T::value_type>());
        } else if constexpr (detail::is_vector<T>) {
            return elements<typename T::value_type>();
        } else if constexpr (std::is_same_v<T, bool>) {
            return expect(RT_BOOL, "a bool").payload.integer != 0;
        } else if constexpr (std::is_integral_v<T>) {
            return integer<T>();
        } else if constexpr (std::is_floating_point_v<T>) {
            return static_cast<T>(raw_.type == RT_INTEGER ? static_cast<double>(raw_.payload.integer)
                                                          : expect(RT_DOUBLE, "a number").payload.number);
        } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
            expect(RT_TEXT, "a text");
            return T(static_cast<const char *>(raw_.payload.pointer), size());
        } else if constexpr (std::is_same_v<T, void *>) {
            return const_cast<void *>(expect(RT_POINTER, "a pointer").payload.pointer);
        } else if constexpr (std::is_same_v<T, Handle>) {
            return is_none() ? Handle() : Handle::share(expect(RT_HANDLE, "a handle").payload.integer);
        } else {
            static_assert(detail::unsupported<T>, "rt::Value::as<T>: the comment above lists what T may be");
        }
    }

  private:
    [[noreturn]] void mismatch(const char *wanted) const {
        throw Error(RT_E_TYPE, std::string("the value is ") + detail::type_name(raw_.type) + ", not " + wanted);
    }
    const rt_value &expect(std::uint32_t type, const char *wanted) const {
        if (raw_.type != type) {
            mismatch(wanted);
        }
        return raw_;
    }
    static void free_handles(const rt_value &value) noexcept {
        if (value.type == RT_HANDLE) {
            rt_handle_free(value.payload.integer);
        } else if (value.type == RT_HANDLE_ARRAY) {
            for (std::uint64_t i = 0; i < value.size; i++) {
                rt_handle_free(static_cast<const std::int64_t *>(value.payload.pointer)[i]);
            }
        } else if (value.type == RT_VALUES) {
            for (std::uint64_t i = 0; i < value.size; i++) {
                free_handles(static_cast<const rt_value *>(value.payload.pointer)[i]);
            }
        }
    }
    template <class T> T integer() const {
        if (raw_.type != RT_INTEGER && raw_.type != RT_BOOL) {
            mismatch("an integer");
        }
        if (!std::in_range<T>(raw_.payload.integer)) {
            throw Error(RT_E_ARGUMENT, "the integer " + std::to_string(raw_.payload.integer) +
                                           " does not fit into the type that was asked for");
        }
        return static_cast<T>(raw_.payload.integer);
    }
    template <class E> std::vector<E> elements() const {
        if constexpr (std::is_same_v<E, std::string>) {
            expect(RT_VALUES, "an array of texts");
            std::vector<E> texts;
            for (std::size_t i = 0; i < size(); i++) {
                texts.push_back((*this)[i].template as<std::string>());
            }
            return texts;
        } else if constexpr (std::is_same_v<E, Handle>) {
            expect(RT_HANDLE_ARRAY, "an array of handles");
            std::vector<E> handles;
            handles.reserve(size());
            for (std::size_t i = 0; i < size(); i++) {
                handles.push_back(Handle::share(static_cast<const std::int64_t *>(raw_.payload.pointer)[i]));
            }
            return handles;
        } else {
            constexpr std::uint32_t tag = std::is_same_v<E, std::int64_t> ? RT_I64_ARRAY
                                          : std::is_same_v<E, double>     ? RT_F64_ARRAY
                                          : std::is_same_v<E, bool>       ? RT_BOOL_ARRAY
                                                                          : RT_BYTES;
            static_assert(
                tag != RT_BYTES || std::is_same_v<E, std::byte>,
                "rt::Value::as<std::vector<T>>: T is int64_t, double, bool, std::byte, Handle or std::string");
            const auto *first = static_cast<const E *>(expect(tag, detail::type_name(tag)).payload.pointer);
            return std::vector<E>(first, first + size());
        }
    }

    rt_value raw_{};
};

static_assert(sizeof(Value) == sizeof(rt_value) && std::is_standard_layout_v<Value>,
              "the elements of an array of values are looked at as Values");

} // namespace rt

#endif
