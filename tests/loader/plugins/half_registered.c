/* half_registered.c - an init that registers one function and one class, and then fails unless the host's function
 * `half_may_pass` is registered. */
#include <rtffi/plugin.h>

static const rt_host *host;

static rt_status one_dynamic(const rt_function *self, const rt_value *args, size_t count, rt_value *result) {
    (void)self, (void)args, (void)count;
    result->type = RT_INTEGER;
    result->flags = 0;
    result->size = 0;
    result->payload.integer = 1;
    return RT_OK;
}

static const rt_function_desc one = {
    sizeof(rt_function_desc), "half_one() -> i64", "1.", 0, 0, one_dynamic, 0, 0, 0, 0};
static const rt_function_desc two = {
    sizeof(rt_function_desc), "half_two() -> i64", "1.", 0, 0, one_dynamic, 0, 0, 0, 0};
static const rt_class_desc half_class = {sizeof(rt_class_desc), "Half", "Half a class.", 0};

static rt_status init(const rt_host *given, rt_plugin *plugin) {
    const rt_class *class_ = 0;
    host = given;
    if (host->register_function(plugin, &one) != RT_OK || host->register_class(plugin, &half_class, &class_) != RT_OK) {
        return RT_E_CALLEE;
    }
    if (!host->lookup("half_may_pass")) {
        return host->fail(0, RT_E_UNAVAILABLE, "no_moon", "the moon is not full");
    }
    return host->register_function(plugin, &two);
}

const rt_plugin_descriptor rt_plugin_entry = {sizeof(rt_plugin_descriptor), RT_ABI_VERSION, init, 0};
RT_NOTE(RT_NOTE_PLUGIN, "name=half_registered\0version=1.0.0\0doc=Fails half way\0abi=1")
RT_NOTE(RT_NOTE_FUNCTION, "sig=half_one() -> i64\0doc=1.")
RT_NOTE(RT_NOTE_FUNCTION, "sig=half_two() -> i64\0doc=1.")
