/* careless.c - a plugin that does not check what it is given, in one way each, for the tests of the test kit. */
#include <stdlib.h>

#include <rtffi/plugin.h>

static void thing_release(void *object) { free(object); }
RT_CLASS(thing_class, "CarelessThing", "Nothing of use.", thing_release)

/* Every wrong handle fails, but with a status that does not say so. */
#define WORTH "careless_worth(thing: CarelessThing) -> i64"
static int64_t worth(int64_t handle) {
    void **cell = rt_plugin_host->handle_pin(handle, thing_class);
    if (!cell) {
        rt_plugin_host->fail(WORTH, RT_E_CALLEE, NULL, "something is wrong");
        return 0;
    }
    rt_plugin_host->handle_unpin(cell);
    return 7;
}

static int64_t thing(void) {
    void *object = calloc(1, 1);
    const int64_t handle = object ? rt_plugin_host->handle_create(thing_class, object) : 0;
    if (!handle) {
        free(object);
        rt_plugin_host->fail("careless_thing() -> CarelessThing", RT_E_MEMORY, NULL, "memory is exhausted");
    }
    return handle;
}

/* Makes an object before it looks at what it was given. */
#define LEAVE "careless_leave(thing: CarelessThing) -> i64"
static int64_t leave(int64_t handle) {
    void **cell;
    thing();
    cell = rt_plugin_host->handle_pin(handle, thing_class);
    if (!cell) {
        rt_plugin_host->fail_handle(LEAVE, 0, handle, thing_class);
        return 0;
    }
    rt_plugin_host->handle_unpin(cell);
    return 7;
}

/* Says that memory is exhausted, but with another status. */
static int64_t allocate(int64_t size) {
    void *memory = malloc((size_t)size + 1);
    if (!memory) {
        rt_plugin_host->fail("careless_allocate(size: i64) -> i64", RT_E_CALLEE, NULL, "it did not work");
        return 0;
    }
    free(memory);
    return size;
}

static double half(double x) { return x / 2; }

RT_PLUGIN("careless", "1.0.0", "Does not check what it is given")
RT_FUNCTION(worth, WORTH, "What it is worth.", int64_t, int64_t)
RT_FUNCTION(thing, "careless_thing() -> CarelessThing", "Makes one.", int64_t)
RT_FUNCTION(leave, LEAVE, "Leaves a thing behind.", int64_t, int64_t)
RT_FUNCTION(allocate, "careless_allocate(size: i64) -> i64", "Allocates memory.", int64_t, int64_t)

/* Its dynamic entry takes whatever comes. */
static rt_status half_dynamic(const rt_function *self, const rt_value *args, size_t count, rt_value *result) {
    (void)self;
    (void)args;
    (void)count;
    memset(result, 0, sizeof *result);
    result->type = RT_DOUBLE;
    return RT_OK;
}
static const rt_function_desc half_desc = {sizeof(rt_function_desc),
                                           "careless_half(x: f64) -> f64",
                                           "Half.",
                                           "",
                                           (rt_native_entry)half,
                                           half_dynamic,
                                           NULL,
                                           0,
                                           "dd",
                                           NULL};
static const rt_record half_record = {RT_RECORD_FUNCTION, &half_desc, NULL};
RT_RECORD(half_record)
RT_NOTE(RT_NOTE_FUNCTION, "sig=careless_half(x: f64) -> f64\0doc=Half.\0group=")
