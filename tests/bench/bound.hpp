// bound.hpp - the registry's functions by name, for benchmarks: one that is not there ends the program with the reason.
#pragma once

#include <cstdio>
#include <cstdlib>

#include <rtffi/rtffi.h>

namespace bench {

inline const rt_function *bind(const char *name) {
    const rt_function *function = nullptr;
    if (rt_bind(name, nullptr, 0, &function) != RT_OK) {
        std::fprintf(stderr, "bench: %s\n", rt_dlerror());
        std::exit(1);
    }
    return function;
}

// The native entry; F is its C type.
template <class F> F native(const char *name) { return reinterpret_cast<F>(bind(name)->native); }

} // namespace bench
