/* plain.c - a library with plain symbols. */
#include <rtffi/rtffi.h>

int plain_answer(void);
int plain_answer(void) { return 41; }

int plain_counter(void);
int plain_counter(void) {
    static int count;
    return ++count;
}

/* What a host hands to rt_register, rt_callable and rt_log_set. */
rt_status plain_entry(const rt_function *self, const rt_value *args, size_t count, rt_value *result);
rt_status plain_entry(const rt_function *self, const rt_value *args, size_t count, rt_value *result) {
    (void)self, (void)args, (void)count;
    *result = rt_i64(41);
    return RT_OK;
}
void plain_sink(void *context, int32_t level, const char *plugin, const char *message);
void plain_sink(void *context, int32_t level, const char *plugin, const char *message) {
    (void)level, (void)plugin, (void)message;
    ++*(int *)context;
}
