/* future_abi.c - made for a binary interface that is not there yet. */
#include <rtffi/plugin.h>

static rt_status init(const rt_host *host, rt_plugin *plugin) {
    (void)host, (void)plugin;
    return RT_OK;
}
const rt_plugin_descriptor rt_plugin_entry = {sizeof(rt_plugin_descriptor), RT_ABI_VERSION + 1, init, 0};
RT_NOTE(RT_NOTE_PLUGIN, "name=future_abi\0version=9.0.0\0doc=From the future\0abi=2")
