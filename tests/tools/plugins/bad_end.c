/* bad_end.c - a plugin whose init makes an object that nobody frees, or that crashes when its process ends. */
#include <signal.h>

#include <rtffi/plugin.h>

#if defined(LEAVES_A_HANDLE)
RT_CLASS(kept_class, "Kept", "An object that nobody frees.", NULL)
static rt_status init(const rt_host *host, rt_plugin *plugin) {
    static int object;
    const rt_status status = rt_register_records(host, plugin);
    return status == RT_OK && host->handle_create(kept_class, &object) == 0 ? RT_E_MEMORY : status;
}
#else
__attribute__((destructor)) static void at_the_end(void) { raise(SIGSEGV); }
static rt_status init(const rt_host *host, rt_plugin *plugin) {
    (void)host, (void)plugin;
    return RT_OK;
}
#endif

const rt_plugin_descriptor rt_plugin_entry = {sizeof(rt_plugin_descriptor), RT_ABI_VERSION, init, 0};
RT_NOTE(RT_NOTE_PLUGIN, "name=" NAME "\0version=1.0.0\0doc=Ends badly\0abi=1")
