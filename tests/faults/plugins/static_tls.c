/* static_tls.c - a plugin with more thread-local memory of the static kind than a process has left for it. */
#include <rtffi/plugin.h>

static __thread char memory[1 << 20] __attribute__((tls_model("initial-exec")));
static int64_t size(void) {
    memory[0]++; /* or there would be none */
    return (int64_t)sizeof memory;
}

RT_PLUGIN("static_tls", "1.0.0", "Wants a MiB of static TLS")
RT_FUNCTION(size, "static_tls_size() -> i64", "What it wants.", int64_t)
