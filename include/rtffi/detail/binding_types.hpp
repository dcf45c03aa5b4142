// SPDX-License-Identifier: Apache-2.0
// binding_types.hpp - the types in the functions of generated C++ bindings, and how each travels in a native and in a dynamic call.
#ifndef RTFFI_DETAIL_BINDING_TYPES_HPP
#define RTFFI_DETAIL_BINDING_TYPES_HPP

#include <array>
#include <concepts>
#include <initializer_list>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "host_function.hpp"

namespace rt::binding {

// An object of a plugin's class; it owns a handle. A copy is one more owner of the same object; default-made or moved-from it is
// none.
class Object {
  public:
    Object() noexcept = default;
    // Takes over a handle of its class.
    explicit Object(Handle handle) noexcept : handle_(std::move(handle)) {}
    Object(Object &&) noexcept = default;
    Object &operator=(Object &&) noexcept = default;
    Object(const Object &other) : handle_(other.handle_.clone()) {}
    Object &operator=(const Object &other) {
        handle_ = other.handle_.clone();
        return *this;
    }
    ~Object() = default;

    // Borrowed: it stays this object's. 0 where it is none.
    std::int64_t handle() const noexcept { return handle_.get(); }
    explicit operator bool() const noexcept { return static_cast<bool>(handle_); }

  private:
    Handle handle_;
};

// An argument that is an array: a list in braces, or whatever keeps its elements one after the other. It borrows them for the call.
template <class T> class Array : public std::span<const T> {
  public:
    Array() noexcept = default;
    Array(std::initializer_list<T> list) noexcept : std::span<const T>(list.begin(), list.size()) {}
    template <class Range>
        requires std::ranges::contiguous_range<const Range> && std::same_as<std::ranges::range_value_t<const Range>, T>
    Array(const Range &range) noexcept : std::span<const T>(std::ranges::data(range), std::ranges::size(range)) {}
};

// The elements of a default that is an array of bool.
template <bool... elements> inline constexpr bool bools[] = {elements...};

// An argument of any type that rt::call takes. It borrows for the call.
class Any {
  public:
    template <class T>
        requires(!std::same_as<T, Any>)
    Any(const T &value) : raw_(rt::detail::to_value(value)) {}
    const rt_value &raw() const noexcept { return raw_; }

  private:
    rt_value raw_;
};
static_assert(sizeof(Any) == sizeof(rt_value) && std::is_standard_layout_v<Any>,
              "an array of them is one of rt_values");

namespace detail {

template <class T>
concept IsObject = std::derived_from<T, Object>;
template <class T> inline constexpr bool is_optional_object = false;
template <IsObject T> inline constexpr bool is_optional_object<std::optional<T>> = true;
// Whether a native call passes a T as a handle, which is 0 for none.
template <class T>
concept IsHandle = IsObject<T> || is_optional_object<T>;

template <IsHandle T> std::int64_t handle_of(const T &object) noexcept {
    if constexpr (is_optional_object<T>) {
        return object ? object->handle() : 0;
    } else {
        return object.handle();
    }
}

template <class T> std::vector<std::int64_t> handles_of(std::span<const T> objects) {
    std::vector<std::int64_t> handles;
    handles.reserve(objects.size());
    for (const T &object : objects) {
        handles.push_back(handle_of(object));
    }
    return handles;
}

// An argument of a native call: numbers, pointers and memory to fill as they are.
template <class T> struct NativeArgument {
    using Native = T;
    T value;
    T get() const { return value; }
};
template <> struct NativeArgument<std::string> {
    using Native = const std::string &;
    const std::string &value;
    const std::string &get() const { return value; }
};
template <> struct NativeArgument<Handle> {
    using Native = std::int64_t;
    explicit NativeArgument(const Handle &callable) : handle(callable.get()) {}
    std::int64_t get() const { return handle; }
    std::int64_t handle;
};
template <IsHandle T> struct NativeArgument<T> {
    using Native = std::int64_t;
    explicit NativeArgument(const T &object) : handle(handle_of(object)) {}
    std::int64_t get() const { return handle; }
    std::int64_t handle;
};
template <class E> struct NativeArgument<Array<E>> {
    using Native = std::span<const E>;
    Array<E> value;
    Native get() const { return value; }
};
template <IsHandle E> struct NativeArgument<Array<E>> {
    using Native = std::span<const std::int64_t>;
    explicit NativeArgument(const Array<E> &objects) : handles(handles_of<E>(objects)) {}
    Native get() const { return handles; }
    std::vector<std::int64_t> handles;
};

// The result of a native call.
template <class R> struct NativeResult {
    using Native = R;
    static R give(R value) { return value; }
};
template <> struct NativeResult<void> {
    using Native = void;
};
template <IsHandle R> struct NativeResult<R> {
    using Native = std::int64_t;
    static R give(std::int64_t handle) {
        if constexpr (is_optional_object<R>) {
            return handle == 0 ? R() : R(std::in_place, Handle(handle));
        } else {
            return R(Handle(handle));
        }
    }
};
template <IsHandle E> struct NativeResult<std::vector<E>> {
    using Native = std::vector<std::int64_t>;
    static std::vector<E> give(const Native &handles) {
        std::vector<Handle> owned(handles.size());
        for (std::size_t i = 0; i < handles.size(); i++) {
            owned[i] = Handle(handles[i]);
        }
        std::vector<E> objects;
        objects.reserve(owned.size());
        for (Handle &handle : owned) {
            objects.push_back(NativeResult<E>::give(handle.release()));
        }
        return objects;
    }
};

// An argument of a dynamic call: whatever rt::call takes.
template <class T> struct DynamicArgument {
    DynamicArgument(const T &value) : raw(rt::detail::to_value(value)) {}
    rt_value get() const { return raw; }
    rt_value raw;
};
template <> struct DynamicArgument<Any> {
    DynamicArgument(const Any &value) : raw(value.raw()) {}
    rt_value get() const { return raw; }
    rt_value raw;
};
template <> struct DynamicArgument<Array<Any>> {
    DynamicArgument(const Array<Any> &list) : raw(rt_memory(RT_VALUES, list.data(), list.size())) {}
    rt_value get() const { return raw; }
    rt_value raw;
};
// Elements that have no array type of their own: texts, numbers that may be none.
template <class E>
    requires(std::same_as<E, std::string> || rt::detail::is_optional<E>)
struct DynamicArgument<Array<E>> {
    DynamicArgument(const Array<E> &list) {
        for (const E &element : list) {
            values.push_back(rt::detail::to_value(element));
        }
    }
    rt_value get() const { return rt_memory(RT_VALUES, values.data(), values.size()); }
    std::vector<rt_value> values;
};

template <class R> inline constexpr bool is_tuple = false;
template <class... T> inline constexpr bool is_tuple<std::tuple<T...>> = true;
template <class R> inline constexpr bool is_vector_of_objects = false;
template <IsHandle E> inline constexpr bool is_vector_of_objects<std::vector<E>> = true;

// The result of a dynamic call.
template <class R> R dynamic_result(Value &value) {
    if constexpr (std::is_void_v<R>) {
        return;
    } else if constexpr (std::same_as<R, Value>) {
        return std::move(value);
    } else if constexpr (is_tuple<R>) {
        return [&]<std::size_t... i>(std::index_sequence<i...>) {
            return R(dynamic_result<std::tuple_element_t<i, R>>(const_cast<Value &>(std::as_const(value)[i]))...);
        }(std::make_index_sequence<std::tuple_size_v<R>>());
    } else if constexpr (IsHandle<R>) {
        return NativeResult<R>::give(value.template as<Handle>().release());
    } else if constexpr (is_vector_of_objects<R>) {
        R objects;
        for (Handle &handle : value.template as<std::vector<Handle>>()) {
            objects.push_back(NativeResult<typename R::value_type>::give(handle.release()));
        }
        return objects;
    } else {
        return value.template as<R>();
    }
}

} // namespace detail

} // namespace rt::binding

#endif
