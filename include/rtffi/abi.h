/* SPDX-License-Identifier: Apache-2.0 */
/* abi.h - what a host and a plugin share: status codes, values, function records.
 *
 * Everything in this file is binary interface. rt_value and rt_function are frozen; a struct that begins with
 * struct_size grows at its end only, and whoever fills it in writes sizeof the struct as they know it.
 *
 * Rationale: rt_value has plain fields and no packed bits so that any foreign-function interface can build one;
 * 24 bytes cost no more than 16 in a call. A function is a record and not an address, because a record can outlive
 * the plugin that filled it in: when the plugin goes, both entries become stubs that report an error.
 */
#ifndef RTFFI_ABI_H
#define RTFFI_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this binary interface. A plugin made for a newer one is refused, an older one is accepted. */
#define RT_ABI_VERSION 1

/* Status of a call. Frozen; new codes are added at the end. */
typedef int32_t rt_status;
enum {
    RT_OK = 0,
    RT_E_ARGUMENT = 1,    /* a value is out of range, or the number of arguments is wrong */
    RT_E_TYPE = 2,        /* an argument has another type than the signature says */
    RT_E_HANDLE = 3,      /* a handle is unknown, freed, or of another class */
    RT_E_NOT_FOUND = 4,   /* no plugin, function or symbol of that name */
    RT_E_SIGNATURE = 5,   /* a signature does not parse, or does not agree with the registered one */
    RT_E_UNAVAILABLE = 6, /* it exists but cannot be used here and now: no such device, plugin retired, wrong thread */
    RT_E_LOAD = 7,        /* a library could not be loaded */
    RT_E_UNTRUSTED = 8,   /* a file breaks a trust rule */
    RT_E_BUSY = 9,        /* it is in use: live handles, a load that does not end, a cycle of loads */
    RT_E_MEMORY = 10,     /* memory is exhausted */
    RT_E_CALLEE = 11      /* the function itself failed; the message is its own */
};

/* Type tags of an rt_value. Frozen; new tags are added at the end. */
enum {
    RT_NONE = 0,
    RT_BOOL = 1,          /* payload.integer is 0 or 1 */
    RT_INTEGER = 2,       /* payload.integer */
    RT_DOUBLE = 3,        /* payload.number */
    RT_HANDLE = 4,        /* payload.integer, a handle or 0 */
    RT_POINTER = 5,       /* payload.pointer */
    RT_TEXT = 6,          /* payload.pointer to UTF-8, size in bytes; a NUL follows it */
    RT_BYTES = 7,         /* payload.pointer, size in bytes */
    RT_I64_ARRAY = 8,     /* payload.pointer to int64_t, size in elements */
    RT_F64_ARRAY = 9,     /* payload.pointer to double, size in elements */
    RT_BOOL_ARRAY = 10,   /* payload.pointer to bool (one byte each), size in elements */
    RT_HANDLE_ARRAY = 11, /* payload.pointer to int64_t handles, size in elements; of a [Class?], 0 is none */
    RT_VALUES = 12        /* payload.pointer to rt_value, size in elements: [any], [text], [T?], a tuple */
};

/* Flags of an rt_value. */
enum {
    RT_VALUE_OWNED = 1,  /* the memory behind payload.pointer belongs to the value: rt_value_clear frees it */
    RT_VALUE_MUTABLE = 2 /* the callee may write to the memory behind payload.pointer; `mut` parameters demand it */
};

/* One argument or result of a dynamic call. */
typedef struct rt_value {
    uint32_t type;
    uint32_t flags;
    uint64_t size;
    union {
        int64_t integer;
        double number;
        const void *pointer;
    } payload;
} rt_value;

typedef struct rt_function rt_function;

/* The address of a native entry; cast it to the C type that the signature stands for:
 *
 *     signature          C parameter                       C result              result of a failure
 *     bool i32 i64 f64   bool int32_t int64_t double       the same              false 0 0 NaN
 *     text               const char *, UTF-8, ends by NUL  const char *          null
 *     bytes              const void *, size_t              const void *, *count  null, *count 0
 *     [i64] [f64] [bool] const T *, size_t (of elements)   const T *, *count     null, *count 0
 *     [Class]            const int64_t *, size_t           const int64_t *, *count: each handle is one to free
 *     mut [T], mut bytes T *, size_t: filled by the callee  -
 *     ptr                void *                            void *                null
 *     [Class?]           the same, with 0 for none          the same
 *     Class, Class?      int64_t handle; 0 for none        int64_t, one to free  0
 *     text?              const char *, null for none       const char *
 *     fn(...)            int64_t handle of a callable
 *     all other types    none: the function can be called dynamically only
 *
 * `*count` is one more parameter, last: size_t *. Set it to 0 before the call. A function without a result returns nothing.
 *
 * Failures: a native call sets the thread's status (rt_error_location). Where the result could be that of a failure, or there is
 * none, set the status to 0 before and read it after.
 *
 * Text and array results are borrowed: each thread has two places for them at each depth of callbacks, used in turn. So a
 * result may be an argument of the next call, and is gone when the second such call after it begins. */
typedef void (*rt_native_entry)(void);

/* The dynamic entry of a function. Checks the number and tags of its arguments, fills *result (which it may overwrite
 * without looking) and returns a status; on failure *result is RT_NONE and the thread's last error is set. */
typedef rt_status (*rt_dynamic_entry)(const rt_function *self, const rt_value *args, size_t count, rt_value *result);

/* A function record. Records live for ever and are never freed or moved. `native` and `dynamic` change when a plugin
 * goes or comes back, so read them atomically, as rt_call does. `native` is null for what can only be called
 * dynamically: providers' functions, callables, signatures with a type that has no native form. */
struct rt_function {
    rt_native_entry native;
    rt_dynamic_entry dynamic;
    void *context;         /* the registrant's own */
    const char *name;      /* never null */
    const char *signature; /* the registered text, never null */
};

/* Flags of a function. */
enum {
    RT_FUNCTION_BLOCKS = 1,     /* may wait for a long time: release interpreter locks around it */
    RT_FUNCTION_CALLS_BACK = 2, /* calls a callable it was given before it returns */
    RT_FUNCTION_ANY_THREAD = 4  /* of a callable: may be called from threads other than the one that made it */
};

/* What is needed to register a function. The texts are copied. */
typedef struct rt_function_desc {
    size_t struct_size;
    const char *signature; /* `name(parameter: type, ...) -> type`, or `name(...) -> type`: see `named` */
    const char *doc;       /* one sentence, or null */
    const char *group;     /* a heading to list it under, or null */
    rt_native_entry native;
    rt_dynamic_entry dynamic; /* required */
    void *context;            /* becomes rt_function.context */
    uint64_t flags;           /* RT_FUNCTION_* */
    /* The C types of `native`, one letter each, result last, as plugin.h's RT_TYPE_LETTER gives them; the core checks
     * them against the signature. Null where a compiler has checked them. */
    const char *native_types;
    /* For a signature whose parameters are written `(...)`: a function of several overloads, which tells by the arguments what
     * is meant. It has no native entry, `dynamic` gets any number of arguments, and rt_call_named calls `named` with the
     * parameters' names as it got them: names[i] is null for an argument given by position, and those come first. Null for
     * all other signatures, or not there (struct_size). */
    rt_status (*named)(const rt_function *self, const rt_value *args, const char *const *names, size_t count,
                       rt_value *result);
} rt_function_desc;

/* A handle class: what kind of object a handle stands for. */
typedef struct rt_class rt_class;
typedef struct rt_class_desc {
    size_t struct_size;
    const char *name; /* as written in signatures, `TorchTensor` */
    const char *doc;  /* one sentence, or null */
    /* Destroys the object, on any thread, with no lock held; null where nothing is to be done. Must not throw. */
    void (*release)(void *object);
} rt_class_desc;

/* A provider: resolves function names that begin with a prefix, each once. The prefix `::` alone stands for every name with `::` in it
 * that no other provider's prefix begins; such a name loads no plugin, since nobody knows whose it is before. */
typedef struct rt_provider_desc {
    size_t struct_size;
    const char *prefix; /* such as `aten::` */
    /* Fills *out for `name` and returns RT_OK; RT_E_NOT_FOUND where there is no such function: an error that it sets then
     * (rt_host.fail) is what the host reads, for a resolver that knows what may have been meant. Any thread; never
     * two threads at once (a resolver may look up names under its own prefix, which nests). The texts need to live until
     * the next call only. */
    rt_status (*resolve)(void *context, const char *name, rt_function_desc *out);
    void *context;
    /* Gives `visit` each function whose name begins with `begin`, a text that begins with the provider's prefix, until it
     * returns false; of a description the texts and flags are read, during the call. As resolve, on any thread, never two
     * at once. Null, or not there (struct_size): what it offers is not listed. */
    rt_status (*each)(void *context, const char *begin, bool (*visit)(void *data, const rt_function_desc *function),
                      void *data);
} rt_provider_desc;

/* An error, as rt_last_error and rt_call_ex give it. Texts are never null; `function`, `plugin` and `cause` are ""
 * where they do not apply. `cause` is a short stable identifier for programs, finer than the code. */
typedef struct rt_error {
    size_t struct_size;
    rt_status code;
    const char *message;
    const char *function;
    const char *plugin;
    const char *cause;
    void *storage; /* the core's: see rt_error_clear */
} rt_error;

#if defined(__cplusplus) && __cplusplus >= 201103L
#define RT_STATIC_ASSERT static_assert
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define RT_STATIC_ASSERT _Static_assert
#endif
#ifdef RT_STATIC_ASSERT
RT_STATIC_ASSERT(sizeof(rt_value) == 24, "rt_value is frozen at 24 bytes");
RT_STATIC_ASSERT(offsetof(rt_value, payload) == 16, "rt_value is frozen");
RT_STATIC_ASSERT(sizeof(void *) == 8, "rtffi supports 64-bit targets");
RT_STATIC_ASSERT(offsetof(rt_function, dynamic) == 8, "the beginning of rt_function is frozen");
RT_STATIC_ASSERT(offsetof(rt_function, context) == 16, "the beginning of rt_function is frozen");
RT_STATIC_ASSERT(offsetof(rt_function, signature) == 32, "the beginning of rt_function is frozen");
#endif

#ifdef __cplusplus
}
#endif

#endif
