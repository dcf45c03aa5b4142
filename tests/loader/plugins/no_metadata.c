/* no_metadata.c - an entry, but no notes. */
#include <rtffi/plugin.h>

static rt_status init(const rt_host *host, rt_plugin *plugin) {
    (void)host, (void)plugin;
    return RT_OK;
}
const rt_plugin_descriptor rt_plugin_entry = {sizeof(rt_plugin_descriptor), RT_ABI_VERSION, init, 0};
