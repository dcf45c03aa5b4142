// owned.hpp - the argument of a function that frees a handle. The stub uses it, too. In this plugin include it after tensor.hpp.
#pragma once

#include <rtffi/plugin.hpp>

namespace rt::libtorch {

// A handle that is a live one of T's class, or 0, with the number itself: `T?` in the signature.
template <class T> struct Owned {
    std::int64_t handle;

    // Takes one owner away. The object outlives the call, whose pin it has.
    void free() const {
        const rt_status status = detail::host->handle_free(handle);
        if (status != RT_OK) {
            throw detail::Reported{status};
        }
    }
};

} // namespace rt::libtorch

template <class T> struct rt::Argument<rt::libtorch::Owned<T>> : rt::Argument<const T *> {
    Argument(auto place, std::int64_t number) : Argument<const T *>(place, number), handle(number) {}
    Argument(auto place, const rt_value &value) : Argument(place, place.handle(value)) {}
    libtorch::Owned<T> get() const { return {handle}; }
    std::int64_t handle;
};
