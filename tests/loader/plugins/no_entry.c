/* no_entry.c - notes, but no entry. */
#include <rtffi/plugin.h>

RT_NOTE(RT_NOTE_PLUGIN, "name=no_entry\0version=1.0.0\0doc=Has no entry\0abi=1")
