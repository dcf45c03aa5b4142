// SPDX-License-Identifier: Apache-2.0
// host_callable.hpp - C++ functions of the host as callables, for parameters that a signature declares as fn(...).
#ifndef RTFFI_DETAIL_HOST_CALLABLE_HPP
#define RTFFI_DETAIL_HOST_CALLABLE_HPP

#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "host_call.hpp"

namespace rt {

namespace detail {

// An array of handles that it gives away; rt_value_clear frees the memory.
inline rt_value handle_array(std::vector<Handle> handles) {
    auto *memory = static_cast<std::int64_t *>(std::malloc(handles.size() * sizeof(std::int64_t) + 1));
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    for (std::size_t i = 0; i < handles.size(); i++) {
        memory[i] = handles[i].release();
    }
    rt_value value = rt_handle_array(memory, handles.size());
    value.flags = RT_VALUE_OWNED;
    return value;
}

} // namespace detail

// Makes a callable of `body`, which gets the arguments as std::span<const rt_value>, borrowed until it returns, and returns
// nothing, a bool, a number, or an owning Handle or a std::vector of them, which it gives away. What it throws is the call's
// error.
// `signature` is like `fn(x: f64) -> f64`. The callable is refused on other threads than this one unless `flags` has
// RT_FUNCTION_ANY_THREAD; `body` may be destroyed on any thread.
template <class Body> Handle make_callable(const char *signature, Body body, std::uint64_t flags = 0) {
    auto context = std::make_unique<Body>(std::move(body));
    const rt_dynamic_entry entry = [](const rt_function *self, const rt_value *args, std::size_t count,
                                      rt_value *result) -> rt_status {
        *result = rt_none();
        return detail::guarded([&] {
            auto &call_body = *static_cast<Body *>(self->context);
            const std::span<const rt_value> arguments(args, count);
            if constexpr (std::is_void_v<decltype(call_body(arguments))>) {
                call_body(arguments);
            } else if constexpr (std::is_same_v<decltype(call_body(arguments)), Handle>) {
                *result = rt_handle(call_body(arguments).release());
            } else if constexpr (std::is_same_v<decltype(call_body(arguments)), std::vector<Handle>>) {
                *result = detail::handle_array(call_body(arguments));
            } else {
                const auto value = call_body(arguments);
                static_assert(std::is_arithmetic_v<decltype(value)>,
                              "rt::make_callable: the result may be nothing, a bool, a number, an rt::Handle or a "
                              "std::vector of them");
                *result = detail::to_value(value);
            }
        });
    };
    const std::int64_t handle =
        rt_callable(signature, entry, context.get(), [](void *opaque) { delete static_cast<Body *>(opaque); }, flags);
    if (handle == 0) {
        detail::throw_last_error(RT_E_MEMORY);
    }
    context.release();
    return Handle(handle);
}

} // namespace rt

#endif
