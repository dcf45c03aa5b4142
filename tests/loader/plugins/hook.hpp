// hook.hpp - a plugin whose init and shutdown call functions of the host's, `hook_on_load_NAME` and `hook_on_unload_NAME`,
// where they are registered. A test publishes them, and so says what the plugin does. Define HOOK_NAME before.
#pragma once

#include <rtffi/plugin.hpp>

#define HOOK(prefix, rest) prefix HOOK_NAME rest

namespace {

struct Hooked {
    std::int64_t value[3];
};

void run_hook(const char *name) {
    const rt_function *hook = rt::detail::host->lookup(name);
    if (hook == nullptr) {
        *rt::detail::host->error_location() = RT_OK;
        return;
    }
    rt_value result{};
    const rt_status status = __atomic_load_n(&hook->dynamic, __ATOMIC_ACQUIRE)(hook, nullptr, 0, &result);
    if (status != RT_OK) {
        throw rt::detail::Reported{status};
    }
}

void on_load() { run_hook(HOOK("hook_on_load_", )); }
void on_unload() { run_hook(HOOK("hook_on_unload_", )); }

std::int64_t answer() { return 42; }
Hooked make() { return {{1, 2, 3}}; }

} // namespace

RT_DECLARE_CLASS(Hooked, HOOK("Hooked_", ))
RT_CLASS(Hooked, HOOK("Hooked_", ), "An object.")

RT_PLUGIN(HOOK_NAME, "1.0.0", "Calls the host while it loads", .on_load = on_load, .on_unload = on_unload)

RT_FUNCTION(answer, HOOK("", "_answer() -> i64"), "42.")
RT_FUNCTION(make, HOOK("", "_make() -> Hooked_") HOOK_NAME, "Makes an object.")
