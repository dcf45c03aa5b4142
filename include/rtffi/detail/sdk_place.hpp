// SPDX-License-Identifier: Apache-2.0
// sdk_place.hpp - which argument of which function is being read, how its value is had, and how it is refused.
#ifndef RTFFI_DETAIL_SDK_PLACE_HPP
#define RTFFI_DETAIL_SDK_PLACE_HPP

#include <algorithm>
#include <limits>

#include "sdk_object.hpp"
#include "signature.hpp"

namespace rt {

namespace detail {

template <class... T> struct List {};

[[noreturn, gnu::noinline, gnu::cold]] inline void throw_wrong_type(const char *signature, std::size_t index,
                                                                    const rt_value *value) {
    throw Reported{host->fail_value(signature, index, value)};
}
[[noreturn, gnu::noinline, gnu::cold]] inline void throw_wrong_handle(const char *signature, std::size_t index,
                                                                      std::int64_t handle, const rt_class *expected) {
    throw Reported{host->fail_handle(signature, index, handle, expected)};
}
[[noreturn, gnu::noinline, gnu::cold]] inline void throw_refused(const char *signature, std::size_t index,
                                                                 const char *message) {
    throw Reported{host->fail_argument(signature, index, RT_E_ARGUMENT, message)};
}

// Which argument of which function is being read. All of it is in the type, so that a call stores nothing for the sake of
// its errors.
template <const char *Signature, std::size_t Index> struct Place {
    [[noreturn]] static void wrong_type(const rt_value &value) { throw_wrong_type(Signature, Index, &value); }
    [[noreturn]] static void wrong_handle(std::int64_t handle, const rt_class *expected) {
        throw_wrong_handle(Signature, Index, handle, expected);
    }
    [[noreturn]] static void refuse(const char *message) { throw_refused(Signature, Index, message); }
    static std::int64_t integer(const rt_value &value) {
        if (value.type != RT_INTEGER && value.type != RT_BOOL) {
            wrong_type(value);
        }
        return value.payload.integer;
    }
    static std::int64_t handle(const rt_value &value) {
        if (value.type == RT_HANDLE) [[likely]] {
            return value.payload.integer;
        }
        if (value.type != RT_INTEGER && value.type != RT_NONE) {
            wrong_type(value);
        }
        return value.type == RT_NONE ? 0 : value.payload.integer;
    }
    // The elements of an array; an empty array may come with any array's tag.
    template <class T> static const T *elements(const rt_value &value, std::uint32_t tag) {
        const bool empty = value.size == 0 && value.type >= RT_BYTES && value.type <= RT_VALUES;
        if (value.type != tag && !empty) {
            wrong_type(value);
        }
        return check(static_cast<const T *>(value.payload.pointer), value.size);
    }
    template <class T> static T *check(T *data, std::size_t count) {
        if (data == nullptr && count != 0) {
            refuse("the pointer is null but the count is not 0");
        }
        if (count > static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()) / 8) {
            refuse("the count is negative or larger than memory");
        }
        if constexpr (!std::is_void_v<T>) {
            if (count != 0 && reinterpret_cast<std::uintptr_t>(data) % alignof(T) != 0) {
                refuse("the pointer is not aligned");
            }
        }
        if constexpr (std::is_same_v<T, const bool>) {
            const auto *bytes = reinterpret_cast<const unsigned char *>(data);
            if (std::any_of(bytes, bytes + count, [](unsigned char byte) { return byte > 1; })) {
                refuse("a bool is 0 or 1");
            }
        }
        return data;
    }
};

constexpr bool plain(const Type &type, Kind kind) { return type.kind == kind && !type.optional; }
constexpr bool array_of(const Type &type, Kind element, bool writable) {
    return plain(type, Kind::array) && type.element == element && !type.element_optional && type.writable == writable;
}

} // namespace detail

} // namespace rt

#endif
