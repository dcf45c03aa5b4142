// SPDX-License-Identifier: Apache-2.0
// host_errors.hpp - errors by what sort of mistake it was, so that a program can catch one sort.
//
// A failed call throws the class that belongs to the error's cause or status, and rt::Error for all others. Plugins give causes; these are
// the ones that LibTorch has exceptions of its own for, and any plugin may use them.
#ifndef RTFFI_DETAIL_HOST_ERRORS_HPP
#define RTFFI_DETAIL_HOST_ERRORS_HPP

#include <string_view>

#include "error.hpp"

namespace rt {

// Nothing is at that index, or there is no such dimension; cause "index".
struct IndexError : Error {
    explicit IndexError(const Error &error) : Error(error) {}
    explicit IndexError(std::string message) : Error(RT_E_ARGUMENT, std::move(message), "index") {}
};
// An argument has a type or a dtype that is not taken; cause "type", or status RT_E_TYPE, which is what the registry itself says.
struct TypeError : Error {
    explicit TypeError(const Error &error) : Error(error) {}
};
// An argument has the right type and a value that is not taken; cause "value".
struct ValueError : Error {
    explicit ValueError(const Error &error) : Error(error) {}
    explicit ValueError(std::string message) : Error(RT_E_ARGUMENT, std::move(message), "value") {}
};
// There is no such operation for these devices, layouts or dtypes; cause "not_implemented".
struct NotImplementedError : Error {
    explicit NotImplementedError(const Error &error) : Error(error) {}
};
// Linear algebra without a solution, such as the inverse of a singular matrix; cause "linalg".
struct LinAlgError : Error {
    explicit LinAlgError(const Error &error) : Error(error) {}
};
// Memory is exhausted, a device's or the machine's; cause "out_of_memory", or status RT_E_MEMORY.
struct OutOfMemoryError : Error {
    explicit OutOfMemoryError(const Error &error) : Error(error) {}
};

namespace detail {

struct ErrorKind {
    std::string_view cause;
    rt_status status; // which says the same, or RT_OK
    void (*raise)(const Error &error);
};

template <class Kind> [[noreturn]] void raise(const Error &error) { throw Kind(error); }

inline constexpr ErrorKind error_kinds[] = {
    {"index", RT_OK, raise<IndexError>},   {"type", RT_E_TYPE, raise<TypeError>},
    {"value", RT_OK, raise<ValueError>},   {"not_implemented", RT_OK, raise<NotImplementedError>},
    {"linalg", RT_OK, raise<LinAlgError>}, {"out_of_memory", RT_E_MEMORY, raise<OutOfMemoryError>},
};

[[noreturn, gnu::cold, gnu::noinline]] inline void throw_by_cause(const Error &error) {
    for (const ErrorKind &kind : error_kinds) {
        if (kind.cause == error.cause() || (kind.status != RT_OK && kind.status == error.code())) {
            kind.raise(error);
        }
    }
    raise<Error>(error);
}

} // namespace detail

} // namespace rt

#endif
