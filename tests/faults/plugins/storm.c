/* storm.c - one of several plugins with one function: STORM_NUMBER says which. */
#include <rtffi/plugin.h>

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
#define NAME "storm_" TEXT(STORM_NUMBER)

static rt_status answer(const rt_function *self, const rt_value *args, size_t count, rt_value *result) {
    (void)self, (void)args, (void)count;
    result->type = RT_INTEGER;
    result->flags = 0;
    result->size = 0;
    result->payload.integer = STORM_NUMBER;
    return RT_OK;
}

static const rt_function_desc function = {
    sizeof(rt_function_desc), NAME "_answer() -> i64", "Its number.", 0, 0, answer, 0, 0, 0, 0};

static rt_status init(const rt_host *host, rt_plugin *plugin) { return host->register_function(plugin, &function); }

const rt_plugin_descriptor rt_plugin_entry = {sizeof(rt_plugin_descriptor), RT_ABI_VERSION, init, 0};
RT_NOTE(RT_NOTE_PLUGIN, "name=" NAME "\0version=1.0.0\0doc=One of ten\0abi=1")
RT_NOTE(RT_NOTE_FUNCTION, "sig=" NAME "_answer() -> i64\0doc=Its number.")
