/* sdk_age.c - as built with a newer SDK of the same binary interface, whose structs have grown (SDK_AGE 1), or with an older one,
 * whose structs were shorter (SDK_AGE -1). */
#include <rtffi/plugin.h>

#if SDK_AGE > 0
#define NAME "newer_sdk"
#else
#define NAME "older_sdk"
#endif

/* What a later version may add at the end. */
struct grown_function {
    rt_function_desc known;
    const char *added[4];
};
struct grown_plugin {
    rt_plugin_descriptor known;
    const void *added[4];
};

static rt_status answer(const rt_function *self, const rt_value *args, size_t count, rt_value *result) {
    (void)self, (void)args, (void)count;
    result->type = RT_INTEGER;
    result->flags = 0;
    result->size = 0;
    result->payload.integer = 5;
    return RT_OK;
}

#if SDK_AGE > 0
#define FUNCTION_SIZE sizeof(struct grown_function)
#define PLUGIN_SIZE sizeof(struct grown_plugin)
#else
#define FUNCTION_SIZE offsetof(rt_function_desc, native_types)
#define PLUGIN_SIZE sizeof(rt_plugin_descriptor)
#endif

#if SDK_AGE <= 0
static rt_status unreal(const rt_function *self, const rt_value *args, const char *const *names, size_t count,
                        rt_value *result) {
    (void)self, (void)args, (void)names, (void)count, (void)result;
    return RT_E_CALLEE;
}
#else
#define unreal 0
#endif

/* What lies behind an older SDK's struct is anything. */
static const struct grown_function function = {{FUNCTION_SIZE, NAME "_answer() -> i64", "5.", 0, 0, answer, 0, 0,
                                                SDK_AGE > 0 ? 0 : (const char *)8, SDK_AGE > 0 ? 0 : unreal},
                                               {0}};

static rt_status init(const rt_host *host, rt_plugin *plugin) {
    return host->register_function(plugin, &function.known);
}

extern __attribute__((visibility("default"))) const struct grown_plugin grown_entry __asm__("rt_plugin_entry");
const struct grown_plugin grown_entry = {{PLUGIN_SIZE, RT_ABI_VERSION, init, 0}, {&grown_entry}};
RT_NOTE(RT_NOTE_PLUGIN, "name=" NAME "\0version=1.0.0\0doc=Of another SDK\0abi=1\0a_later_key=what it says")
RT_NOTE(RT_NOTE_FUNCTION, "sig=" NAME "_answer() -> i64\0doc=5.\0a_later_key=what it says")
RT_NOTE(99, "a note of a later kind")
