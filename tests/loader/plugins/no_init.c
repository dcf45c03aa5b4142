/* no_init.c - an entry without an init. */
#include <rtffi/plugin.h>

const rt_plugin_descriptor rt_plugin_entry = {sizeof(rt_plugin_descriptor), RT_ABI_VERSION, 0, 0};
RT_NOTE(RT_NOTE_PLUGIN, "name=no_init\0version=1.0.0\0doc=Has no init\0abi=1")
