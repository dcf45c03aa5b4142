// SPDX-License-Identifier: Apache-2.0
// host.hpp - the host's C++ API, a wrapper over rtffi.h.
//
//     #include <rtffi/host.hpp>
//     rt::Function<double(double, double)> hypotenuse("geo_hypotenuse"); // loads the plugin, checks the signature
//     double c = hypotenuse(3, 4);                                       // then costs what a function pointer does
//     double d = rt::call<double>("geo_hypotenuse", 3, rt::arg("b") = 4); // by name, with keywords and defaults
//
// What may stand in the type of an rt::Function:
//
//     C++ type                                    signature        parameter   result
//     bool, int32_t, int64_t, double, void *      bool i32 i64 f64 ptr   yes   yes
//     int64_t                                     any handle class    yes      yes; the handle is the caller's to free
//     const char *                                text                yes      borrowed
//     const std::string &                         text                yes      -
//     std::string_view                            text                -        borrowed
//     std::string                                 text                -        owned
//     std::span<const T>, T = int64_t double bool std::byte
//                                                 [i64] [f64] [bool] bytes   yes   borrowed
//     std::span<T>                                mut [T], mut bytes  yes      -
//     std::vector<T>                              [T], bytes          -        owned
//
// [i64] stands for an array of any handle class too. A borrowed result dies when the second such call after it begins, on
// the same thread; what it borrows from is never freed by the caller. What has no native form ([text], any, T?, tuples)
// goes through rt::call, whose result, an rt::Value, owns its memory and its handles.
//
// Errors are thrown as rt::Error, or as the class of detail/host_errors.hpp that their cause has. Everything may be used from any thread; an object of these classes by one at a time.
#ifndef RTFFI_HOST_HPP
#define RTFFI_HOST_HPP

#if __cplusplus < 201709L // which gcc 10 calls C++20
#error "rtffi/host.hpp needs C++20: compile with -std=c++20"
#else

#include "detail/error.hpp"
#include "detail/host_call.hpp"
#include "detail/host_callable.hpp"
#include "detail/host_errors.hpp"
#include "detail/host_function.hpp"
#include "detail/host_handle.hpp"
#include "detail/host_registry.hpp"
#include "detail/host_value.hpp"
#include "rtffi.h"

#endif

#endif
