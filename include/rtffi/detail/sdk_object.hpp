// SPDX-License-Identifier: Apache-2.0
// sdk_object.hpp - the host's table as a C++ plugin sees it, errors to throw, and objects behind handles.
#ifndef RTFFI_DETAIL_SDK_OBJECT_HPP
#define RTFFI_DETAIL_SDK_OBJECT_HPP

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include <cxxabi.h>

#include "../plugin.h"
#include "error.hpp"

namespace rt {

// Specialised by RT_DECLARE_CLASS.
template <class T> struct ClassOf;

template <class T>
concept HandleClass = requires { ClassOf<T>::record; };

// Whether a T lies in the handle's own cell instead of on the heap. It must be no larger than a pointer and may be
// moved by copying its bytes; specialise it to true for smart pointers and the like.
template <class T> inline constexpr bool stored_inline = sizeof(T) <= sizeof(void *) && std::is_trivially_copyable_v<T>;

namespace detail {

inline const rt_host *host = nullptr;
inline rt_plugin *plugin = nullptr;

// The error is already set on this thread; there is nothing to add.
struct Reported {
    rt_status status;
};

constexpr bool same_text(const char *a, const char *b) {
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

template <class T> T &object_in(void **cell) {
    if constexpr (stored_inline<T>) {
        return *static_cast<T *>(static_cast<void *>(cell));
    } else {
        return *static_cast<T *>(*cell);
    }
}

template <class T> void release(void *object) {
    if constexpr (stored_inline<T>) {
        object_in<T>(&object).~T();
    } else {
        delete static_cast<T *>(object);
    }
}

template <class T, class Guard> void guarded_release(void *object) {
    try {
        [[maybe_unused]] const Guard guard;
        release<T>(object);
    } catch (abi::__forced_unwind &) {
        throw; // thread cancellation must not be stopped
    } catch (...) {
        // The guard refused: the library behind the object is going, and the object with it.
    }
}

} // namespace detail

namespace detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void throw_no_handle(const char *class_name, const rt_class *record) {
    if (record == nullptr) {
        throw Error(RT_E_CALLEE,
                    "the class " + std::string(class_name) +
                        " is not registered: its plugin lacks the line RT_CLASS(..., \"" + class_name + "\", ...)",
                    "class_not_registered");
    }
    throw Reported{RT_E_MEMORY};
}

} // namespace detail

// The default of RT_CALL_GUARD, which does nothing.
struct NoGuard {};

namespace detail {

// A result on its way out: `value`. One that lies in its handle is not destroyed here, since `native` and `dynamic` of Result
// take its bytes.
template <class T> struct Kept {
    T value;
};
template <class T> union HandedOver {
    T value;
    ~HandedOver() {}
};
template <class T> inline constexpr bool in_handle = false;
template <HandleClass T> inline constexpr bool in_handle<T> = stored_inline<T>;
template <class T> using Held = std::conditional_t<in_handle<T>, HandedOver<T>, Kept<T>>;

// Makes the bytes of `value` those of a new handle's object; `value` must not be used or destroyed afterwards.
template <class T> [[gnu::always_inline]] inline std::int64_t hand_over(T &value) {
    static_assert(sizeof(T) <= sizeof(void *));
    void *bytes = nullptr;
    std::memcpy(static_cast<void *>(&bytes), static_cast<void *>(&value), sizeof value);
    const std::int64_t handle = host->handle_create(ClassOf<T>::record, bytes);
    if (handle == 0) [[unlikely]] {
        value.~T();
        throw_no_handle(ClassOf<T>::name, ClassOf<T>::record);
    }
    return handle;
}

} // namespace detail

// Hands an object over to a new handle.
template <HandleClass T> std::int64_t make_handle(T &&object) {
    using Object = std::remove_cvref_t<T>;
    if constexpr (stored_inline<Object>) {
        detail::Held<Object> held{Object(std::forward<T>(object))};
        return detail::hand_over(held.value);
    } else {
        auto owner = std::make_unique<Object>(std::forward<T>(object));
        const std::int64_t handle = detail::host->handle_create(ClassOf<Object>::record, owner.get());
        if (handle == 0) {
            detail::throw_no_handle(ClassOf<Object>::name, ClassOf<Object>::record);
        }
        owner.release();
        return handle;
    }
}

// Keeps an object alive while it is used. `get` is null where the handle is not a live one of T's class.
template <class T> class Pin {
  public:
    explicit Pin(std::int64_t handle) noexcept : cell_(detail::host->handle_pin(handle, ClassOf<T>::record)) {}
    Pin(const Pin &) = delete;
    Pin &operator=(const Pin &) = delete;
    [[gnu::always_inline]] ~Pin() {
        if (cell_ != nullptr) {
            rt_unpin_at(&detail::host, cell_);
        }
    }
    explicit operator bool() const noexcept { return cell_ != nullptr; }
    T &operator*() const noexcept { return detail::object_in<T>(cell_); }

  private:
    void **cell_;
};

// Why this plugin was taken in place of a preferred variant, or "": see rt_host.fallback_reason. A host of before that function
// says nothing.
inline std::string fallback_reason() {
    const bool known = detail::host->struct_size > offsetof(rt_host, fallback_reason);
    return known ? detail::host->fallback_reason(detail::plugin) : "";
}

// Hands a message to the host's log. `level` as in rtffi.h: 0 debug, 1 information, 2 warning, 3 error.
inline void log(int level, const std::string &message) { detail::host->log(detail::plugin, level, message.c_str()); }

} // namespace rt

#endif
