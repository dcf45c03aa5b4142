/* SPDX-License-Identifier: Apache-2.0 */
/* plugin.h - the plugin's C API, and the macros with which a plugin in C is written. C++ authors include plugin.hpp.
 *
 * A plugin exports one symbol, rt_plugin_entry. It never links librtffi.so: init gets the host's function table.
 * The table's functions may be called from any thread for as long as the process lives, but for the three that
 * register, which belong to init alone.
 *
 *     #include <rtffi/plugin.h>
 *     static double hypotenuse(double a, double b) { return sqrt(a * a + b * b); }
 *     RT_PLUGIN("geometry", "1.0.0", "Plane geometry")
 *     RT_FUNCTION(hypotenuse, "geo_hypotenuse(a: f64, b: f64) -> f64", "Length of the hypotenuse.",
 *                 double, double, double)
 *
 * In C the types follow the texts: the result first, then the parameters. The core checks them against the
 * signature when the plugin loads.
 */
#ifndef RTFFI_PLUGIN_H
#define RTFFI_PLUGIN_H

#include "abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One loaded plugin, as init gets it. */
typedef struct rt_plugin rt_plugin;

/* What a host does for its plugins. */
typedef struct rt_host {
    size_t struct_size;
    int64_t abi_version;

    /* Registration, inside init only. Nothing shows before init has returned RT_OK. *out lives for ever. */
    rt_status (*register_function)(rt_plugin *plugin, const rt_function_desc *desc);
    rt_status (*register_class)(rt_plugin *plugin, const rt_class_desc *desc, const rt_class **out);
    rt_status (*register_provider)(rt_plugin *plugin, const rt_provider_desc *desc);

    /* Errors: each sets the calling thread's error and returns `code`. `signature` is the function's registered text
     * (the name is taken from it; null outside a function), `index` counts arguments from 0, `cause` may be null.
     * fail_handle says what is wrong with `handle` where an object of class `expected` is needed, fail_value that
     * `got` has the wrong type for that parameter. */
    rt_status (*fail)(const char *signature, rt_status code, const char *cause, const char *message);
    rt_status (*fail_argument)(const char *signature, size_t index, rt_status code, const char *message);
    rt_status (*fail_handle)(const char *signature, size_t index, int64_t handle, const rt_class *expected);
    rt_status (*fail_value)(const char *signature, size_t index, const rt_value *got);
    int32_t *(*error_location)(void);
    rt_status (*last_error)(rt_error *error);

    /* Handles. create: takes `object` over and returns a handle with one owner, 0 when memory is exhausted (error set;
     * the object is then still the caller's). pin: the cell that holds the object, valid until unpin, or null where
     * the handle is not a live one of that class (no error is set: call fail_handle). Pins on the creating thread
     * cost a few instructions; an object freed while pinned is destroyed at the last unpin. Give a pin back on the
     * thread that took it, with rt_unpin or handle_unpin; handle_collect is rt_unpin's other half. clone and free: as
     * rt_handle_clone and rt_handle_free, with their errors. */
    int64_t (*handle_create)(const rt_class *class_, void *object);
    void **(*handle_pin)(int64_t handle, const rt_class *class_);
    void (*handle_unpin)(void **cell);
    void (*handle_collect)(void **cell);
    int64_t (*handle_clone)(int64_t handle);
    rt_status (*handle_free)(int64_t handle);

    /* Results. borrow: memory for a text or array result of a native call, the thread's own, see abi.h; null when
     * memory is exhausted. allocate: memory for a result with RT_VALUE_OWNED, freed by rt_value_clear. */
    void *(*borrow)(size_t bytes);
    void *(*allocate)(size_t bytes);
    void (*deallocate)(void *memory);

    /* Calls. complete: for a dynamic entry that got another number of arguments than it has parameters: fills the
     * defaults in and calls it again, or reports the count (RT_E_ARGUMENT). The others are rtffi.h's rt_callable_call,
     * rt_lookup, rt_bind, rt_dlopen, rt_dlclose and rt_value_clear. */
    rt_status (*complete)(const rt_function *self, const rt_value *args, size_t count, rt_value *result);
    rt_status (*callable_call)(int64_t callable, const rt_value *args, size_t count, rt_value *result);
    const rt_function *(*lookup)(const char *name);
    rt_status (*bind)(const char *name, const char *signature, int64_t flags, const rt_function **out);
    int64_t (*open)(const char *path_or_name, int64_t flags);
    rt_status (*close)(int64_t library);
    void (*value_clear)(rt_value *value);

    /* Hands a message to the host's log; `level` is one of rtffi.h's RT_LOG_*. Any thread. */
    void (*log)(rt_plugin *plugin, int32_t level, const char *message);

    const rt_class *callable_class; /* the class of callables, for handle_pin */

    /* Why this plugin was taken in place of a preferred variant of it: that one's error, or, of a stub, what was searched in
     * vain. "" where it was the preferred one, or was opened by its path. Never null; lives for ever. */
    const char *(*fallback_reason)(rt_plugin *plugin);
} rt_host;

/* The beginning of what a pinned cell lies in. Frozen, so that a pin is given back without a call. The cell is `object`
 * where the pin was taken on the thread that the slot belongs to, and else `shared_object`, which holds the same. */
typedef struct rt_slot {
    void *object;
    void *shared_object;
    uint64_t state;
    const rt_class *class_;
    uint32_t pins;
} rt_slot;
#define RT_SLOT_SIZE 64
#define RT_SLOT_DEAD ((uint64_t)1 << 31)

/* As host->handle_unpin. `host` is where the table's address is kept, which is read only where it is needed. */
static inline void rt_unpin_at(const rt_host *const *host, void **cell) {
    rt_slot *slot = (rt_slot *)(void *)cell;
    if (__builtin_expect(((uintptr_t)cell & (RT_SLOT_SIZE - 1)) != 0, 0)) {
        (*host)->handle_unpin(cell);
        return;
    }
#if defined(__x86_64__) /* one instruction where compilers make three of the load and the store */
    __asm__ volatile("subl $1, %0" : "+m"(slot->pins) : : "cc", "memory");
#else
    __atomic_store_n(&slot->pins, __atomic_load_n(&slot->pins, __ATOMIC_RELAXED) - 1, __ATOMIC_RELEASE);
#endif
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (__builtin_expect((__atomic_load_n(&slot->state, __ATOMIC_ACQUIRE) & RT_SLOT_DEAD) != 0, 0)) {
        (*host)->handle_collect(cell);
    }
}
static inline void rt_unpin(const rt_host *host, void **cell) { rt_unpin_at(&host, cell); }

/* The one exported symbol. init registers and returns RT_OK, or fails with an error set; nothing of it appears then.
 * shutdown (may be null) runs when the plugin is retired; calls already inside may still run beside it. */
typedef struct rt_plugin_descriptor {
    size_t struct_size;
    int64_t abi_version;
    rt_status (*init)(const rt_host *host, rt_plugin *plugin);
    void (*shutdown)(const rt_host *host);
} rt_plugin_descriptor;

extern __attribute__((visibility("default"))) const rt_plugin_descriptor rt_plugin_entry;

/* ---- Metadata: notes in the ELF file ----------------------------------------------------------------------------- */

/* Types of the notes in .note.rtffi, whose owner is "rtffi"; the payload is key=value texts, each closed by a NUL. */
enum { RT_NOTE_PLUGIN = 1, RT_NOTE_FUNCTION = 2, RT_NOTE_CLASS = 3, RT_NOTE_PROVIDER = 4 };

#define RT_JOIN_(a, b) a##b
#define RT_JOIN(a, b) RT_JOIN_(a, b)
#define RT_TEXT_(a) #a
#define RT_TEXT_OF(a) RT_TEXT_(a)

/* AddressSanitizer of clang would put its own bytes between the notes. */
#ifdef __clang__
#define RT_NOTE_ALONE __attribute__((no_sanitize("address")))
#else
#define RT_NOTE_ALONE
#endif

/* Emits one note; `payload` is a string literal such as "name=geometry\0" "version=1.0.0". At namespace scope. */
#define RT_NOTE(note_type, payload)                                                                                    \
    RT_NOTE_ALONE __attribute__((section(".note.rtffi"), used, aligned(4))) static const struct {                      \
        uint32_t owner_size, payload_size, type;                                                                       \
        char owner[8];                                                                                                 \
        char bytes[(sizeof(payload) + 3) & ~(size_t)3];                                                                \
    } RT_JOIN(rt_note_, __COUNTER__) = {6, (uint32_t)sizeof(payload), note_type, "rtffi", payload};

/* One more key of the plugin's own record, such as RT_PLUGIN_KEY("singletons", "libc10.so libtorch_cpu.so").
 * `variant` names one of several files of a plugin, and `score`, a whole number (0 where there is none), orders them. The variant
 * "stub" stands in for a plugin whose library is not there; hosts may refuse it (RT_DLOPEN_REQUIRE_REAL). */
#define RT_PLUGIN_KEY(key, value) RT_NOTE(RT_NOTE_PLUGIN, key "=" value)

/* Says, once, that RT_DLCLOSE_UNMAP may take the plugin's code out of the process. It is your promise that when shutdown has
 * returned nothing leads into the plugin any more: its threads are joined, its pthread keys deleted, its callbacks, signal
 * handlers and hooks taken back wherever it left them. `rtffi verify` warns of what it sees in the file. */
#define RT_UNMAPPABLE RT_PLUGIN_KEY("unmap", "yes")

/* A provider: `resolve`, `each` and `context` as in rt_provider_desc; `prefix` a literal. At namespace scope. */
#define RT_PROVIDER(prefix, resolve, each, context) RT_PROVIDER_(prefix, resolve, each, context, __COUNTER__)
#define RT_PROVIDER_(prefix, resolve, each, context, n) RT_PROVIDER__(prefix, resolve, each, context, n)
#define RT_PROVIDER__(prefix, resolve, each, context, n)                                                               \
    static const rt_provider_desc rt_provider_desc_##n = {sizeof(rt_provider_desc), prefix, resolve, context, each};   \
    static const rt_record rt_provider_##n = {RT_RECORD_PROVIDER, &rt_provider_desc_##n, 0};                           \
    RT_RECORD(rt_provider_##n)                                                                                         \
    RT_NOTE(RT_NOTE_PROVIDER, "prefix=" prefix)

/* The heading under which the functions that follow are listed. Define it before this file is included, or #undef it first. */
#ifndef RT_GROUP
#define RT_GROUP ""
#endif

/* ---- Registration: a table that the linker puts together --------------------------------------------------------- */

enum { RT_RECORD_FUNCTION = 2, RT_RECORD_CLASS = 3, RT_RECORD_PROVIDER = 4 };

typedef struct rt_record {
    int64_t kind;
    const void *desc;            /* rt_function_desc, rt_class_desc or rt_provider_desc */
    const rt_class **class_slot; /* of a class: where its registered class goes */
} rt_record;

/* Puts a record into the table. At namespace scope. */
#define RT_RECORD(record) RT_RECORD_(record, __COUNTER__)
#define RT_RECORD_(record, n) RT_RECORD__(record, n)
#define RT_RECORD__(record, n)                                                                                         \
    __attribute__((section("rtffi_records"), used)) static const rt_record *const rt_record_##n = &(record);

extern __attribute__((visibility("hidden"), weak)) const rt_record *const __start_rtffi_records[];
extern __attribute__((visibility("hidden"), weak)) const rt_record *const __stop_rtffi_records[];

/* Registers the whole table, classes first, and returns the first failure. */
static inline rt_status rt_register_records(const rt_host *host, rt_plugin *plugin) {
    for (int classes = 1; classes >= 0; classes--) {
        for (const rt_record *const *at = __start_rtffi_records; at != __stop_rtffi_records; at++) {
            const rt_record *record = *at;
            rt_status status = RT_OK;
            if ((record->kind == RT_RECORD_CLASS) != (classes == 1)) {
                continue;
            }
            if (record->kind == RT_RECORD_CLASS) {
                status = host->register_class(plugin, (const rt_class_desc *)record->desc, record->class_slot);
            } else if (record->kind == RT_RECORD_FUNCTION) {
                status = host->register_function(plugin, (const rt_function_desc *)record->desc);
            } else {
                status = host->register_provider(plugin, (const rt_provider_desc *)record->desc);
            }
            if (status != RT_OK) {
                return status;
            }
        }
    }
    return RT_OK;
}

#ifdef __cplusplus
}
#else
#include "detail/plugin_c.h"
#endif

#endif
