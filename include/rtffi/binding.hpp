// SPDX-License-Identifier: Apache-2.0
// binding.hpp - what the files that `rtffi bind --lang cpp` makes are made of: objects, arguments and functions that convert
// between them and the types of host.hpp.
#ifndef RTFFI_BINDING_HPP
#define RTFFI_BINDING_HPP

#if __cplusplus < 201709L // which gcc 10 calls C++20
#error "rtffi/binding.hpp needs C++20: compile with -std=c++20"
#else

#include <concepts>
#include <initializer_list>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "detail/binding_types.hpp"
#include "host.hpp"

namespace rt::binding {

// A function of a plugin that a native call reaches, as R(A...): objects are those of generated classes, texts std::string,
// arrays Array. Bound at the first call, as an rt::LazyFunction is. Throws what the call reports.
template <class Type> class Function;
template <class R, class... A> class Function<R(A...)> {
  public:
    constexpr explicit Function(const char *name) noexcept : function_(name) {}
    R operator()(const A &...arguments) const {
        if constexpr (std::is_void_v<R>) {
            function_(detail::NativeArgument<A>{arguments}.get()...);
        } else {
            return detail::NativeResult<R>::give(function_(detail::NativeArgument<A>{arguments}.get()...));
        }
    }

  private:
    LazyFunction<typename detail::NativeResult<R>::Native(typename detail::NativeArgument<A>::Native...)> function_;
};

// The same of a function that can only be called dynamically. It is bound with the whole signature.
template <class Type> class DynamicFunction;
template <class R, class... A> class DynamicFunction<R(A...)> {
  public:
    constexpr DynamicFunction(const char *name, const char *signature) noexcept : name_(name), signature_(signature) {}
    R operator()(const A &...arguments) const {
        const std::tuple<detail::DynamicArgument<A>...> kept(arguments...);
        return std::apply(
            [this](const auto &...argument) {
                const std::array<rt_value, sizeof...(A)> values{argument.get()...};
                rt_value raw{};
                rt::detail::check(rt_call(record(), values.data(), values.size(), &raw));
                Value result(raw);
                return detail::dynamic_result<R>(result);
            },
            kept);
    }

  private:
    const rt_function *record() const {
        const rt_function *found = record_.load(std::memory_order_acquire);
        if (found == nullptr) {
            rt::detail::check(rt_bind(name_, signature_, 0, &found));
            record_.store(found, std::memory_order_release);
        }
        return found;
    }

    mutable std::atomic<const rt_function *> record_{nullptr};
    const char *name_;
    const char *signature_;
};

} // namespace rt::binding

#endif

#endif
