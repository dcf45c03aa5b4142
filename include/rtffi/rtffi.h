/* SPDX-License-Identifier: Apache-2.0 */
/* rtffi.h - the host's C API: open libraries and plugins, look functions up, call them.
 *
 * Threads: every function here may be called from any thread at any time, also while another thread loads a plugin.
 * Errors: functions that return rt_status return RT_OK or the error; the others return 0 or null. Either way the
 * calling thread's last error is set (rt_last_error, rt_dlerror). Success leaves the last error alone, as with errno.
 * Null: a pointer may be null only where its description says so; a null elsewhere is RT_E_ARGUMENT.
 */
#ifndef RTFFI_RTFFI_H
#define RTFFI_RTFFI_H

#include "abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RT_API __attribute__((visibility("default")))

/* ---- Libraries --------------------------------------------------------------------------------------------------- */

/* Flags of rt_dlopen. Bits below 1<<16 are dlopen's own RTLD_* (RTLD_NOW is always added). */

/* Tries the file, and the plugins that it needs, in a process of its own first: one that crashes, ends its process or does not
 * come to an end while it is loaded, in a constructor or in init, is an error then, and this process lives on. Costs the start
 * of a process and one more load. A failure is remembered, in this process and in the folder rtffi of the user's cache
 * ($XDG_CACHE_HOME, else ~/.cache), for as long as the file stays the same (device, inode, size, times), so that the
 * next attempt fails at once; `rtffi verify FILE` remembers what it finds too, and forgets it where the file loads. Attempts
 * without this flag do not ask what is remembered.
 * RTFFI_PROBE_TIMEOUT: seconds that the trial may last, 30. The process is the program rtffi-probe, beside librtffi.so or in
 * the folder rtffi there, started with posix_spawn; it takes from this one the environment, the folders that were
 * added and what rt_trust_require demanded.
 * Errors: RT_E_LOAD with cause "probe_crashed" (the message has the signal's name), "probe_exited" or "probe_timeout", and the
 * end of what the trial printed; RT_E_UNAVAILABLE with cause "no_probe" where rtffi-probe is missing or cannot be run: the
 * file is not opened then. */
#define RT_DLOPEN_PROBE ((int64_t)1 << 16)

/* rt_dlopen: take no stub. Where the library behind a plugin is missing, a variant that stands in for it may be loaded in its
 * place, with a warning in the log; the stub of "torch" knows shapes but no numbers. A host that cannot do with that sets
 * this flag, or the environment variable RTFFI_REQUIRE (for rt_bind and rt_dlsym, too) to the plugins' names, separated by
 * commas, colons, semicolons or blanks, and gets the error with which the real plugin could not be loaded. It refuses a stub
 * that is loaded already and one that is given by its path, too. */
#define RT_DLOPEN_REQUIRE_REAL ((int64_t)1 << 17)

/* Opens a library and returns its handle, or 0. A text with a slash is a path to any shared library; a bare name
 * ("torch") is a plugin, looked for on the search path. Opening what is open gives the same handle and counts.
 * Errors: RT_E_NOT_FOUND (no such plugin, with the path searched; where a file librtffi_NAME.so is there, but damaged or no
 * plugin, that is the error, with its status and cause), RT_E_LOAD (with the dynamic linker's text),
 * RT_E_UNTRUSTED (see Trust below),
 * RT_E_UNAVAILABLE (a conflict with what is in the process already), RT_E_BUSY (a cycle of loads, or another thread's
 * load that did not end in time: RTFFI_LOAD_TIMEOUT seconds, 60), RT_E_ARGUMENT (null, empty or unknown flags), and whatever
 * the plugin's init reported. Any thread. */
RT_API int64_t rt_dlopen(const char *path_or_name, int64_t flags);

/* The native address of a symbol, or 0. In a plugin the registered functions come first, then plain symbols.
 * Library 0 means every registered function; a name that nothing has registered yet is looked for in the metadata of
 * the plugins on the search path, and its plugin is loaded. The address dies with its library.
 * Errors: RT_E_NOT_FOUND, RT_E_HANDLE (`library` is not an open one), RT_E_UNAVAILABLE (the function can only be called
 * dynamically), RT_E_ARGUMENT (null or empty), and with library 0 those of rt_dlopen. */
RT_API int64_t rt_dlsym(int64_t library, const char *symbol);

/* Closes a library. At the last close a plugin is retired: refused with RT_E_BUSY while handles of its classes live, or
 * callables whose code is in it (the message counts them), then its functions become stubs, its shutdown runs, and its code
 * stays mapped. A library that is no plugin is unmapped, as by dlclose. RT_E_HANDLE: it is not open. */
RT_API int32_t rt_dlclose(int64_t library);

/* A flag of rt_dlclose_ex: as rt_dlclose, and takes the code of a plugin out of the process, so that a new file can be loaded
 * in its place. It is your promise that no thread is inside the plugin (looking up a name under a provider's prefix is), or
 * will call what was had of it as an address: rt_dlsym's, and texts that a plugin in C gave from its own memory. Function
 * records, handles, results, descriptions and errors stay good for ever: what needs the code is an error. */
#define RT_DLCLOSE_UNMAP ((int64_t)1 << 16)

/* rt_dlclose with flags. RT_E_BUSY: nothing happened, the library is open as before; beside rt_dlclose's causes,
 * "opened_again" (RT_DLCLOSE_UNMAP, and this is not the last close). RT_E_UNAVAILABLE, with RT_DLCLOSE_UNMAP alone: the library
 * is closed, but its code is still mapped, as after rt_dlclose. The causes: "unmap_not_allowed" (the plugin does not say
 * RT_UNMAPPABLE), "live_handles" (its shutdown left some), "nodelete", "unique_symbols", "thread_local_destructor",
 * "open_elsewhere"; the message says what to do. */
RT_API int32_t rt_dlclose_ex(int64_t library, int64_t flags);

/* The message of the calling thread's last error, as dlerror: null where there was none since the last call of
 * rt_dlerror on this thread. Borrowed until the thread's next error. */
RT_API const char *rt_dlerror(void);

/* Puts a folder at the front of the plugin search path of this process. The folder need not exist yet. After what was
 * added come the folders of RTFFI_PLUGIN_PATH, `rtffi` beside librtffi.so, $XDG_DATA_HOME (else ~/.local/share)
 * /rtffi/plugins, /usr/local/lib/rtffi/plugins, /usr/lib/rtffi/plugins. Of plugins with one name the one in the earlier
 * folder is loaded, then the later version, then the higher score; the next one where that cannot be loaded, but not where it
 * breaks a rule of trust.
 * The text is copied. RT_E_ARGUMENT: it is null or empty. */
RT_API rt_status rt_search_path_add(const char *folder);

/* ---- Trust ------------------------------------------------------------------------------------------------------- */

/* What is loaded has all rights of the process. So rt_dlopen, rt_bind, rt_dlsym(0, ...) and the trial of RT_DLOPEN_PROBE take a file
 * only if it and each folder above it, by the canonical path, belong to root or the effective user, and nobody else may write
 * them: not everybody, no group but the user's own primary one, and nobody by a POSIX access control list. A sticky folder,
 * such as /tmp, may stand above. What the dynamic linker then maps must be the file (device, inode) that was checked.
 * RTFFI_TRUST_OWNER (user numbers or names, separated by ':') adds owners, for containers whose mounted folders belong to
 * another user. Nothing turns the rules off. Of files with one plugin name, the one that is preferred must keep them, or
 * nothing is loaded by that name or for one of its functions; those after the one that is taken do not matter. The
 * libraries that a file needs are the dynamic linker's business, as is whatever the host opens with dlopen.
 * A set-user-ID program takes none of the environment variables here, and no files of the user's.
 *
 * The error is RT_E_UNTRUSTED, with the path concerned, what was expected and what to do; its cause is one of: untrusted_owner,
 * untrusted_mode, file_replaced (by another file, between the check and the load), and with rt_trust_require: bad_digest (it is
 * on no list), no_signature, bad_signature (also one by another key), no_libsodium, origin_in_sealed_copy (it looks for libraries beside
 * itself, with $ORIGIN), no_sealed_copy (the system refuses one), loaded_before (it is in the process since before the demand). */

/* The rules of rt_trust_require: the file's SHA-256 is on a list that has the form of sha256sum's output, by whatever name; and:
 * beside the file lies FILE.minisig, a signature of minisign's, made with one of the keys. */
#define RT_TRUST_DIGESTS ((int64_t)1)
#define RT_TRUST_KEYS ((int64_t)2)

/* Demands more of every file that is loaded from now on. `list` is the path of a list of digests or of one public key of minisign's;
 * null is the user's own, which `rtffi trust add` keeps: $XDG_CONFIG_HOME (else ~/.config) /rtffi/trust/digests, or each .pub file in
 * the folder keys there; in a set-user-ID program the same files in /etc/rtffi/trust. The list must keep the rules above itself; it is
 * read now, and what was read is kept. A demand is never taken back: of several lists of one rule a file must be on one, and
 * both rules must hold where both are demanded. What is loaded stays. For programs that cannot be changed:
 * RTFFI_TRUST_REQUIRE=digests, keys or digests:keys demands the user's own lists; where they cannot be read, nothing is loaded.
 *
 * Such a file is copied into sealed memory; the copy is checked and loaded, so that nothing that is done to the file since
 * changes what runs. It goes by the path of the file in dladdr and in debuggers, but only after its constructors have run.
 * libsodium does the arithmetic, and is opened then.
 *
 * Errors, and nothing changes: RT_E_ARGUMENT (an unknown rule or an empty path; "bad_list": the list is malformed, with its
 * line), RT_E_NOT_FOUND, RT_E_LOAD ("not_readable"), RT_E_UNTRUSTED (the list breaks the rules). RT_E_UNTRUSTED with cause
 * "no_libsodium" is an error after which the demand holds all the same: nothing is loaded until libsodium is there; a key must
 * be given once more then. Any thread. */
RT_API rt_status rt_trust_require(int64_t rule, const char *list);

/* ---- Functions --------------------------------------------------------------------------------------------------- */

/* The record of a registered function, or null. Loads no plugin. Takes no lock, but for the first look-up of a name
 * under a provider's prefix. A miss sets the last error. */
RT_API const rt_function *rt_lookup(const char *name);

#define RT_BIND_NO_LOAD ((int64_t)1 << 16) /* do not load a plugin to find the function */

/* Finds a function, loading the plugin that has it where needed, and checks `signature` against the registered one.
 * `signature` may be null (no check); its own name and parameter names are not compared. Types agree when they are
 * equal, and `i64` on the declaring side matches any handle class, `[i64]` an array of handles. A declaration of any signature
 * agrees with a function of several overloads, `name(...)`: what such a function takes and gives is told by each call alone. The
 * other way round, a declaration `name(...)` agrees with no function of certain parameters. A plugin that this loads
 * stays open for the life of the process; nobody closes it.
 * Errors: RT_E_NOT_FOUND, RT_E_SIGNATURE (the message has both texts), and rt_dlopen's. */
RT_API rt_status rt_bind(const char *name, const char *signature, int64_t flags, const rt_function **out);

/* Calls a function dynamically. `function` and `result` may not be null, which is not checked, for this is the fast path.
 * `args` may be null where count is 0; trailing arguments that have defaults may be left
 * out. *result is written whatever it held before, and belongs to the caller: see rt_value_clear. */
static inline rt_status rt_call(const rt_function *function, const rt_value *args, size_t count, rt_value *result) {
    return __atomic_load_n(&function->dynamic, __ATOMIC_ACQUIRE)(function, args, count, result);
}

/* As rt_call with keyword arguments: names[i] is the parameter args[i] is meant for, or null for one given by position;
 * those come first. Parameters without an argument take their default. The texts are read during the call only.
 * Errors: RT_E_ARGUMENT, with cause "unknown_parameter", "argument_order", "argument_count", "argument_twice" or
 * "argument_missing", and the function's own. */
RT_API rt_status rt_call_named(const rt_function *function, const rt_value *args, const char *const *names,
                               size_t count, rt_value *result);

/* As rt_call, but a failure is written to *error, for callers whose code may move to another thread before it reads
 * the error. error->struct_size must be set; what it held before is not freed. Free it with rt_error_clear. */
RT_API rt_status rt_call_ex(const rt_function *function, const rt_value *args, size_t count, rt_value *result,
                            rt_error *error);

/* Frees the memory a value owns and makes it RT_NONE; any thread. Handles in it are not freed: each is its receiver's,
 * to be freed with rt_handle_free. Null is allowed. */
RT_API void rt_value_clear(rt_value *value);

/* ---- Errors ------------------------------------------------------------------------------------------------------ */

/* Fills *error with the calling thread's last error and returns its code (RT_OK where there was none). The texts are
 * borrowed until the thread's next error. error->struct_size must be set. */
RT_API rt_status rt_last_error(rt_error *error);

/* Frees what rt_call_ex put into *error. Null is allowed. */
RT_API void rt_error_clear(rt_error *error);

/* Where the calling thread's status lies, as errno's location: set it to 0 before a native call and read it after. */
RT_API int32_t *rt_error_location(void);

/* The same place as a variable, for programs that link librtffi.so and want it without a call. */
extern RT_API __thread int32_t rt_thread_status __attribute__((tls_model("initial-exec")));

/* The name of a status, "RT_E_HANDLE"; "RT_E_UNKNOWN" for what is none. Never null, static. */
RT_API const char *rt_status_name(rt_status status);

/* ---- What a host offers ------------------------------------------------------------------------------------------ */

/* Publishes a function of the host in the registry; *out (may be null) gets its record.
 * Errors: RT_E_SIGNATURE (it does not parse), RT_E_BUSY (the name is taken). */
RT_API rt_status rt_register(const rt_function_desc *desc, const rt_function **out);

/* Takes a function published with rt_register back; its record becomes a stub. Calls already inside go on, with the context
 * that they began with: registered again under the same name, signature and context it gets the same record, which works
 * again, and with another context a record of its own.
 * RT_E_NOT_FOUND: the host published no such function. */
RT_API rt_status rt_unregister(const rt_function *function);

/* Makes a callable: a handle to a function of the host, to be given where a signature says fn(...). `dynamic` gets
 * `context` as self->context. `release` (may be null) is called with `context` when the callable goes, on any thread.
 * The callable is refused on threads other than the calling one unless flags has RT_FUNCTION_ANY_THREAD.
 * `signature` is like `fn(x: TorchTensor) -> TorchTensor`. Returns a handle, or 0. Must not unwind or longjmp. */
RT_API int64_t rt_callable(const char *signature, rt_dynamic_entry dynamic, void *context, void (*release)(void *),
                           uint64_t flags);

/* Calls a callable. The tags of the arguments and of what it gives are checked against its signature, and an integer that
 * it gives for an f64 is made one. Errors: RT_E_HANDLE, RT_E_UNAVAILABLE with cause "wrong_thread", RT_E_TYPE with
 * cause "wrong_type", and the callable's own. */
RT_API rt_status rt_callable_call(int64_t callable, const rt_value *args, size_t count, rt_value *result);

/* For the dynamic entries of hosts: sets the calling thread's error and returns `code`. `cause` may be null. */
RT_API rt_status rt_fail(rt_status code, const char *cause, const char *message);

/* Where messages that are not errors go: warnings of plugins and of the libraries behind them. The default writes
 * `rtffi: warning: torch: ...` to standard error. `sink` may be null, for the default; it is called from any thread. */
enum { RT_LOG_DEBUG = 0, RT_LOG_INFO = 1, RT_LOG_WARNING = 2, RT_LOG_ERROR = 3 };
typedef void (*rt_log_sink)(void *context, int32_t level, const char *plugin, const char *message);
RT_API void rt_log_set(rt_log_sink sink, void *context);

/* ---- Handles ----------------------------------------------------------------------------------------------------- */

/* Adds an owner and returns the same handle; 0 gives 0. Every clone needs one more rt_handle_free. */
RT_API int64_t rt_handle_clone(int64_t handle);

/* Takes an owner away; the last one destroys the object, at once or when the last call that uses it returns. 0 does
 * nothing. A second free is RT_E_HANDLE and does no harm. */
RT_API rt_status rt_handle_free(int64_t handle);

/* The name of the handle's class, or null. Lives for ever. */
RT_API const char *rt_handle_class(int64_t handle);

/* How many handles are alive in the process. */
RT_API int64_t rt_handle_count(void);

/* What is alive, as JSON text in *json, the caller's (rt_value_clear): an array of
 * {"class","plugin","count","created":[...]}; `created` names the calls that made them where RTFFI_TRACE_HANDLES=1. */
RT_API rt_status rt_handle_report(rt_value *json);

/* Scopes, per thread, nested: rt_scope_end frees every handle this thread created since the matching rt_scope_begin,
 * but for those kept. A kept handle passes to the enclosing scope, or to the caller where there is none. A clone is
 * the cloner's own and not the scope's: who cloned a handle of a scope frees the clone alone, since a handle freed by hand
 * is one share less for the scope. Handles of scopes that are open when their thread ends stay alive. Returns a token for rt_scope_end, or 0. */
RT_API int64_t rt_scope_begin(void);
/* RT_E_ARGUMENT: no scope is open on this thread. RT_E_HANDLE: the handle is not of its innermost scope. */
RT_API rt_status rt_scope_keep(int64_t handle);
/* Ends the scope and those opened inside it that are still open. RT_E_ARGUMENT: not an open scope of this thread. */
RT_API rt_status rt_scope_end(int64_t scope);

/* ---- What is there ----------------------------------------------------------------------------------------------- */

typedef struct rt_function_info {
    size_t struct_size;
    const rt_function *function;
    const char *name;
    const char *signature;
    const char *doc;    /* never null */
    const char *group;  /* never null */
    const char *plugin; /* never null; "host" for what the host published */
    uint64_t flags;
} rt_function_info;

typedef struct rt_plugin_info {
    size_t struct_size;
    const char *name;
    const char *version;
    const char *doc;
    const char *path;
    const char *state; /* "loading", "active", "retiring", "retired", "failed", "closed" (unmapped) */
    int64_t functions;
} rt_plugin_info;

/* Visitors return false to stop. What they are given is borrowed until they return. They may call anything here. */
typedef bool (*rt_function_visitor)(void *context, const rt_function_info *info);
typedef bool (*rt_plugin_visitor)(void *context, const rt_plugin_info *info);

/* Visits the registered functions whose name begins with `prefix` (may be null), in the order of their names. */
RT_API rt_status rt_each_function(const char *prefix, rt_function_visitor visit, void *context);

/* Visits what the providers of opened plugins offer under names that begin with `prefix`, in the order of their names,
 * whether it was looked up yet or not: `function` is null. A provider is asked where `prefix` begins with its own prefix,
 * such as `aten::`; one that does not list what it offers is passed over. Fails as its provider does; visits nothing then. */
RT_API rt_status rt_each_provided(const char *prefix, rt_function_visitor visit, void *context);

/* Visits the plugins this process has opened. */
RT_API rt_status rt_each_plugin(rt_plugin_visitor visit, void *context);

/* Describes one function. The texts live for ever. RT_E_ARGUMENT: `function` or `info` is null, or info->struct_size is not
 * set. */
RT_API rt_status rt_function_describe(const rt_function *function, rt_function_info *info);

/* ---- Why a plugin is there, or is not ---------------------------------------------------------------------------- */

/* These three answer in JSON: an owned text, for rt_value_clear. They read files and load nothing.
 *
 * A check is {"id", "ok", "cause", "detail", "hint"}: what was looked at, as a sentence, and what to do where it failed.
 * Its id is one of file, trust, format, architecture, plugin, abi, functions, needs, dependencies, singletons. Errors of all three:
 * RT_E_ARGUMENT (null, or an empty name), RT_E_MEMORY, RT_E_LOAD with cause "too_many_files" (no file descriptor is left). */

/* Every plugin file on the search path and every library there that cannot be read: an array of {"path", "name", "version",
 * "doc", "variant", "score", "functions": how many, "state", "chosen", "reason", "cause", "checks"}. Of files with one plugin name
 * the preferred one comes first. The state is "loaded", "available", "failed" (its last load, or an earlier
 * check of `rtffi verify` or RT_DLOPEN_PROBE) or "unusable" (a check failed); "reason" says why a file is not the chosen one of its name; "cause" is the word for that where it cannot be used. */
RT_API rt_status rt_discover(rt_value *json);

/* One file, by its path: {"path", "ok", "name", "version", "doc", "abi", "variant", "score", "needs", "singletons",
 * "unmap", "functions": [{"name", "signature", "doc", "group"}], "classes": [{"name", "doc"}], "providers": [prefixes],
 * "dependencies": [{"library", "path" or null, "needed_by"}],
 * "checks", "warnings"}. A file that is no plugin, or is not there, is no error: the checks say so. Warnings have the form of
 * checks, and are there only where something is to be said: what will keep the file's code in memory when it is closed, or make
 * closing or loading it dangerous. Their ids: nodelete, unique_symbols, thread_local_destructor, thread_keys, static_tls; "ok" is
 * false where the plugin says RT_UNMAPPABLE and cannot be unmapped. */
RT_API rt_status rt_inspect(const char *path, rt_value *json);

/* Why a plugin, a function or a file (a name with a slash) is or is not there: {"name", "kind", "ok", "state", "cause", "answer",
 * "hint", "near": [names], "searched": [{"folder", "from", "state", "files"}], "candidates": as rt_discover gives them}.
 * The state is rt_discover's, or "registered" (a function that may be called now), or "not_found". */
RT_API rt_status rt_explain(const char *name, rt_value *json);

/* The version of librtffi, "0.1.0", and of its binary interface. */
RT_API const char *rt_version(void);
RT_API int32_t rt_abi_version(void);

/* ---- Making values ----------------------------------------------------------------------------------------------- */

static inline rt_value rt_none(void) {
    rt_value v = {RT_NONE, 0, 0, {0}};
    return v;
}
static inline rt_value rt_bool(bool value) {
    rt_value v = {RT_BOOL, 0, 0, {value}};
    return v;
}
static inline rt_value rt_i64(int64_t value) {
    rt_value v = {RT_INTEGER, 0, 0, {value}};
    return v;
}
static inline rt_value rt_f64(double value) {
    rt_value v = {RT_DOUBLE, 0, 0, {0}};
    v.payload.number = value;
    return v;
}
static inline rt_value rt_handle(int64_t handle) {
    rt_value v = {RT_HANDLE, 0, 0, {handle}};
    return v;
}
/* Borrows: the memory must outlive the call. */
static inline rt_value rt_memory(uint32_t type, const void *data, size_t count) {
    rt_value v = {RT_NONE, 0, 0, {0}};
    v.type = type;
    v.size = count;
    v.payload.pointer = data;
    return v;
}
static inline rt_value rt_text(const char *text) { return rt_memory(RT_TEXT, text, text ? __builtin_strlen(text) : 0); }
static inline rt_value rt_i64_array(const int64_t *data, size_t count) { return rt_memory(RT_I64_ARRAY, data, count); }
static inline rt_value rt_f64_array(const double *data, size_t count) { return rt_memory(RT_F64_ARRAY, data, count); }
static inline rt_value rt_handle_array(const int64_t *data, size_t count) {
    return rt_memory(RT_HANDLE_ARRAY, data, count);
}

#ifdef __cplusplus
}
#endif

#endif
