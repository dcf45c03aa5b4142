/* function_without_note.c - registers a function that its notes do not have. */
#include <rtffi/plugin.h>

static rt_status one(const rt_function *self, const rt_value *args, size_t count, rt_value *result) {
    (void)self, (void)args, (void)count, (void)result;
    return RT_OK;
}
static const rt_function_desc secret = {sizeof(rt_function_desc), "secret_one() -> i64", "1.", 0, 0, one, 0, 0, 0, 0};
static rt_status init(const rt_host *host, rt_plugin *plugin) { return host->register_function(plugin, &secret); }

const rt_plugin_descriptor rt_plugin_entry = {sizeof(rt_plugin_descriptor), RT_ABI_VERSION, init, 0};
RT_NOTE(RT_NOTE_PLUGIN, "name=function_without_note\0version=1.0.0\0doc=Gives more than it promises\0abi=1")
