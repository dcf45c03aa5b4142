// sdk_arguments.hpp - how each C++ parameter type is read from a native call's arguments and from an rt_value.
//
// Argument<P> is made for one call of one parameter: from the native values (`Native` lists their C types) or from an
// rt_value. It holds pins and conversions until the call is over. `get` yields what the body is given.
#ifndef RTFFI_DETAIL_SDK_ARGUMENTS_HPP
#define RTFFI_DETAIL_SDK_ARGUMENTS_HPP

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

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
