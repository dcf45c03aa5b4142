// The binary interface: what is frozen stays as it is.
#include <doctest/doctest.h>

#include <rtffi/plugin.h>
#include <rtffi/rtffi.h>

#include <string>

// Compiled, these are checked; the test cases say so.
static_assert(sizeof(rt_value) == 24 && alignof(rt_value) == 8);
static_assert(offsetof(rt_value, type) == 0 && offsetof(rt_value, flags) == 4 && offsetof(rt_value, size) == 8 &&
              offsetof(rt_value, payload) == 16);
static_assert(sizeof(rt_function) == 40);
static_assert(offsetof(rt_function, native) == 0 && offsetof(rt_function, dynamic) == 8 &&
              offsetof(rt_function, context) == 16 && offsetof(rt_function, name) == 24 &&
              offsetof(rt_function, signature) == 32);

// Structs that begin with their size grow at the end: what was there keeps its place.
static_assert(offsetof(rt_function_desc, struct_size) == 0 && offsetof(rt_function_desc, signature) == 8 &&
              offsetof(rt_function_desc, doc) == 16 && offsetof(rt_function_desc, group) == 24 &&
              offsetof(rt_function_desc, native) == 32 && offsetof(rt_function_desc, dynamic) == 40 &&
              offsetof(rt_function_desc, context) == 48 && offsetof(rt_function_desc, flags) == 56 &&
              offsetof(rt_function_desc, native_types) == 64 && offsetof(rt_function_desc, named) == 72);
static_assert(offsetof(rt_class_desc, struct_size) == 0 && offsetof(rt_class_desc, name) == 8 &&
              offsetof(rt_class_desc, doc) == 16 && offsetof(rt_class_desc, release) == 24);
static_assert(offsetof(rt_provider_desc, struct_size) == 0 && offsetof(rt_provider_desc, prefix) == 8 &&
              offsetof(rt_provider_desc, resolve) == 16 && offsetof(rt_provider_desc, context) == 24);
static_assert(offsetof(rt_error, struct_size) == 0 && offsetof(rt_error, code) == 8 &&
              offsetof(rt_error, message) == 16 && offsetof(rt_error, function) == 24 &&
              offsetof(rt_error, plugin) == 32 && offsetof(rt_error, cause) == 40 && offsetof(rt_error, storage) == 48);
static_assert(offsetof(rt_plugin_descriptor, struct_size) == 0 && offsetof(rt_plugin_descriptor, abi_version) == 8 &&
              offsetof(rt_plugin_descriptor, init) == 16 && offsetof(rt_plugin_descriptor, shutdown) == 24);
static_assert(offsetof(rt_function_info, struct_size) == 0 && offsetof(rt_function_info, function) == 8 &&
              offsetof(rt_function_info, name) == 16 && offsetof(rt_function_info, signature) == 24 &&
              offsetof(rt_function_info, doc) == 32 && offsetof(rt_function_info, group) == 40 &&
              offsetof(rt_function_info, plugin) == 48 && offsetof(rt_function_info, flags) == 56);
static_assert(offsetof(rt_plugin_info, struct_size) == 0 && offsetof(rt_plugin_info, name) == 8 &&
              offsetof(rt_plugin_info, version) == 16 && offsetof(rt_plugin_info, doc) == 24 &&
              offsetof(rt_plugin_info, path) == 32 && offsetof(rt_plugin_info, state) == 40 &&
              offsetof(rt_plugin_info, functions) == 48);

// The host's table: a plugin of today finds each function where a core of tomorrow has it.
static_assert(offsetof(rt_host, struct_size) == 0 && offsetof(rt_host, abi_version) == 8 &&
              offsetof(rt_host, register_function) == 16 && offsetof(rt_host, register_class) == 24 &&
              offsetof(rt_host, register_provider) == 32 && offsetof(rt_host, fail) == 40 &&
              offsetof(rt_host, fail_argument) == 48 && offsetof(rt_host, fail_handle) == 56 &&
              offsetof(rt_host, fail_value) == 64 && offsetof(rt_host, error_location) == 72 &&
              offsetof(rt_host, last_error) == 80);
static_assert(offsetof(rt_host, handle_create) == 88 && offsetof(rt_host, handle_pin) == 96 &&
              offsetof(rt_host, handle_unpin) == 104 && offsetof(rt_host, handle_collect) == 112 &&
              offsetof(rt_host, handle_clone) == 120 && offsetof(rt_host, handle_free) == 128 &&
              offsetof(rt_host, borrow) == 136 && offsetof(rt_host, allocate) == 144 &&
              offsetof(rt_host, deallocate) == 152);
static_assert(offsetof(rt_host, complete) == 160 && offsetof(rt_host, callable_call) == 168 &&
              offsetof(rt_host, lookup) == 176 && offsetof(rt_host, bind) == 184 && offsetof(rt_host, open) == 192 &&
              offsetof(rt_host, close) == 200 && offsetof(rt_host, value_clear) == 208 &&
              offsetof(rt_host, log) == 216 && offsetof(rt_host, callable_class) == 224);
static_assert(offsetof(rt_slot, object) == 0 && offsetof(rt_slot, shared_object) == 8 &&
              offsetof(rt_slot, state) == 16 && offsetof(rt_slot, class_) == 24 && offsetof(rt_slot, pins) == 32 &&
              RT_SLOT_SIZE == 64);

TEST_CASE("status codes and type tags have the numbers they always had") {
    const int statuses[] = {RT_OK,          RT_E_ARGUMENT,  RT_E_TYPE,        RT_E_HANDLE,
                            RT_E_NOT_FOUND, RT_E_SIGNATURE, RT_E_UNAVAILABLE, RT_E_LOAD,
                            RT_E_UNTRUSTED, RT_E_BUSY,      RT_E_MEMORY,      RT_E_CALLEE};
    for (int i = 0; i < 12; i++) {
        CHECK(statuses[i] == i);
    }
    const int tags[] = {RT_NONE,  RT_BOOL,      RT_INTEGER,   RT_DOUBLE,     RT_HANDLE,       RT_POINTER, RT_TEXT,
                        RT_BYTES, RT_I64_ARRAY, RT_F64_ARRAY, RT_BOOL_ARRAY, RT_HANDLE_ARRAY, RT_VALUES};
    for (int i = 0; i < 13; i++) {
        CHECK(tags[i] == i);
    }
    CHECK(RT_VALUE_OWNED == 1);
    CHECK(RT_VALUE_MUTABLE == 2);
    CHECK(RT_FUNCTION_BLOCKS == 1);
    CHECK(RT_FUNCTION_CALLS_BACK == 2);
    CHECK(RT_FUNCTION_ANY_THREAD == 4);
    CHECK(RT_NOTE_PLUGIN == 1);
    CHECK(RT_NOTE_FUNCTION == 2);
    CHECK(RT_NOTE_CLASS == 3);
    CHECK(RT_NOTE_PROVIDER == 4);
}

TEST_CASE("flags lie above the dynamic linker's own") {
    CHECK(RT_DLCLOSE_UNMAP == std::int64_t{1} << 16);
    CHECK(RT_DLOPEN_PROBE == std::int64_t{1} << 16);
    CHECK(RT_BIND_NO_LOAD == std::int64_t{1} << 16);
}

TEST_CASE("the core tells its version") {
    CHECK(rt_abi_version() == RT_ABI_VERSION);
    CHECK(RT_ABI_VERSION == 1);
    CHECK(std::string(rt_version()) == RTFFI_TEST_VERSION);
}

TEST_CASE("values are made as the header says") {
    const rt_value values[] = {rt_none(),    rt_bool(true),  rt_i64(-3),      rt_f64(0.5),
                               rt_handle(9), rt_text("abc"), rt_text(nullptr)};
    CHECK(values[0].type == RT_NONE);
    CHECK((values[1].type == RT_BOOL && values[1].payload.integer == 1));
    CHECK((values[2].type == RT_INTEGER && values[2].payload.integer == -3));
    CHECK((values[3].type == RT_DOUBLE && values[3].payload.number == 0.5));
    CHECK((values[4].type == RT_HANDLE && values[4].payload.integer == 9));
    CHECK((values[5].type == RT_TEXT && values[5].size == 3));
    CHECK((values[6].type == RT_TEXT && values[6].size == 0));
    rt_value malformed = {RT_VALUES, RT_VALUE_OWNED, 5, {0}};
    rt_value_clear(&malformed); // a count without memory
    CHECK(malformed.type == RT_NONE);
    rt_value borrowed = rt_text("not ours to free");
    rt_value_clear(&borrowed);
    CHECK(borrowed.type == RT_NONE);
    rt_value unknown = {77, RT_VALUE_OWNED, 1, {1}};
    rt_value_clear(&unknown);
    CHECK(unknown.type == RT_NONE);
}
