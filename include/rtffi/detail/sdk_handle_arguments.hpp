// SPDX-License-Identifier: Apache-2.0
// sdk_handle_arguments.hpp - parameters that are handles: objects, arrays of them (of which some may be none), callables. See sdk_arguments.hpp.
#ifndef RTFFI_DETAIL_SDK_HANDLE_ARGUMENTS_HPP
#define RTFFI_DETAIL_SDK_HANDLE_ARGUMENTS_HPP

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "sdk_arguments.hpp"

namespace rt {

// An object: by reference, or by pointer where it may be none.
template <class T>
    requires HandleClass<std::remove_const_t<T>>
struct Argument<T &> {
    using Object = std::remove_const_t<T>;
    using Native = detail::List<std::int64_t>;
    static constexpr bool has_native = true;
    static_assert(
        std::is_const_v<T> || !stored_inline<Object>,
        "an object of this class lies in its handle and is taken by const reference; for T & write, before its "
        "RT_DECLARE_CLASS: template <> inline constexpr bool rt::stored_inline<T> = false;");
    static constexpr bool matches(const Type &t) {
        return detail::plain(t, Kind::handle) && t.name == ClassOf<Object>::name;
    }
    Argument(auto place, std::int64_t handle) : pin(handle) {
        if (!pin) [[unlikely]] {
            place.wrong_handle(handle, ClassOf<Object>::record);
        }
    }
    Argument(auto place, const rt_value &v) : Argument(place, place.handle(v)) {}
    // In line, so that no call sees the address of the pin, and it stays in a register.
    [[gnu::always_inline]] ~Argument() = default;
    T &get() const { return *pin; }
    Pin<Object> pin;
};

template <class T>
    requires HandleClass<std::remove_const_t<T>>
struct Argument<T *> {
    using Object = std::remove_const_t<T>;
    using Native = detail::List<std::int64_t>;
    static constexpr bool has_native = true;
    static constexpr bool matches(const Type &t) {
        return t.kind == Kind::handle && t.optional && t.name == ClassOf<Object>::name;
    }
    Argument(auto place, std::int64_t handle) : pin(handle) {
        if (!pin && handle != 0) [[unlikely]] {
            place.wrong_handle(handle, ClassOf<Object>::record);
        }
    }
    Argument(auto place, const rt_value &v) : Argument(place, place.handle(v)) {}
    T *get() const { return pin ? &*pin : nullptr; }
    Pin<Object> pin;
};

// The objects behind an array of handles, pinned for the length of the call.
template <class T> class Objects {
  public:
    Objects(auto place, const std::int64_t *handles, std::size_t count) {
        cells_.reserve(count);
        for (std::size_t i = 0; i < count; i++) {
            void **cell = detail::host->handle_pin(handles[i], ClassOf<T>::record);
            if (cell == nullptr) {
                unpin();
                place.wrong_handle(handles[i], ClassOf<T>::record);
            }
            cells_.push_back(cell);
        }
    }
    Objects(const Objects &) = delete;
    Objects &operator=(const Objects &) = delete;
    ~Objects() { unpin(); }
    std::size_t size() const { return cells_.size(); }
    T &operator[](std::size_t i) const { return detail::object_in<T>(cells_[i]); }

  private:
    void unpin() {
        for (void **cell : cells_) {
            rt_unpin(detail::host, cell);
        }
        cells_.clear();
    }
    std::vector<void **> cells_;
};

template <HandleClass T> struct Argument<const Objects<T> &> {
    using Native = detail::List<const std::int64_t *, std::size_t>;
    static constexpr bool has_native = true;
    static constexpr bool matches(const Type &t) {
        return detail::array_of(t, Kind::handle, false) && t.name == ClassOf<T>::name;
    }
    Argument(auto place, const std::int64_t *handles, std::size_t count)
        : objects(place, place.check(handles, count), count) {}
    Argument(auto place, const rt_value &v)
        : objects(place,
                  place.template elements<std::int64_t>(v, v.type == RT_I64_ARRAY ? RT_I64_ARRAY : RT_HANDLE_ARRAY),
                  v.size) {}
    const Objects<T> &get() const { return objects; }
    Objects<T> objects;
};

// The same where each may be none: a null pointer.
template <class T> class OptionalObjects {
  public:
    OptionalObjects(auto place, const std::int64_t *handles, std::size_t count) {
        pins_.reserve(count);
        for (std::size_t i = 0; i < count; i++) {
            add(place, handles[i]);
        }
    }
    OptionalObjects(auto place, const rt_value *values, std::size_t count) {
        pins_.reserve(count);
        for (std::size_t i = 0; i < count; i++) {
            add(place, place.handle(values[i]));
        }
    }
    std::size_t size() const { return pins_.size(); }
    T *operator[](std::size_t i) const { return pins_[i] ? &**pins_[i] : nullptr; }

  private:
    void add(auto place, std::int64_t handle) {
        pins_.push_back(handle != 0 ? std::make_unique<Pin<T>>(handle) : nullptr);
        if (handle != 0 && !*pins_.back()) {
            place.wrong_handle(handle, ClassOf<T>::record);
        }
    }
    std::vector<std::unique_ptr<Pin<T>>> pins_;
};

template <HandleClass T> struct Argument<const OptionalObjects<T> &> {
    using Native = detail::List<const std::int64_t *, std::size_t>;
    static constexpr bool has_native = true;
    static constexpr bool matches(const Type &t) {
        return detail::plain(t, Kind::array) && t.element == Kind::handle && t.element_optional && !t.writable &&
               t.name == ClassOf<T>::name;
    }
    Argument(auto place, const std::int64_t *handles, std::size_t count)
        : objects(place, place.check(handles, count), count) {}
    Argument(auto place, const rt_value &v)
        : objects(v.type == RT_VALUES
                      ? OptionalObjects<T>(place, place.template elements<rt_value>(v, RT_VALUES), v.size)
                      : OptionalObjects<T>(place,
                                           place.template elements<std::int64_t>(
                                               v, v.type == RT_I64_ARRAY ? RT_I64_ARRAY : RT_HANDLE_ARRAY),
                                           v.size)) {}
    const OptionalObjects<T> &get() const { return objects; }
    OptionalObjects<T> objects;
};

// A callable of the host's, with an ownership of its own: it may be kept, copied and called later.
class Callable {
  public:
    Callable() = default;
    explicit Callable(std::int64_t handle) : handle_(detail::host->handle_clone(handle)) {}
    Callable(const Callable &other) : Callable(other.handle_) {}
    Callable(Callable &&other) noexcept : handle_(std::exchange(other.handle_, 0)) {}
    Callable &operator=(Callable other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~Callable() { detail::host->handle_free(handle_); }
    explicit operator bool() const { return handle_ != 0; }

    // Calls it; a failure of the callable's is thrown as rt::Error with the status it gave, its message and its cause.
    // The result's memory is the caller's: host->value_clear.
    rt_value call(std::span<const rt_value> args) const {
        rt_value result{};
        const rt_status status = detail::host->callable_call(handle_, args.data(), args.size(), &result);
        *detail::host->error_location() = RT_OK; // what went wrong is thrown, or the callable did without it
        if (status != RT_OK) {
            rt_error error{};
            error.struct_size = sizeof error;
            detail::host->last_error(&error); // the host sees to it that it is the callable's
            throw Error(status, error.message, error.cause, error.function, error.plugin);
        }
        return result;
    }

  private:
    std::int64_t handle_ = 0;
};

template <> struct Argument<Callable> {
    using Native = detail::List<std::int64_t>;
    static constexpr bool has_native = true;
    static constexpr bool matches(const Type &t) { return t.kind == Kind::function; }
    Argument(auto place, std::int64_t handle) {
        void **cell = detail::host->handle_pin(handle, detail::host->callable_class);
        if (cell == nullptr) {
            place.wrong_handle(handle, detail::host->callable_class);
        }
        value = Callable(handle);
        rt_unpin(detail::host, cell);
    }
    Argument(auto place, const rt_value &v) : Argument(place, place.handle(v)) {}
    const Callable &get() const { return value; }
    Callable value;
};
template <> struct Argument<const Callable &> : Argument<Callable> {
    using Argument<Callable>::Argument;
};

} // namespace rt

#endif
