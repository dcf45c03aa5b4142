// guarded.hpp - what the SDK does around a function's body, for the entries and resolvers that are written by hand.
#pragma once

#include "tensor.hpp"

#include <rtffi/plugin.hpp>

namespace rt::libtorch {

// A resolver: under the guard, with its exceptions as the thread's error.
template <class Body> rt_status guarded(Body body) {
    try {
        const Call call;
        return body();
    } catch (abi::__forced_unwind &) {
        throw; // thread cancellation must not be stopped
    } catch (...) {
        return detail::report(nullptr);
    }
}

// A dynamic entry: the same, and without a result where it fails.
template <class Body> rt_status guarded(const char *signature, rt_value *result, Body body) {
    try {
        const Call call;
        body();
        return RT_OK;
    } catch (abi::__forced_unwind &) {
        throw;
    } catch (...) {
        *result = {RT_NONE, 0, 0, {0}};
        return detail::report(signature);
    }
}

} // namespace rt::libtorch
