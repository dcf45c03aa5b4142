/* mistaken.c - an init that makes the mistake that RTFFI_TEST_MISTAKE names, and a function that registers another one when it is
 * called, which is too late. */
#include <stdlib.h>
#include <string.h>

#include <rtffi/plugin.h>

static const rt_host *host;
static rt_plugin *self_plugin;

static rt_status late_dynamic(const rt_function *self, const rt_value *args, size_t count, rt_value *result);

static const rt_function_desc late = {
    sizeof(rt_function_desc), "mistaken_late() -> i64", "Too late.", 0, 0, late_dynamic, 0, 0, 0, 0};
static const rt_function_desc later = {
    sizeof(rt_function_desc), "mistaken_later() -> i64", "1.", 0, 0, late_dynamic, 0, 0, 0, 0};

static rt_status late_dynamic(const rt_function *self, const rt_value *args, size_t count, rt_value *result) {
    (void)self, (void)args, (void)count;
    result->type = RT_NONE;
    return host->register_function(self_plugin, &later);
}

static rt_status init(const rt_host *given, rt_plugin *plugin) {
    static const rt_class_desc lower_case = {sizeof(rt_class_desc), "lower case", "No name for a class.", 0};
    const char *mistake = getenv("RTFFI_TEST_MISTAKE");
    const rt_class *class_ = 0;
    host = given;
    self_plugin = plugin;
    if (mistake != 0 && strcmp(mistake, "bad_class_name") == 0) {
        return host->register_class(plugin, &lower_case, &class_);
    }
    if (mistake != 0 && strcmp(mistake, "bad_description") == 0) {
        return host->register_class(plugin, 0, &class_);
    }
    return host->register_function(plugin, &late);
}

const rt_plugin_descriptor rt_plugin_entry = {sizeof(rt_plugin_descriptor), RT_ABI_VERSION, init, 0};
RT_NOTE(RT_NOTE_PLUGIN, "name=mistaken\0version=1.0.0\0doc=Registers what it may not\0abi=1")
RT_NOTE(RT_NOTE_FUNCTION, "sig=mistaken_late() -> i64\0doc=Too late.")
