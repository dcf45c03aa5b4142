// SPDX-License-Identifier: Apache-2.0
// plugin.hpp - the plugin author's C++ SDK.
//
//     #include <rtffi/plugin.hpp>
//     static double hypotenuse(double a, double b) { return std::sqrt(a * a + b * b); }
//     RT_PLUGIN("geometry", "1.0.0", "Plane geometry")
//     RT_FUNCTION(hypotenuse, "geo_hypotenuse(a: f64, b: f64) -> f64", "Length of the hypotenuse.")
//
// The signature is checked against the C++ type when this compiles, and both entries (native and dynamic) are made from
// the one body. What stands for what:
//
//     signature      C++ parameter                         C++ result
//     bool i32 i64 f64   bool int32_t int64_t double       the same
//     text           std::string_view                      std::string
//     bytes          std::span<const std::byte>            std::vector<std::byte>
//     [i64] [f64]    std::span<const int64_t>, <double>    std::vector<int64_t>, <double>
//     [bool]         std::span<const bool>                 -
//     mut [i64] ...  std::span<int64_t>, <double>, <std::byte> for mut bytes
//     ptr            void *                                void *
//     Class          const T & or T & (see below)          T
//     Class?         const T * or T *, null for none       std::optional<T>
//     [Class]        const rt::Objects<T> &                std::vector<T>
//     [Class?]       const rt::OptionalObjects<T> &        std::vector<std::optional<T>>
//     T?             std::optional<T>                      std::optional<T>          dynamic calls only
//     any [any]      const rt_value &, std::span<const rt_value>                     dynamic calls only
//     (T, U)         -                                     std::tuple<T, U>          dynamic calls only
//     fn(...)        rt::Callable                          -
//
// Declare a class at global scope, with RT_DECLARE_CLASS, before the functions that take it. One of up to 8 bytes that may be copied
// byte by byte lies in its handle and is taken by const reference only; for `T &` write, before RT_DECLARE_CLASS,
// `template <> inline constexpr bool rt::stored_inline<T> = false;`. One body may run on several threads at once, also with
// the same object: what it changes is its own to guard.
//
// RT_UNMAPPABLE (plugin.h), beside RT_PLUGIN, lets a host take the plugin's code out of the process again.
//
// A body reports a failure by throwing: rt::Error for a status of its choice, anything else becomes RT_E_CALLEE with
// the exception's text (std::bad_alloc: RT_E_MEMORY).
#ifndef RTFFI_PLUGIN_HPP
#define RTFFI_PLUGIN_HPP

#if __cplusplus < 201709L // which gcc 10 calls C++20
#error "rtffi/plugin.hpp needs C++20: compile with -std=c++20"
#else

#include "detail/sdk_arguments.hpp"
#include "detail/sdk_entry.hpp"
#include "detail/sdk_handle_arguments.hpp"
#include "detail/sdk_results.hpp"
#include "detail/signature.hpp"
#include "plugin.h"

// The plugin itself, once. Optional designated initialisers of rt::PluginOptions may follow:
// RT_PLUGIN("torch", "0.1.0", "LibTorch", .on_load = prepare, .on_unload = finish)
#define RT_PLUGIN(name, version, doc, ...)                                                                             \
    static constexpr rt::PluginOptions rt_plugin_options{__VA_ARGS__};                                                 \
    static rt_status rt_plugin_init(const rt_host *host, rt_plugin *plugin) {                                          \
        return rt::detail::initialise(host, plugin, rt_plugin_options);                                                \
    }                                                                                                                  \
    static void rt_plugin_shutdown(const rt_host *) { rt::detail::shut_down(rt_plugin_options); }                      \
    extern "C" const rt_plugin_descriptor rt_plugin_entry = {sizeof(rt_plugin_descriptor), RT_ABI_VERSION,             \
                                                             rt_plugin_init, rt_plugin_shutdown};                      \
    RT_NOTE(RT_NOTE_PLUGIN, "name=" name "\0version=" version "\0doc=" doc "\0abi=" RT_TEXT_OF(RT_ABI_VERSION))

// One function. `function` is a function, or a captureless lambda with a + before it.
#define RT_FUNCTION(function, sig, doc) RT_FUNCTION_FLAGS(function, sig, doc, 0)

// The same with flags, RT_FUNCTION_BLOCKS and the like.
#define RT_FUNCTION_FLAGS(function, sig, doc, flags) RT_FUNCTION_NUMBERED(function, sig, doc, flags, __COUNTER__)
#define RT_FUNCTION_NUMBERED(function, sig, doc, flags, n) RT_FUNCTION_EMIT(function, sig, doc, flags, n)
#define RT_FUNCTION_EMIT(function, sig, doc, flags, n)                                                                 \
    static constexpr auto rt_body_##n = function;                                                                      \
    static_assert(rt::parse_signature(sig).error == nullptr,                                                           \
                  "RT_FUNCTION(" #function "): the signature does not parse: " sig);                                   \
    static_assert(rt::detail::CheckBody<decltype(rt_body_##n)>::count(sig),                                            \
                  "RT_FUNCTION(" #function "): the C++ function has another number of parameters than: " sig);         \
    static_assert(rt::detail::CheckBody<decltype(rt_body_##n)>::parameters(sig),                                       \
                  "RT_FUNCTION(" #function "): a C++ parameter's type does not agree with: " sig);                     \
    static_assert(rt::detail::CheckBody<decltype(rt_body_##n)>::result(sig),                                           \
                  "RT_FUNCTION(" #function "): the C++ result's type does not agree with: " sig);                      \
    static constexpr char rt_signature_##n[] = sig;                                                                    \
    static const rt_function_desc rt_desc_##n =                                                                        \
        rt::detail::describe<rt_signature_##n, rt_body_##n, RT_CALL_GUARD>(doc, RT_GROUP, flags);                      \
    static const rt_record rt_function_##n = {RT_RECORD_FUNCTION, &rt_desc_##n, nullptr};                              \
    RT_RECORD(rt_function_##n)                                                                                         \
    RT_NOTE(RT_NOTE_FUNCTION, "sig=" sig "\0doc=" doc "\0group=" RT_GROUP "\0flags=" #flags)

// A class whose object lives for the length of each call of the functions that follow, made before the arguments are
// read, and for the length of each release of an object of the classes that follow. Its constructor may throw: then
// the call fails with that error, and the object is left alone. Redefine it before you include this file.
#ifndef RT_CALL_GUARD
#define RT_CALL_GUARD rt::NoGuard
#endif

// Tells the SDK that handles of class `class_name` hold a T. In a header, before the first use of T.
#define RT_DECLARE_CLASS(T, class_name)                                                                                \
    template <> struct rt::ClassOf<T> {                                                                                \
        static constexpr const char *name = class_name;                                                                \
        static inline const rt_class *record = nullptr;                                                                \
    };

// Registers the class; once, in a source file.
#define RT_CLASS(T, class_name, doc) RT_CLASS_NUMBERED(T, class_name, doc, __COUNTER__)
#define RT_CLASS_NUMBERED(T, class_name, doc, n) RT_CLASS_EMIT(T, class_name, doc, n)
#define RT_CLASS_EMIT(T, class_name, doc, n)                                                                           \
    static_assert(rt::detail::same_text(rt::ClassOf<T>::name, class_name), "RT_CLASS: declared with another name");    \
    static const rt_class_desc rt_class_desc_##n = {sizeof(rt_class_desc), class_name, doc,                            \
                                                    rt::detail::guarded_release<T, RT_CALL_GUARD>};                    \
    static const rt_record rt_class_##n = {RT_RECORD_CLASS, &rt_class_desc_##n, &rt::ClassOf<T>::record};              \
    RT_RECORD(rt_class_##n)                                                                                            \
    RT_NOTE(RT_NOTE_CLASS, "name=" class_name "\0doc=" doc)

#endif

#endif
