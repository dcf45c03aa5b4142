// SPDX-License-Identifier: Apache-2.0
// sdk_entry.hpp - the native and the dynamic entry of a function, generated from its one body.
#ifndef RTFFI_DETAIL_SDK_ENTRY_HPP
#define RTFFI_DETAIL_SDK_ENTRY_HPP

#include <cxxabi.h>

#include "sdk_handle_arguments.hpp"
#include "sdk_results.hpp"

namespace rt {

// What a failure looks like to the host.
struct Failure {
    rt_status code = RT_E_CALLEE;
    const char *cause = nullptr;
    std::string message;
};

struct PluginOptions {
    void (*on_load)() = nullptr;   // inside init, after registration; may throw, and then nothing is registered
    void (*on_unload)() = nullptr; // when the plugin is retired; calls already inside may still run
    // Turns an exception of the wrapped library's into a Failure. Called inside a catch block: rethrow with `throw;`
    // and catch your own types; what escapes is treated as usual.
    Failure (*translate)() = nullptr;
};

namespace detail {

inline Failure (*translate)() = nullptr;

inline Failure failure_of_current_exception() {
    try {
        if (translate != nullptr) {
            return translate();
        }
        throw;
    } catch (const Error &error) {
        return {error.code(), error.cause(), error.what()};
    } catch (const std::bad_alloc &) {
        return {RT_E_MEMORY, nullptr, "memory is exhausted"};
    } catch (const std::exception &error) {
        return {RT_E_CALLEE, nullptr, error.what()};
    } catch (...) {
        return {RT_E_CALLEE, nullptr, "it threw an exception that is not a std::exception"};
    }
}

// Called inside a catch block: sets the thread's error from the exception and returns its status.
inline rt_status report(const char *signature) {
    try {
        throw;
    } catch (const Reported &reported) {
        return reported.status;
    } catch (...) {
        try {
            const Failure failure = failure_of_current_exception();
            return host->fail(signature, failure.code, failure.cause, failure.message.c_str());
        } catch (...) {
            return host->fail(signature, RT_E_MEMORY, nullptr, "memory is exhausted");
        }
    }
}

template <class Result, class... Lists> struct Concatenate;
template <class... A> struct Concatenate<List<A...>> {
    using type = List<A...>;
};
template <class... A, class... B, class... Rest> struct Concatenate<List<A...>, List<B...>, Rest...> {
    using type = typename Concatenate<List<A..., B...>, Rest...>::type;
};

template <class L> struct Length;
template <class... A> struct Length<List<A...>> {
    static constexpr std::size_t value = sizeof...(A);
};

// Where the native values of parameter `index` begin.
template <class... P> constexpr std::size_t native_offset(std::size_t index) {
    const std::size_t lengths[] = {Length<typename Argument<P>::Native>::value..., 0};
    std::size_t offset = 0;
    for (std::size_t i = 0; i < index; i++) {
        offset += lengths[i];
    }
    return offset;
}

// Both entries of `Body`, whose registered text is `Text`; each call runs under a `Guard`.
template <const char *Text, auto Body, class Guard, class Pointer> struct Entries;

template <const char *Text, auto Body, class Guard, class R, class... P>
struct Entries<Text, Body, Guard, R (*)(P...)> {
    using Give = Result<R>;
    static constexpr bool has_native = Give::has_native && (... && Argument<P>::has_native);

    template <class Q, std::size_t Index, class Raw, std::size_t... I>
    static Argument<Q> read(const Raw &raw, std::index_sequence<I...>) {
        constexpr std::size_t begin = native_offset<P...>(Index);
        return Argument<Q>(Place<Text, Index>{}, std::get<begin + I>(raw)...);
    }

    // Argument<P> temporaries live to the end of the full expression, and with them their pins.
    template <class Raw, std::size_t... I> static R invoke(const Raw &raw, std::index_sequence<I...>) {
        return Body(read<P, I>(raw, std::make_index_sequence<Length<typename Argument<P>::Native>::value>{}).get()...);
    }

    template <class Natives> struct Native;
    template <class... N> struct Native<List<N...>> {
        static typename Give::Native plain(N... values) {
            try {
                [[maybe_unused]] const Guard guard;
                const std::tuple<N...> raw(values...);
                if constexpr (std::is_void_v<R>) {
                    invoke(raw, std::index_sequence_for<P...>{});
                } else {
                    Held<R> result{invoke(raw, std::index_sequence_for<P...>{})};
                    return Give::native(std::move(result.value));
                }
            } catch (abi::__forced_unwind &) {
                throw; // thread cancellation must not be stopped
            } catch (...) {
                report(Text);
                if constexpr (!std::is_void_v<R>) {
                    return Give::failure();
                }
            }
        }

        static typename Give::Native counted(N... values, std::size_t *count) {
            std::size_t unused = 0;
            std::size_t &out = count != nullptr ? *count : unused;
            out = 0;
            try {
                [[maybe_unused]] const Guard guard;
                const std::tuple<N...> raw(values...);
                Held<R> result{invoke(raw, std::index_sequence_for<P...>{})};
                return Give::native(std::move(result.value), out);
            } catch (abi::__forced_unwind &) {
                throw;
            } catch (...) {
                report(Text);
                out = 0;
                return Give::failure();
            }
        }
    };

    template <std::size_t... I> static R invoke_dynamic(const rt_value *args, std::index_sequence<I...>) {
        return Body(Argument<P>(Place<Text, I>{}, args[I]).get()...);
    }

    static rt_status dynamic(const rt_function *self, const rt_value *args, std::size_t count, rt_value *result) {
        if (count != sizeof...(P)) [[unlikely]] {
            *result = {RT_NONE, 0, 0, {0}};
            return host->complete(self, args, count, result);
        }
        try {
            [[maybe_unused]] const Guard guard;
            if constexpr (std::is_void_v<R>) {
                invoke_dynamic(args, std::index_sequence_for<P...>{});
                *result = {RT_NONE, 0, 0, {0}};
            } else {
                Held<R> value{invoke_dynamic(args, std::index_sequence_for<P...>{})};
                Give::dynamic(*result, std::move(value.value));
            }
            return RT_OK;
        } catch (abi::__forced_unwind &) {
            throw;
        } catch (...) {
            *result = {RT_NONE, 0, 0, {0}};
            return report(Text);
        }
    }

    static rt_native_entry native() {
        using Natives = typename Concatenate<List<>, typename Argument<P>::Native...>::type;
        if constexpr (!has_native) {
            return nullptr;
        } else if constexpr (Give::counted) {
            return reinterpret_cast<rt_native_entry>(&Native<Natives>::counted);
        } else {
            return reinterpret_cast<rt_native_entry>(&Native<Natives>::plain);
        }
    }
};

// Whether a function's C++ type agrees with a signature.
template <class Pointer> struct CheckBody;
template <class R, class... P> struct CheckBody<R (*const)(P...)> {
    static constexpr bool count(std::string_view text) {
        const Signature s = parse_signature(text);
        return s.count == sizeof...(P) && !s.variadic;
    }
    static constexpr bool parameters(std::string_view text) {
        const Signature s = parse_signature(text);
        std::size_t i = 0;
        return s.count != sizeof...(P) || (... && Argument<P>::matches(s.parameters[i++].type));
    }
    static constexpr bool result(std::string_view text) { return Result<R>::matches(parse_signature(text).result); }
};
template <class R, class... P> struct CheckBody<R (*const)(P...) noexcept> : CheckBody<R (*const)(P...)> {};

template <class Pointer> struct WithoutNoexcept;
template <class R, class... P> struct WithoutNoexcept<R (*)(P...)> {
    using type = R (*)(P...);
};
template <class R, class... P> struct WithoutNoexcept<R (*)(P...) noexcept> {
    using type = R (*)(P...);
};

template <const char *Text, auto Body, class Guard>
rt_function_desc describe(const char *doc, const char *group, std::uint64_t flags) {
    using Both = Entries<Text, Body, Guard, typename WithoutNoexcept<decltype(Body)>::type>;
    return {sizeof(rt_function_desc), Text,    doc,   group,   Both::native(),
            &Both::dynamic,           nullptr, flags, nullptr, nullptr};
}

// Where a plugin that stayed in memory is opened again, calls from before its close may still read these: then nothing is written.
template <class T> void set_if_other(T &known, T value) {
    if (known != value) {
        known = value;
    }
}

inline rt_status initialise(const rt_host *host_table, rt_plugin *self, const PluginOptions &options) {
    set_if_other(host, host_table);
    set_if_other(plugin, self);
    set_if_other(translate, options.translate);
    const rt_status status = rt_register_records(host_table, self);
    if (status != RT_OK || options.on_load == nullptr) {
        return status;
    }
    try {
        options.on_load();
        return RT_OK;
    } catch (abi::__forced_unwind &) {
        throw;
    } catch (...) {
        return report(nullptr);
    }
}

inline void shut_down(const PluginOptions &options) {
    if (options.on_unload != nullptr) {
        try {
            options.on_unload();
        } catch (abi::__forced_unwind &) {
            throw;
        } catch (...) {
            report(nullptr);
        }
    }
}

} // namespace detail
} // namespace rt

#endif
