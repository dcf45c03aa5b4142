/* note_without_function.c - its notes promise a function that it does not register. */
#include <rtffi/plugin.h>

static int64_t one(void) { return 1; }
RT_PLUGIN("note_without_function", "1.0.0", "Promises more than it gives")
RT_FUNCTION(one, "promised_one() -> i64", "1.", int64_t)
RT_NOTE(RT_NOTE_FUNCTION, "sig=promised_two() -> i64\0doc=2.")
