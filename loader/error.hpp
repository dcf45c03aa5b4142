// error.hpp - the calling thread's last error, and the guard that every C entry stands behind.
#pragma once

#include <cxxabi.h>

#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include <rtffi/rtffi.h>

namespace rt::core {

// Sets the thread's error and returns `code`. Where memory is short the texts are dropped, the code is not.
rt_status fail(rt_status code, const char *cause, std::string_view message, std::string_view function = {},
               std::string_view plugin = {}) noexcept;

// RT_E_NOT_FOUND: whoever reads the message finds "did you mean X?" at its end, where a registered function has a
// name like `wanted`. Looking for one takes long, so that it waits until then.
void fail_with_suggestion(const char *cause, std::string_view message, std::string_view wanted) noexcept;

// How many errors this thread has had: whether what was called just now set one.
std::uint64_t error_number() noexcept;

// A status with its texts, to be handed from one thread's error to another's or kept.
struct Outcome {
    rt_status code = RT_OK;
    std::string cause;
    std::string message;

    explicit operator bool() const { return code == RT_OK; }
    rt_status raise() const { return code == RT_OK ? RT_OK : fail(code, cause.c_str(), message); }
};

// No file descriptor is left, which must not be taken for a file that is not there.
struct TooManyFiles : std::exception {
    const char *what() const noexcept override;
};

// Throws std::bad_alloc or TooManyFiles where errno's value `error` is of the process and not of a file.
void throw_if_exhausted(int error);

// The thread's last error as an Outcome; `code` where none was set, with `otherwise` as its message.
Outcome last_outcome(rt_status code, std::string_view otherwise);

// Called inside a catch block.
rt_status fail_with_current_exception(const char *where) noexcept;

// Runs `body`, which returns a status; no exception leaves but forced unwinding (thread cancellation).
template <class Body> rt_status guarded(const char *where, Body &&body) {
    try {
        return body();
    } catch (abi::__forced_unwind &) {
        throw;
    } catch (...) {
        return fail_with_current_exception(where);
    }
}

// The same for entries that return a value and `otherwise` on failure.
template <class Value, class Body> Value guarded_value(const char *where, Value otherwise, Body &&body) {
    try {
        return body();
    } catch (abi::__forced_unwind &) {
        throw;
    } catch (...) {
        fail_with_current_exception(where);
        return otherwise;
    }
}

} // namespace rt::core
