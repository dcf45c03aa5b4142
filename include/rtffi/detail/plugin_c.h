/* SPDX-License-Identifier: Apache-2.0 */
/* plugin_c.h - RT_PLUGIN, RT_FUNCTION, RT_PROCEDURE and RT_CLASS for plugins written in C11. Included by plugin.h.
 *
 * A C function becomes a dynamic entry by reading its arguments one after the other, each with the reader that
 * _Generic picks for the parameter's C type. A `size_t` parameter is the element count of the pointer before it; a
 * `size_t *` parameter, last, takes the element count of an array result.
 */
#ifndef RTFFI_DETAIL_PLUGIN_C_H
#define RTFFI_DETAIL_PLUGIN_C_H

#include <string.h>

/* The host's table, once init has run, and this plugin. */
static const rt_host *rt_plugin_host;
static __attribute__((unused)) rt_plugin *rt_plugin_self;

typedef struct rt_reader {
    const char *signature;
    const rt_value *args;
    size_t next;
    size_t result_count;
    rt_status status;
} rt_reader;

/* Passes over the parameters of a signature, to parameter `index` or to the end of the list. */
static inline const char *rt_skip_parameters(const char *at, size_t index) {
    size_t depth = 0;
    bool star = false; /* `*` is no parameter, but closed by a comma as one */
    for (at = strchr(at, '('); at && *at; at++) {
        if (*at == '"') { /* a default's text */
            for (at++; *at && *at != '"'; at++) {
                at += *at == '\\' && at[1] ? 1 : 0;
            }
        } else if (*at == '(' || *at == '[') {
            depth++;
        } else if (*at == ')' || *at == ']') {
            depth--;
        } else if (depth == 1 && *at == '*') {
            star = true;
        } else if (depth == 1 && *at == ',') {
            index -= star ? 0 : 1;
            star = false;
        }
        if (depth == 0 || (depth == 1 && index == 0)) {
            break;
        }
    }
    return at && *at ? at : "";
}

/* Whether parameter `index` may be none: its type ends with `?`, which may stand inside a type, too. */
static inline bool rt_may_be_none(const char *signature, size_t index) {
    const char *end = rt_skip_parameters(signature, index + 1), *at = rt_skip_parameters(signature, index);
    char last = 0;
    for (; at < end && *at != '='; at++) {
        last = strchr(" \t\n", *at) ? last : *at;
    }
    return last == '?';
}

/* Whether parameter `index` is written as `mut ...`. */
static inline bool rt_is_writable(const char *signature, size_t index) {
    const char *at = strchr(rt_skip_parameters(signature, index), ':');
    return at && strncmp(at + 1 + strspn(at + 1, " \t\n"), "mut", 3) == 0;
}

/* Whether the result's type, or the type of its elements, is written as i64. */
static inline bool rt_gives_i64(const char *signature) {
    const char *at = strstr(rt_skip_parameters(signature, (size_t)-1), "->");
    return at && strncmp(at + 2 + strspn(at + 2, " \t\n["), "i64", 3) == 0;
}

/* What is wrong with the memory behind a value, or null. */
static inline const char *rt_check_memory(const rt_value *value) {
    const char *data = (const char *)value->payload.pointer;
    const bool words = value->type != RT_TEXT && value->type != RT_BYTES && value->type != RT_BOOL_ARRAY;
    if (!data) {
        return value->size != 0         ? "the pointer is null but the count is not 0"
               : value->type == RT_TEXT ? "the text is null"
                                        : NULL;
    }
    if (value->size > PTRDIFF_MAX / 8) {
        return "the count is negative or larger than memory";
    }
    if (words && value->size != 0 && (uintptr_t)data % 8 != 0) {
        return "the pointer is not aligned";
    }
    if (value->type == RT_TEXT) {
        return memchr(data, 0, value->size) ? "the text holds a NUL"
               : data[value->size]          ? "no NUL follows the text"
                                            : NULL;
    }
    for (uint64_t i = 0; value->type == RT_BOOL_ARRAY && i < value->size; i++) {
        if (data[i] != 0 && data[i] != 1) {
            return "a bool is 0 or 1";
        }
    }
    return NULL;
}

static inline void rt_refuse(rt_reader *reader, size_t index, const char *message) {
    if (message && reader->status == RT_OK) {
        reader->status = rt_plugin_host->fail_argument(reader->signature, index, RT_E_ARGUMENT, message);
    }
}

/* The next argument where it has one of two types, null where it is none or wrong. An empty array may come with any
 * array's tag. */
static inline const rt_value *rt_read(rt_reader *reader, uint32_t type, uint32_t also, uint32_t flags) {
    const size_t index = reader->next++;
    const rt_value *value = &reader->args[index];
    const bool empty = type >= RT_BYTES && value->size == 0 && value->type >= RT_BYTES && value->type <= RT_VALUES;
    if (value->type != type && value->type != also && !empty) {
        if (reader->status == RT_OK && !(value->type == RT_NONE && rt_may_be_none(reader->signature, index))) {
            reader->status = rt_plugin_host->fail_value(reader->signature, index, value);
        }
        return NULL;
    }
    if (type >= RT_TEXT) {
        rt_refuse(reader, index, rt_check_memory(value));
    }
    if ((value->flags & flags) != flags && value->size != 0) {
        rt_refuse(reader, index, "the memory is to be written to, but the value is not marked RT_VALUE_MUTABLE");
    }
    return value;
}

/* A reader per C type: name, C type, the two tags it accepts, the flags it demands, what it yields. */
#define RT_READERS(X)                                                                                                  \
    X(i64, int64_t, RT_INTEGER, RT_HANDLE, 0, v->payload.integer)                                                      \
    X(f64, double, RT_DOUBLE, RT_INTEGER, 0, v->type == RT_DOUBLE ? v->payload.number : (double)v->payload.integer)    \
    X(text, const char *, RT_TEXT, RT_TEXT, 0, (const char *)v->payload.pointer)                                       \
    X(bytes, const void *, RT_BYTES, RT_BYTES, 0, v->payload.pointer)                                                  \
    X(i64s, const int64_t *, RT_I64_ARRAY, RT_HANDLE_ARRAY, 0, (const int64_t *)v->payload.pointer)                    \
    X(f64s, const double *, RT_F64_ARRAY, RT_F64_ARRAY, 0, (const double *)v->payload.pointer)                         \
    X(bools, const bool *, RT_BOOL_ARRAY, RT_BOOL_ARRAY, 0, (const bool *)v->payload.pointer)                          \
    X(mut_i64s, int64_t *, RT_I64_ARRAY, RT_I64_ARRAY, RT_VALUE_MUTABLE, (int64_t *)(uintptr_t)v->payload.pointer)     \
    X(mut_f64s, double *, RT_F64_ARRAY, RT_F64_ARRAY, RT_VALUE_MUTABLE, (double *)(uintptr_t)v->payload.pointer)

#define RT_DEFINE_READER(name, type, tag, also, flags, yield)                                                          \
    static inline type rt_read_##name(rt_reader *reader) {                                                             \
        const rt_value *v = rt_read(reader, tag, also, flags);                                                         \
        return v ? (yield) : (type)0;                                                                                  \
    }
RT_READERS(RT_DEFINE_READER)

/* A `void *` is `ptr`, or with the `size_t` that follows it `mut bytes`. */
static inline void *rt_read_pointer(rt_reader *reader) {
    const bool bytes = rt_is_writable(reader->signature, reader->next);
    const uint32_t type = bytes ? RT_BYTES : RT_POINTER;
    const rt_value *v = rt_read(reader, type, type, bytes ? RT_VALUE_MUTABLE : 0);
    return v ? (void *)(uintptr_t)v->payload.pointer : NULL;
}
static inline bool rt_read_bool(rt_reader *reader) {
    const rt_value *v = rt_read(reader, RT_BOOL, RT_INTEGER, 0);
    if (v && v->payload.integer != 0 && v->payload.integer != 1) {
        rt_refuse(reader, reader->next - 1, "a bool is 0 or 1");
    }
    return v && v->payload.integer != 0;
}
static inline int32_t rt_read_i32(rt_reader *reader) {
    const rt_value *v = rt_read(reader, RT_INTEGER, RT_INTEGER, 0);
    if (v && (v->payload.integer < INT32_MIN || v->payload.integer > INT32_MAX)) {
        rt_refuse(reader, reader->next - 1, "the number does not fit into an i32");
    }
    return v ? (int32_t)v->payload.integer : 0;
}
static inline size_t rt_read_size(rt_reader *reader) {
    return reader->next == 0 ? 0 : (size_t)reader->args[reader->next - 1].size;
}
static inline size_t *rt_read_result_count(rt_reader *reader) { return &reader->result_count; }

#define RT_READ(T, reader)                                                                                             \
    _Generic((T){0},                                                                                                   \
        bool: rt_read_bool,                                                                                            \
        int32_t: rt_read_i32,                                                                                          \
        int64_t: rt_read_i64,                                                                                          \
        double: rt_read_f64,                                                                                           \
        const char *: rt_read_text,                                                                                    \
        const void *: rt_read_bytes,                                                                                   \
        void *: rt_read_pointer,                                                                                       \
        const int64_t *: rt_read_i64s,                                                                                 \
        const double *: rt_read_f64s,                                                                                  \
        const bool *: rt_read_bools,                                                                                   \
        int64_t *: rt_read_mut_i64s,                                                                                   \
        double *: rt_read_mut_f64s,                                                                                    \
        size_t: rt_read_size,                                                                                          \
        size_t *: rt_read_result_count)(reader)

/* The letter of a C type in rt_function_desc.native_types. */
#define RT_TYPE_LETTER(T)                                                                                              \
    _Generic((T){0},                                                                                                   \
        bool: 'b',                                                                                                     \
        int32_t: 'w',                                                                                                  \
        int64_t: 'q',                                                                                                  \
        double: 'd',                                                                                                   \
        const char *: 's',                                                                                             \
        const void *: 'v',                                                                                             \
        void *: 'p',                                                                                                   \
        const int64_t *: 'Q',                                                                                          \
        const double *: 'D',                                                                                           \
        const bool *: 'B',                                                                                             \
        int64_t *: 'M',                                                                                                \
        double *: 'N',                                                                                                 \
        size_t: 'z',                                                                                                   \
        size_t *: 'Z')

static inline rt_status rt_give_bool(const rt_reader *r, rt_value *out, bool value) {
    (void)r;
    out->type = RT_BOOL;
    out->payload.integer = value;
    return RT_OK;
}
static inline rt_status rt_give_i64(const rt_reader *r, rt_value *out, int64_t value) {
    out->type = rt_gives_i64(r->signature) ? RT_INTEGER : RT_HANDLE;
    out->payload.integer = value;
    return RT_OK;
}
static inline rt_status rt_give_i32(const rt_reader *r, rt_value *out, int32_t value) {
    (void)r;
    out->type = RT_INTEGER;
    out->payload.integer = value;
    return RT_OK;
}
static inline rt_status rt_give_f64(const rt_reader *r, rt_value *out, double value) {
    (void)r;
    out->type = RT_DOUBLE;
    out->payload.number = value;
    return RT_OK;
}
static inline rt_status rt_give_pointer(const rt_reader *r, rt_value *out, void *value) {
    (void)r;
    out->type = RT_POINTER;
    out->payload.pointer = value;
    return RT_OK;
}
static inline rt_status rt_give_copy(const rt_reader *r, rt_value *out, uint32_t type, const void *data, size_t count,
                                     size_t element, size_t extra) {
    char *copy;
    if (data == NULL) {
        return RT_OK;
    }
    copy = (char *)rt_plugin_host->allocate(count * element + extra);
    if (copy == NULL) {
        return rt_plugin_host->fail(r->signature, RT_E_MEMORY, NULL, "memory is exhausted");
    }
    memcpy(copy, data, count * element + extra);
    out->type = type;
    out->flags = RT_VALUE_OWNED;
    out->size = count;
    out->payload.pointer = copy;
    return RT_OK;
}
static inline rt_status rt_give_text(const rt_reader *r, rt_value *out, const char *value) {
    return rt_give_copy(r, out, RT_TEXT, value, value ? strlen(value) : 0, 1, 1);
}
static inline rt_status rt_give_bytes(const rt_reader *r, rt_value *out, const void *value) {
    return rt_give_copy(r, out, RT_BYTES, value, r->result_count, 1, 0);
}
static inline rt_status rt_give_i64s(const rt_reader *r, rt_value *out, const int64_t *value) {
    return rt_give_copy(r, out, rt_gives_i64(r->signature) ? RT_I64_ARRAY : RT_HANDLE_ARRAY, value, r->result_count,
                        sizeof(int64_t), 0);
}
static inline rt_status rt_give_f64s(const rt_reader *r, rt_value *out, const double *value) {
    return rt_give_copy(r, out, RT_F64_ARRAY, value, r->result_count, sizeof(double), 0);
}

#define RT_GIVE(T, reader, out, value)                                                                                 \
    _Generic((T){0},                                                                                                   \
        bool: rt_give_bool,                                                                                            \
        int32_t: rt_give_i32,                                                                                          \
        int64_t: rt_give_i64,                                                                                          \
        double: rt_give_f64,                                                                                           \
        const char *: rt_give_text,                                                                                    \
        const void *: rt_give_bytes,                                                                                   \
        void *: rt_give_pointer,                                                                                       \
        const int64_t *: rt_give_i64s,                                                                                 \
        const double *: rt_give_f64s)(reader, out, value)

/* RT_EACH_N(m, result, types...) applies m(n, type) to each parameter type; RT_NUMBERED_N lists a1, a2, ... */
#define RT_EACH_0(m, r)
#define RT_EACH_1(m, r, a) m(1, a)
#define RT_EACH_2(m, r, a, b) m(1, a) m(2, b)
#define RT_EACH_3(m, r, a, b, c) m(1, a) m(2, b) m(3, c)
#define RT_EACH_4(m, r, a, b, c, d) m(1, a) m(2, b) m(3, c) m(4, d)
#define RT_EACH_5(m, r, a, b, c, d, e) m(1, a) m(2, b) m(3, c) m(4, d) m(5, e)
#define RT_EACH_6(m, r, a, b, c, d, e, f) m(1, a) m(2, b) m(3, c) m(4, d) m(5, e) m(6, f)
#define RT_EACH_7(m, r, a, b, c, d, e, f, g) m(1, a) m(2, b) m(3, c) m(4, d) m(5, e) m(6, f) m(7, g)
#define RT_EACH_8(m, r, a, b, c, d, e, f, g, h) m(1, a) m(2, b) m(3, c) m(4, d) m(5, e) m(6, f) m(7, g) m(8, h)
#define RT_NUMBERED_0
#define RT_NUMBERED_1 a1
#define RT_NUMBERED_2 a1, a2
#define RT_NUMBERED_3 a1, a2, a3
#define RT_NUMBERED_4 a1, a2, a3, a4
#define RT_NUMBERED_5 a1, a2, a3, a4, a5
#define RT_NUMBERED_6 a1, a2, a3, a4, a5, a6
#define RT_NUMBERED_7 a1, a2, a3, a4, a5, a6, a7
#define RT_NUMBERED_8 a1, a2, a3, a4, a5, a6, a7, a8
/* The type of a pointer to such a function. */
#define RT_PROTOTYPE_0(r) r (*)(void)
#define RT_PROTOTYPE_1(r, a) r (*)(a)
#define RT_PROTOTYPE_2(r, a, b) r (*)(a, b)
#define RT_PROTOTYPE_3(r, a, b, c) r (*)(a, b, c)
#define RT_PROTOTYPE_4(r, a, b, c, d) r (*)(a, b, c, d)
#define RT_PROTOTYPE_5(r, a, b, c, d, e) r (*)(a, b, c, d, e)
#define RT_PROTOTYPE_6(r, a, b, c, d, e, f) r (*)(a, b, c, d, e, f)
#define RT_PROTOTYPE_7(r, a, b, c, d, e, f, g) r (*)(a, b, c, d, e, f, g)
#define RT_PROTOTYPE_8(r, a, b, c, d, e, f, g, h) r (*)(a, b, c, d, e, f, g, h)
#define RT_PICK(r, a, b, c, d, e, f, g, h, count, ...) count
#define RT_PARAMETER_COUNT(...) RT_PICK(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0)
#define RT_FIRST_OF(first, ...) first
#define RT_FIRST(...) RT_FIRST_OF(__VA_ARGS__, 0)

#define RT_READ_LOCAL(n, T) T a##n = RT_READ(T, &reader);
#define RT_LETTER_ITEM(n, T) RT_TYPE_LETTER(T),
#define RT_ONE_ARGUMENT(n, T) +(RT_TYPE_LETTER(T) != 'z' && RT_TYPE_LETTER(T) != 'Z')

/* One function, result type and parameter types after the texts. A function fails by calling rt_plugin_host->fail and
 * returning 0, NaN, false or NULL. */
#define RT_FUNCTION(function, sig, doc, ...)                                                                           \
    RT_FUNCTION_N(RT_PARAMETER_COUNT(__VA_ARGS__), function, sig, doc, RT_CALL_VALUE, RT_TYPE_LETTER, __VA_ARGS__)

/* The same for a function without a result; write `void` as the result type. */
#define RT_PROCEDURE(function, sig, doc, ...)                                                                          \
    RT_FUNCTION_N(RT_PARAMETER_COUNT(__VA_ARGS__), function, sig, doc, RT_CALL_VOID, RT_VOID_LETTER, __VA_ARGS__)

#define RT_VOID_LETTER(T) '-'
#define RT_CALL_VOID(T, call)                                                                                          \
    call;                                                                                                              \
    return *status;
#define RT_CALL_VALUE(T, call)                                                                                         \
    T value = call;                                                                                                    \
    return *status != RT_OK ? *status : RT_GIVE(T, &reader, result, value);

#define RT_FUNCTION_N(n, function, sig, doc, how, letter, ...)                                                         \
    RT_FUNCTION_M(n, function, sig, doc, how, letter, __VA_ARGS__)
#define RT_FUNCTION_M(n, function, sig, doc, how, letter, ...)                                                         \
    _Static_assert(_Generic(&function, RT_PROTOTYPE_##n(__VA_ARGS__): 1, default: 0),                                  \
                   "the type of the C function " #function " is not the one listed after the texts: " #__VA_ARGS__);   \
    static rt_status function##_dynamic(const rt_function *self, const rt_value *args, size_t count,                   \
                                        rt_value *result) {                                                            \
        enum { parameters = 0 RT_EACH_##n(RT_ONE_ARGUMENT, __VA_ARGS__) };                                             \
        rt_reader reader = {sig, args, 0, 0, RT_OK};                                                                   \
        int32_t *status = rt_plugin_host->error_location();                                                            \
        memset(result, 0, sizeof *result);                                                                             \
        if (count != parameters) {                                                                                     \
            return rt_plugin_host->complete(self, args, count, result);                                                \
        }                                                                                                              \
        RT_EACH_##n(RT_READ_LOCAL, __VA_ARGS__) if (reader.status != RT_OK) { return reader.status; }                  \
        *status = RT_OK;                                                                                               \
        how(RT_FIRST(__VA_ARGS__), function(RT_NUMBERED_##n))                                                          \
    }                                                                                                                  \
    static const char function##_types[] = {RT_EACH_##n(RT_LETTER_ITEM, __VA_ARGS__) letter(RT_FIRST(__VA_ARGS__)),    \
                                            0};                                                                        \
    static const rt_function_desc function##_desc = {                                                                  \
        sizeof(rt_function_desc), sig,  doc, RT_GROUP,         (rt_native_entry)function,                              \
        function##_dynamic,       NULL, 0,   function##_types, NULL};                                                  \
    static const rt_record function##_record = {RT_RECORD_FUNCTION, &function##_desc, NULL};                           \
    RT_RECORD(function##_record)                                                                                       \
    RT_NOTE(RT_NOTE_FUNCTION, "sig=" sig "\0doc=" doc "\0group=" RT_GROUP)

/* A handle class: declares `static const rt_class *variable`, set before init's on_load. */
#define RT_CLASS(variable, class_name, doc, release)                                                                   \
    static const rt_class *variable;                                                                                   \
    static const rt_class_desc variable##_desc = {sizeof(rt_class_desc), class_name, doc, release};                    \
    static const rt_record variable##_record = {RT_RECORD_CLASS, &variable##_desc, &variable};                         \
    RT_RECORD(variable##_record)                                                                                       \
    RT_NOTE(RT_NOTE_CLASS, "name=" class_name "\0doc=" doc)

/* The plugin itself, once. */
#define RT_PLUGIN(name, version, doc)                                                                                  \
    static rt_status rt_plugin_init(const rt_host *host, rt_plugin *plugin) {                                          \
        if (rt_plugin_host != host ||                                                                                  \
            rt_plugin_self != plugin) { /* a call from before its last close may be reading */                         \
            rt_plugin_host = host;                                                                                     \
            rt_plugin_self = plugin;                                                                                   \
        }                                                                                                              \
        return rt_register_records(host, plugin);                                                                      \
    }                                                                                                                  \
    const rt_plugin_descriptor rt_plugin_entry = {sizeof(rt_plugin_descriptor), RT_ABI_VERSION, rt_plugin_init, NULL}; \
    RT_NOTE(RT_NOTE_PLUGIN, "name=" name "\0version=" version "\0doc=" doc "\0abi=" RT_TEXT_OF(RT_ABI_VERSION))

#endif
