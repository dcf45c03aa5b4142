// SPDX-License-Identifier: Apache-2.0
// sdk_results.hpp - how each C++ result type is given back by a native call and by a dynamic one.
#ifndef RTFFI_DETAIL_SDK_RESULTS_HPP
#define RTFFI_DETAIL_SDK_RESULTS_HPP

#include <array>
#include <limits>
#include <optional>
#include <tuple>
#include <vector>

#include "sdk_arguments.hpp"
#include "sdk_object.hpp"
#include "signature.hpp"

namespace rt {

namespace detail {

inline void *checked(void *memory) {
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

// Memory of the caller's, for a dynamic result.
inline void give_copy(rt_value &out, std::uint32_t type, const void *data, std::size_t count, std::size_t element,
                      std::size_t extra = 0) {
    void *copy = checked(host->allocate(count * element + extra));
    if (count != 0) {
        std::memcpy(copy, data, count * element);
    }
    std::memset(static_cast<char *>(copy) + count * element, 0, extra);
    out = {static_cast<std::uint32_t>(type), RT_VALUE_OWNED, count, {0}};
    out.payload.pointer = copy;
}

// The thread's own memory, for a native result.
inline const void *borrow_copy(const void *data, std::size_t size, std::size_t extra = 0) {
    void *copy = checked(host->borrow(size + extra));
    if (size != 0) {
        std::memcpy(copy, data, size);
    }
    std::memset(static_cast<char *>(copy) + size, 0, extra);
    return copy;
}

// New handles for a list of objects, freed again unless handed out.
class NewHandles {
  public:
    NewHandles() = default;
    // Delegates, so that the destructor runs where making a handle throws.
    template <class T> explicit NewHandles(std::vector<T> &&objects) : NewHandles() {
        handles_.reserve(objects.size());
        for (T &object : objects) {
            handles_.push_back(make_handle(std::move(object)));
        }
    }
    template <class T> explicit NewHandles(std::vector<std::optional<T>> &&objects) : NewHandles() {
        handles_.reserve(objects.size());
        for (std::optional<T> &object : objects) {
            handles_.push_back(object ? make_handle(std::move(*object)) : 0);
        }
    }
    NewHandles(const NewHandles &) = delete;
    NewHandles &operator=(const NewHandles &) = delete;
    ~NewHandles() {
        for (const std::int64_t handle : handles_) {
            if (handle != 0) {
                host->handle_free(handle);
            }
        }
    }
    const std::vector<std::int64_t> &list() const { return handles_; }
    void hand_out() { handles_.clear(); }

  private:
    std::vector<std::int64_t> handles_;
};

template <class N> struct ScalarResult {
    using Native = N;
    static constexpr bool has_native = true;
    static constexpr bool counted = false;
};

template <class Pointer> struct ArrayResult {
    using Native = Pointer;
    static constexpr bool has_native = true;
    static constexpr bool counted = true; // the native call has a `size_t *count` at the end
    static constexpr Pointer failure() { return nullptr; }
};

struct DynamicResult {
    using Native = void;
    static constexpr bool has_native = false;
    static constexpr bool counted = false;
};

} // namespace detail

// A type that no signature agrees with: see Argument.
template <class R> struct Result : detail::DynamicResult {
    static constexpr bool matches(const Type &) { return false; }
    static void dynamic(rt_value &, const R &);
};

template <> struct Result<void> : detail::ScalarResult<void> {
    static constexpr bool matches(const Type &t) { return t.kind == Kind::none; }
};

template <> struct Result<bool> : detail::ScalarResult<bool> {
    static constexpr bool matches(const Type &t) { return detail::plain(t, Kind::boolean); }
    static constexpr bool failure() { return false; }
    static bool native(bool value) { return value; }
    static void dynamic(rt_value &out, bool value) { out = {RT_BOOL, 0, 0, {value}}; }
};

template <> struct Result<std::int32_t> : detail::ScalarResult<std::int32_t> {
    static constexpr bool matches(const Type &t) { return detail::plain(t, Kind::i32); }
    static constexpr std::int32_t failure() { return 0; }
    static std::int32_t native(std::int32_t value) { return value; }
    static void dynamic(rt_value &out, std::int32_t value) { out = {RT_INTEGER, 0, 0, {value}}; }
};

template <> struct Result<std::int64_t> : detail::ScalarResult<std::int64_t> {
    static constexpr bool matches(const Type &t) { return detail::plain(t, Kind::i64); }
    static constexpr std::int64_t failure() { return 0; }
    static std::int64_t native(std::int64_t value) { return value; }
    static void dynamic(rt_value &out, std::int64_t value) { out = {RT_INTEGER, 0, 0, {value}}; }
};

template <> struct Result<double> : detail::ScalarResult<double> {
    static constexpr bool matches(const Type &t) { return detail::plain(t, Kind::f64); }
    static constexpr double failure() { return std::numeric_limits<double>::quiet_NaN(); }
    static double native(double value) { return value; }
    static void dynamic(rt_value &out, double value) {
        out = {RT_DOUBLE, 0, 0, {0}};
        out.payload.number = value;
    }
};

template <> struct Result<void *> : detail::ScalarResult<void *> {
    static constexpr bool matches(const Type &t) { return detail::plain(t, Kind::pointer); }
    static constexpr void *failure() { return nullptr; }
    static void *native(void *value) { return value; }
    static void dynamic(rt_value &out, void *value) {
        out = {RT_POINTER, 0, 0, {0}};
        out.payload.pointer = value;
    }
};

template <> struct Result<std::string> : detail::ScalarResult<const char *> {
    static constexpr bool matches(const Type &t) { return detail::plain(t, Kind::text); }
    static constexpr const char *failure() { return nullptr; }
    static const char *native(const std::string &value) {
        return static_cast<const char *>(detail::borrow_copy(value.data(), value.size(), 1));
    }
    static void dynamic(rt_value &out, const std::string &value) {
        detail::give_copy(out, RT_TEXT, value.data(), value.size(), 1, 1);
    }
};

template <class T>
    requires requires { detail::Element<T>::tag; }
struct Result<std::vector<T>>
    : detail::ArrayResult<std::conditional_t<std::is_same_v<T, std::byte>, const void *, const T *>> {
    using Pointer = std::conditional_t<std::is_same_v<T, std::byte>, const void *, const T *>;
    static constexpr bool matches(const Type &t) {
        return std::is_same_v<T, std::byte> ? detail::plain(t, Kind::bytes)
                                            : detail::array_of(t, detail::Element<T>::kind, false);
    }
    static Pointer native(const std::vector<T> &value, std::size_t &count) {
        count = value.size();
        return static_cast<Pointer>(detail::borrow_copy(value.data(), count * sizeof(T), sizeof(T)));
    }
    static void dynamic(rt_value &out, const std::vector<T> &value) {
        detail::give_copy(out, detail::Element<T>::tag, value.data(), value.size(), sizeof(T));
    }
};

template <HandleClass T> struct Result<T> : detail::ScalarResult<std::int64_t> {
    static constexpr bool matches(const Type &t) {
        return detail::plain(t, Kind::handle) && t.name == ClassOf<T>::name;
    }
    static constexpr std::int64_t failure() { return 0; }
    static std::int64_t native(T &&value) {
        if constexpr (stored_inline<T>) {
            return detail::hand_over(value); // see Held
        } else {
            return make_handle(std::move(value));
        }
    }
    static void dynamic(rt_value &out, T &&value) { out = {RT_HANDLE, 0, 0, {native(std::move(value))}}; }
};

template <HandleClass T> struct Result<std::optional<T>> : detail::ScalarResult<std::int64_t> {
    static constexpr bool matches(const Type &t) {
        return t.kind == Kind::handle && t.optional && t.name == ClassOf<T>::name;
    }
    static constexpr std::int64_t failure() { return 0; }
    static std::int64_t native(std::optional<T> &&value) { return value ? make_handle(std::move(*value)) : 0; }
    static void dynamic(rt_value &out, std::optional<T> &&value) {
        out = {RT_HANDLE, 0, 0, {native(std::move(value))}};
    }
};

namespace detail {

// Arrays of handles, of T or std::optional<T>.
template <class Element> struct HandlesResult : ArrayResult<const std::int64_t *> {
    static const std::int64_t *native(std::vector<Element> &&value, std::size_t &count) {
        NewHandles handles(std::move(value));
        count = handles.list().size();
        const void *copy = borrow_copy(handles.list().data(), count * sizeof(std::int64_t), 8);
        handles.hand_out();
        return static_cast<const std::int64_t *>(copy);
    }
    static void dynamic(rt_value &out, std::vector<Element> &&value) {
        NewHandles handles(std::move(value));
        give_copy(out, RT_HANDLE_ARRAY, handles.list().data(), handles.list().size(), sizeof(std::int64_t));
        handles.hand_out();
    }
};

} // namespace detail

template <HandleClass T> struct Result<std::vector<T>> : detail::HandlesResult<T> {
    static constexpr bool matches(const Type &t) {
        return detail::array_of(t, Kind::handle, false) && t.name == ClassOf<T>::name;
    }
};

// Where each may be none: 0 in the array.
template <HandleClass T> struct Result<std::vector<std::optional<T>>> : detail::HandlesResult<std::optional<T>> {
    static constexpr bool matches(const Type &t) {
        return detail::plain(t, Kind::array) && t.element == Kind::handle && t.element_optional && !t.writable &&
               t.name == ClassOf<T>::name;
    }
};

// Dynamic only: any (the value is handed over as it is), T?, [text], tuples.
template <> struct Result<rt_value> : detail::DynamicResult {
    static constexpr bool matches(const Type &t) { return t.kind == Kind::any; }
    static void dynamic(rt_value &out, const rt_value &value) { out = value; }
};

template <class T>
    requires(!HandleClass<T>)
struct Result<std::optional<T>> : detail::DynamicResult {
    static constexpr bool matches(const Type &t) {
        Type inner = t;
        inner.optional = false;
        return t.optional && Result<T>::matches(inner);
    }
    static void dynamic(rt_value &out, std::optional<T> &&value) {
        out = {RT_NONE, 0, 0, {0}};
        if (value) {
            Result<T>::dynamic(out, std::move(*value));
        }
    }
};

namespace detail {

// An array of values under construction, cleared again unless handed out.
class NewValues {
  public:
    explicit NewValues(std::size_t count)
        : values_(static_cast<rt_value *>(checked(host->allocate(count * sizeof(rt_value))))), count_(count) {
        std::memset(values_, 0, count * sizeof(rt_value));
    }
    NewValues(const NewValues &) = delete;
    NewValues &operator=(const NewValues &) = delete;
    ~NewValues() {
        if (values_ != nullptr) {
            for (std::size_t i = 0; i < count_; i++) {
                if (values_[i].type == RT_HANDLE) {
                    host->handle_free(values_[i].payload.integer);
                }
                host->value_clear(&values_[i]);
            }
            host->deallocate(values_);
        }
    }
    rt_value &operator[](std::size_t i) { return values_[i]; }
    void hand_out(rt_value &out) {
        out = {RT_VALUES, RT_VALUE_OWNED, count_, {0}};
        out.payload.pointer = values_;
        values_ = nullptr;
    }

  private:
    rt_value *values_;
    std::size_t count_;
};

} // namespace detail

template <> struct Result<std::vector<std::string>> : detail::DynamicResult {
    static constexpr bool matches(const Type &t) { return detail::array_of(t, Kind::text, false); }
    static void dynamic(rt_value &out, const std::vector<std::string> &texts) {
        detail::NewValues values(texts.size());
        for (std::size_t i = 0; i < texts.size(); i++) {
            Result<std::string>::dynamic(values[i], texts[i]);
        }
        values.hand_out(out);
    }
};

template <class... T> struct Result<std::tuple<T...>> : detail::DynamicResult {
    static constexpr bool matches(const Type &t) {
        if (t.kind != Kind::tuple || t.optional) {
            return false;
        }
        std::string_view rest = t.name.substr(1, t.name.size() - 2);
        return (... && next_matches<T>(rest)) && rest.empty();
    }
    static void dynamic(rt_value &out, std::tuple<T...> &&value) {
        detail::NewValues values(sizeof...(T));
        fill(values, std::move(value), std::index_sequence_for<T...>{});
        values.hand_out(out);
    }

  private:
    template <class U> static constexpr bool next_matches(std::string_view &rest) {
        std::size_t end = 0;
        int depth = 0;
        for (; end < rest.size() && (depth > 0 || rest[end] != ','); end++) {
            depth += rest[end] == '(' || rest[end] == '[' ? 1 : 0;
            depth -= rest[end] == ')' || rest[end] == ']' ? 1 : 0;
        }
        detail::SignatureParser parser(rest.substr(0, end));
        const Type type = parser.type();
        rest = rest.substr(end < rest.size() ? end + 1 : end);
        return parser.ok() && parser.at_end() && Result<U>::matches(type);
    }
    template <std::size_t... I>
    static void fill(detail::NewValues &values, std::tuple<T...> &&value, std::index_sequence<I...>) {
        (Result<T>::dynamic(values[I], std::move(std::get<I>(value))), ...);
    }
};

} // namespace rt

#endif
