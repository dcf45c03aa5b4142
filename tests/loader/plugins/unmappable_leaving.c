/* unmappable_leaving.c - a plugin that makes an object in its shutdown. */
#include <rtffi/plugin.h>

RT_CLASS(leaving_class, "Leaving", "An object that nobody frees.", NULL)

static rt_status init(const rt_host *host, rt_plugin *plugin) { return rt_register_records(host, plugin); }

static void shut_down(const rt_host *host) {
    static int object;
    host->handle_create(leaving_class, &object);
}

const rt_plugin_descriptor rt_plugin_entry = {sizeof(rt_plugin_descriptor), RT_ABI_VERSION, init, shut_down};
RT_NOTE(RT_NOTE_PLUGIN, "name=unmappable_leaving\0version=1.0.0\0doc=Leaves an object behind\0abi=1")
RT_UNMAPPABLE
