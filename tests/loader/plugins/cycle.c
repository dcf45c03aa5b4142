/* cycle.c - uses one slot of the handle table until its generations are used up. */
#include <rtffi/plugin.h>

RT_CLASS(cycle_class, "Cycled", "Nothing.", 0)

/* Makes and frees a handle again and again; returns how often the handle was of the same slot as the first. A handle that is
 * out of bounds, or that comes again, gives -1. */
static int64_t until_retired(void) {
    const int64_t slot_mask = ((int64_t)1 << 25) - 1;
    int64_t first = 0, last = 0;
    for (int64_t count = 0;; count++) {
        int64_t handle = rt_plugin_host->handle_create(cycle_class, 0);
        if (rt_plugin_host->handle_free(handle) != RT_OK || handle <= 0 || handle >= (int64_t)1 << 53) {
            return -1;
        }
        first = first ? first : handle;
        if ((handle & slot_mask) != (first & slot_mask)) {
            return count;
        }
        if (handle <= last) {
            return -1;
        }
        last = handle;
    }
}

/* The last handle of a slot: what its generations end with. */
static int64_t generation(int64_t handle) { return handle >> 25; }

RT_PLUGIN("cycle", "1.0.0", "Uses slots up")
RT_FUNCTION(until_retired, "cycle_until_retired() -> i64", "How many handles a slot gave.", int64_t)
RT_FUNCTION(generation, "cycle_generation(handle: i64) -> i64", "The generation in a handle.", int64_t, int64_t)
