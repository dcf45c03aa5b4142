// SPDX-License-Identifier: Apache-2.0
// host_handle.hpp - errors of the C API as exceptions, owning handles, scopes.
#ifndef RTFFI_DETAIL_HOST_HANDLE_HPP
#define RTFFI_DETAIL_HOST_HANDLE_HPP

#include <cstdint>
#include <utility>

#include <cxxabi.h>

#include "../rtffi.h"
#include "host_errors.hpp"

namespace rt {

namespace detail {

// Throws the calling thread's last error, as the class that its cause has; `status` is what the failed call gave, `function` whose call it was. The native
// entry of a plugin that has gone does not know its name, so that it is put in here.
[[noreturn, gnu::cold, gnu::noinline]] inline void throw_last_error(rt_status status,
                                                                    const rt_function *function = nullptr) {
    rt_error error{};
    error.struct_size = sizeof error;
    const rt_status code = rt_last_error(&error);
    if (code == RT_OK) { // nothing was recorded, as when memory is exhausted
        throw_by_cause(Error(status, rt_status_name(status)));
    }
    if (function != nullptr && error.function[0] == '\0') {
        throw_by_cause(
            Error(code, std::string(function->name) + ": " + error.message, error.cause, function->name, error.plugin));
    }
    throw_by_cause(Error(code, error.message, error.cause, error.function, error.plugin));
}

inline void check(rt_status status) {
    if (status != RT_OK) [[unlikely]] {
        throw_last_error(status);
    }
}

// Runs `body` behind a C border: its exceptions become the thread's error. Thread cancellation passes.
template <class Body> rt_status guarded(Body body) {
    try {
        body();
        return RT_OK;
    } catch (const Error &error) {
        return rt_fail(error.code(), error.cause(), error.what());
    } catch (const std::bad_alloc &) {
        return rt_fail(RT_E_MEMORY, nullptr, "memory is exhausted");
    } catch (const std::exception &error) {
        return rt_fail(RT_E_CALLEE, nullptr, error.what());
    } catch (abi::__forced_unwind &) {
        throw;
    } catch (...) {
        return rt_fail(RT_E_CALLEE, nullptr, "it threw an exception that is not a std::exception");
    }
}

} // namespace detail

// Owns a handle: frees it when it goes. Move-only; `clone` adds an owner of the same object.
class Handle {
  public:
    constexpr Handle() noexcept = default;
    // Takes over a handle that is the caller's to free.
    constexpr explicit Handle(std::int64_t handle) noexcept : handle_(handle) {}
    constexpr Handle(Handle &&other) noexcept : handle_(std::exchange(other.handle_, 0)) {}
    Handle &operator=(Handle &&other) noexcept {
        Handle taken(std::move(other)); // so that `other` is empty afterwards, and what was here is freed
        std::swap(handle_, taken.handle_);
        return *this;
    }
    ~Handle() { reset(); }

    constexpr std::int64_t get() const noexcept { return handle_; }
    constexpr explicit operator bool() const noexcept { return handle_ != 0; }

    // One more owner of a handle that somebody else owns. Throws where it was freed.
    static Handle share(std::int64_t handle) {
        const std::int64_t same = rt_handle_clone(handle);
        if (same == 0 && handle != 0) [[unlikely]] {
            detail::throw_last_error(RT_E_HANDLE);
        }
        return Handle(same);
    }
    Handle clone() const { return share(handle_); }
    // Gives the handle up: it is the caller's to free.
    [[nodiscard]] constexpr std::int64_t release() noexcept { return std::exchange(handle_, 0); }
    void reset() noexcept {
        if (handle_ != 0) {
            rt_handle_free(std::exchange(handle_, 0));
        }
    }
    // The name of its class, "" for none. Lives for ever.
    const char *class_name() const noexcept {
        const char *name = handle_ != 0 ? rt_handle_class(handle_) : nullptr;
        return name != nullptr ? name : "";
    }

  private:
    std::int64_t handle_ = 0;
};

// Frees every handle this thread makes while it lives, but for those kept. For code that works with plain int64_t
// handles; owners such as Handle and torch::Tensor free their own.
class Scope {
  public:
    Scope() : token_(rt_scope_begin()) {
        if (token_ == 0) {
            detail::throw_last_error(RT_E_MEMORY);
        }
    }
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;
    ~Scope() { rt_scope_end(token_); }

    // The handle passes to the enclosing scope, or to the caller where there is none.
    std::int64_t keep(std::int64_t handle) const {
        detail::check(rt_scope_keep(handle));
        return handle;
    }

  private:
    std::int64_t token_;
};

} // namespace rt

#endif
