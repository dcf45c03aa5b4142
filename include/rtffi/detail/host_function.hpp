// SPDX-License-Identifier: Apache-2.0
// host_function.hpp - rt::Function and rt::LazyFunction: bind once, then call at the price of a function pointer.
//
// Note [Through the record]: a call goes through the function record's `native`, read anew each time, and not through a
// cached address. That costs a load from a line that is in the cache, and buys that a call after the plugin went is an
// error and not a crash.
#ifndef RTFFI_DETAIL_HOST_FUNCTION_HPP
#define RTFFI_DETAIL_HOST_FUNCTION_HPP

#include <atomic>

#include "host_types.hpp"

namespace rt {

namespace detail {

// The signature `f(a0: f64, a1: [i64]) -> f64` of a C++ type, made by the compiler. rt_bind compares types, not names.
template <class R, class... A> struct SignatureText {
    static constexpr auto make() {
        std::array<char, 16 + HostResult<R>::text.size() + (0 + ... + (HostParameter<A>::text.size() + 8))> out{};
        std::size_t at = 0;
        const auto append = [&](std::string_view piece) {
            for (const char c : piece) {
                out[at++] = c;
            }
        };
        [[maybe_unused]] std::size_t index = 0;
        [[maybe_unused]] const auto parameter = [&](std::string_view type) {
            append(index == 0 ? "a" : ", a");
            if (index >= 10) {
                out[at++] = static_cast<char>('0' + index / 10);
            }
            out[at++] = static_cast<char>('0' + index % 10);
            append(": ");
            append(type);
            index++;
        };
        append("f(");
        (parameter(HostParameter<A>::text), ...);
        append(HostResult<R>::text.empty() ? ")" : ") -> ");
        append(HostResult<R>::text);
        return out;
    }
    static constexpr auto value = make();
};

template <class... T> struct NativeTypes {};

// The C function-pointer type from the tuples of native values, one tuple for each parameter.
template <class Native, class... Tuples> struct EntryType;
template <class Native, class... Done> struct EntryType<Native, NativeTypes<Done...>> {
    using type = Native (*)(Done...);
};
template <class Native, class... Done, class... Next, class... Tuples>
struct EntryType<Native, NativeTypes<Done...>, std::tuple<Next...>, Tuples...>
    : EntryType<Native, NativeTypes<Done..., Next...>, Tuples...> {};

// One call of a record as R(A...).
template <class R, class... A> struct Invoke {
    using Give = HostResult<R>;

    static R checked(const rt_function *record, A... arguments) {
        const rt_native_entry native = __atomic_load_n(&record->native, __ATOMIC_ACQUIRE);
        if (native == nullptr) [[unlikely]] {
            return dynamic(record, arguments...);
        }
        rt_thread_status = RT_OK;
        if constexpr (std::is_void_v<R>) {
            raw(native, arguments...);
            if (rt_thread_status != RT_OK) [[unlikely]] {
                throw_last_error(rt_thread_status, record);
            }
        } else if constexpr (Give::counted) {
            std::size_t count = 0;
            const auto result = raw(native, arguments..., &count);
            throw_if(Give::failed(result), record);
            return Give::give(result, count);
        } else {
            const auto result = raw(native, arguments...);
            throw_if(Give::failed(result), record);
            return Give::give(result);
        }
    }

    static R unchecked(const rt_function *record, A... arguments) {
        const rt_native_entry native = __atomic_load_n(&record->native, __ATOMIC_ACQUIRE);
        if (native == nullptr) [[unlikely]] {
            return unchecked_dynamic(record, arguments...);
        }
        if constexpr ((... && noexcept(HostParameter<A>::natives(arguments)))) {
            return direct(native, arguments...);
        } else {
            return or_failure([&] { return direct(native, arguments...); });
        }
    }

  private:
    static void throw_if(bool suspicious, const rt_function *record) {
        if (suspicious) [[unlikely]] {
            if (rt_thread_status != RT_OK) {
                throw_last_error(rt_thread_status, record);
            }
        }
    }

    static R failure() {
        if constexpr (!std::is_void_v<R>) {
            return Give::give(Give::failure());
        }
    }

    // What `body` gives, or where this side of the call throws, the failure, with the exception as the thread's error.
    template <class Body> static R or_failure(Body body) {
        if constexpr (std::is_void_v<R>) {
            guarded(body);
        } else {
            R result = failure();
            guarded([&] { result = body(); });
            return result;
        }
    }

    static R direct(rt_native_entry native, A... arguments) {
        if constexpr (std::is_void_v<R>) {
            raw(native, arguments...);
        } else {
            return Give::give(raw(native, arguments...));
        }
    }

    template <class... Count> static typename Give::Native raw(rt_native_entry native, A... arguments, Count... count) {
        using Entry = typename EntryType<typename Give::Native, NativeTypes<>,
                                         decltype(HostParameter<A>::natives(arguments))..., std::tuple<Count...>>::type;
        if constexpr ((... && std::is_scalar_v<A>)) { // spares the optimiser the tuples
            return reinterpret_cast<Entry>(native)(arguments..., count...);
        } else {
            return std::apply(reinterpret_cast<Entry>(native),
                              std::tuple_cat(HostParameter<A>::natives(arguments)..., std::tuple<Count...>(count...)));
        }
    }

    static rt_status call(const rt_function *record, rt_value &out, A... arguments) {
        const std::array<rt_value, sizeof...(A)> values{HostParameter<A>::value(arguments)...};
        return rt_call(record, values.data(), values.size(), &out);
    }

    static R from(const rt_value &out) {
        if constexpr (!std::is_void_v<R>) {
            Value value(out);
            return Give::from(value);
        }
    }

    [[gnu::cold, gnu::noinline]] static R dynamic(const rt_function *record, A... arguments) {
        rt_value out{};
        check(call(record, out, arguments...));
        return from(out);
    }

    [[gnu::cold, gnu::noinline]] static R unchecked_dynamic(const rt_function *record, A... arguments) {
        return or_failure([&] {
            rt_value out{};
            return call(record, out, arguments...) == RT_OK ? from(out) : failure();
        });
    }
};

template <class R>
concept Unchecked = std::is_void_v<R> || (std::is_scalar_v<R> && !HostResult<R>::counted);

} // namespace detail

template <class Type> class Function;

// A function, bound when it is made: its plugin is loaded where needed, and its signature compared with the C++ type.
// Copies are as cheap as a pointer. What may stand in the type is listed in host.hpp.
template <class R, class... A> class Function<R(A...)> {
  public:
    // Throws RT_E_NOT_FOUND, RT_E_SIGNATURE or what loading the plugin gave.
    explicit Function(const char *name, std::int64_t flags = 0) {
        detail::check(rt_bind(name, signature(), flags, &record_));
    }
    explicit Function(const std::string &name, std::int64_t flags = 0) : Function(name.c_str(), flags) {}

    // Calls it; a failure is thrown as Error.
    R operator()(A... arguments) const { return detail::Invoke<R, A...>::checked(record_, arguments...); }

    // Calls it at the raw price: a failure is 0, NaN, false or null, and, as after any native call, the thread's status
    // (*rt_error_location()) for those who set it to 0 before. Throws nothing; not noexcept, so that the cancellation of a
    // thread inside unwinds it instead of ending the process.
    R unchecked(A... arguments) const
        requires detail::Unchecked<R>
    {
        return detail::Invoke<R, A...>::unchecked(record_, arguments...);
    }

    const rt_function *record() const noexcept { return record_; }
    // The signature that the C++ type stands for.
    static constexpr const char *signature() noexcept { return detail::SignatureText<R, A...>::value.data(); }

  private:
    const rt_function *record_ = nullptr;
};

template <class Type> class LazyFunction;

// The same, bound at the first call: an extern declaration that can stand at namespace scope without running code at
// start, `inline constinit rt::LazyFunction<double(double, double)> hypotenuse{"geo_hypotenuse"};`. Threads may race for
// the first call. `prepare` runs before binding, for instance to open a plugin.
template <class R, class... A> class LazyFunction<R(A...)> {
  public:
    constexpr explicit LazyFunction(const char *name, void (*prepare)() = nullptr) noexcept
        : name_(name), prepare_(prepare) {}
    LazyFunction(const LazyFunction &) = delete;
    LazyFunction &operator=(const LazyFunction &) = delete;

    R operator()(A... arguments) const {
        const rt_function *bound = record_.load(std::memory_order_acquire);
        if (bound == nullptr) [[unlikely]] {
            bound = bind();
        }
        return detail::Invoke<R, A...>::checked(bound, arguments...);
    }

    // Binds now, where that has not been done, and returns the record. Throws as Function's constructor does.
    const rt_function *bind() const {
        if (prepare_ != nullptr) {
            prepare_();
        }
        const rt_function *found = nullptr;
        detail::check(rt_bind(name_, Function<R(A...)>::signature(), 0, &found));
        record_.store(found, std::memory_order_release);
        return found;
    }
    const char *name() const noexcept { return name_; }

  private:
    mutable std::atomic<const rt_function *> record_{nullptr};
    const char *name_;
    void (*prepare_)();
};

} // namespace rt

#endif
