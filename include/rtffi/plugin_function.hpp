// SPDX-License-Identifier: Apache-2.0
// plugin_function.hpp - functions of other plugins, for plugins.
//
//     #include <rtffi/plugin_function.hpp>
//     static constinit rt::PluginFunction<double(std::span<const double>)> area{"geo_area"};
//     RT_PLUGIN("land", "1.0.0", "Land")
//     RT_PLUGIN_KEY("needs", "geometry >= 1.0") // so that it is there, and the first to be opened
//     double worth = area(coordinates) * 7;
//
// The types are those of an rt::Function (host.hpp). The function is bound at the first call, which compares its signature; a call
// then costs what a function pointer does. What it fails with goes on to the caller, unless it is caught.
#ifndef RTFFI_PLUGIN_FUNCTION_HPP
#define RTFFI_PLUGIN_FUNCTION_HPP

#if __cplusplus < 201709L // which gcc 10 calls C++20
#error "rtffi/plugin_function.hpp needs C++20: compile with -std=c++20"
#else

#include <atomic>

#include "detail/host_function.hpp"
#include "plugin.hpp"

namespace rt {

template <class Type> class PluginFunction;

template <class R, class... A> class PluginFunction<R(A...)> {
    using Give = detail::HostResult<R>;

  public:
    constexpr explicit PluginFunction(const char *name) noexcept : name_(name) {}
    PluginFunction(const PluginFunction &) = delete;
    PluginFunction &operator=(const PluginFunction &) = delete;

    // Any thread. A failure is thrown as an exception that tells the caller's caller the other function's own error.
    R operator()(A... arguments) const {
        const rt_native_entry native = __atomic_load_n(&bound()->native, __ATOMIC_ACQUIRE);
        if (native == nullptr) {
            throw Error(RT_E_UNAVAILABLE, std::string(name_) + " can be called dynamically only");
        }
        std::int32_t &status = *detail::host->error_location();
        status = RT_OK;
        if constexpr (std::is_void_v<R>) {
            call(native, arguments...);
            throw_if(status);
        } else if constexpr (Give::counted) {
            std::size_t count = 0;
            const auto result = call(native, arguments..., &count);
            throw_if(status);
            return Give::give(result, count);
        } else {
            const auto result = call(native, arguments...);
            throw_if(status);
            return Give::give(result);
        }
    }

  private:
    static void throw_if(rt_status status) {
        if (status != RT_OK) {
            throw detail::Reported{status};
        }
    }

    const rt_function *bound() const {
        const rt_function *record = record_.load(std::memory_order_acquire);
        if (record == nullptr) {
            throw_if(detail::host->bind(name_, detail::SignatureText<R, A...>::value.data(), 0, &record));
            record_.store(record, std::memory_order_release);
        }
        return record;
    }

    template <class... Count>
    static typename Give::Native call(rt_native_entry native, A... arguments, Count... count) {
        using Entry = typename detail::EntryType<typename Give::Native, detail::NativeTypes<>,
                                                 decltype(detail::HostParameter<A>::natives(arguments))...,
                                                 std::tuple<Count...>>::type;
        return std::apply(
            reinterpret_cast<Entry>(native),
            std::tuple_cat(detail::HostParameter<A>::natives(arguments)..., std::tuple<Count...>(count...)));
    }

    const char *name_;
    mutable std::atomic<const rt_function *> record_{nullptr};
};

} // namespace rt

#endif

#endif
