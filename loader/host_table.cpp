#include "host_table.hpp"

#include <cstdlib>

#include "argument_error.hpp"
#include "borrow.hpp"
#include "call.hpp"
#include "callable.hpp"
#include "class.hpp"
#include "error.hpp"
#include "handle.hpp"
#include "log.hpp"
#include "plugin.hpp"
#include "provider.hpp"

namespace rt::core {

namespace {

// Runs `body` if the plugin may register now, and keeps its init from ending meanwhile.
template <class Body> rt_status in_init(rt_plugin *plugin, const char *what, Body body) {
    return guarded(what, [&]() -> rt_status {
        std::unique_lock<std::mutex> lock;
        if (plugin != nullptr) {
            lock = std::unique_lock(plugin->records_mutex);
        }
        if (plugin == nullptr || !plugin->in_init.load(std::memory_order_acquire)) {
            return fail(RT_E_ARGUMENT, "not_in_init", "registration is possible inside the plugin's init only", what);
        }
        return body();
    });
}

rt_status register_function(rt_plugin *plugin, const rt_function_desc *desc) {
    return in_init(plugin, "register_function", [&]() -> rt_status {
        Staged staged = {};
        if (Outcome ok = stage(desc, staged); !ok) {
            return ok.raise();
        }
        for (const Staged &other : plugin->staged) {
            if (other.info->name == staged.info->name) {
                return fail(RT_E_BUSY, "name_clash",
                            "the plugin registers two functions named " + std::string(other.info->name));
            }
        }
        plugin->staged.push_back(std::move(staged));
        return RT_OK;
    });
}

rt_status register_class_entry(rt_plugin *plugin, const rt_class_desc *desc, const rt_class **out) {
    return in_init(plugin, "register_class", [&] { return register_class(plugin, desc, out).raise(); });
}

rt_status register_provider(rt_plugin *plugin, const rt_provider_desc *desc) {
    return in_init(plugin, "register_provider", [&]() -> rt_status {
        std::shared_ptr<Provider> provider;
        if (Outcome ok = make_provider(plugin, desc, provider); !ok) {
            return ok.raise();
        }
        plugin->staged_providers.push_back(std::move(provider));
        return RT_OK;
    });
}

std::string_view name_in(const char *signature) {
    const std::string_view text = signature != nullptr ? signature : "";
    return text.substr(0, text.find('('));
}

rt_status fail_entry(const char *signature, rt_status code, const char *cause, const char *message) {
    return fail(code == RT_OK ? RT_E_CALLEE : code, cause, message != nullptr ? message : "", name_in(signature));
}

void *allocate(size_t bytes) { return std::malloc(bytes != 0 ? bytes : 1); }

void log_entry(rt_plugin *plugin, int32_t level, const char *message) {
    log(level, plugin != nullptr ? plugin->name.load(std::memory_order_acquire) : "", message);
}

const char *fallback_reason(rt_plugin *plugin) {
    return plugin != nullptr ? plugin->fallback_reason.load(std::memory_order_acquire) : "";
}

} // namespace

const rt_host host_table = {
    sizeof(rt_host),   RT_ABI_VERSION,
    register_function, register_class_entry,
    register_provider, fail_entry,
    fail_argument,     fail_handle,
    fail_value,        rt_error_location,
    rt_last_error,     handle_create,
    handle_pin,        handle_unpin,
    handle_collect,    rt_handle_clone,
    rt_handle_free,    borrow,
    allocate,          std::free,
    complete,          rt_callable_call,
    rt_lookup,         rt_bind,
    rt_dlopen,         rt_dlclose,
    rt_value_clear,    log_entry,
    &callable_class,   fallback_reason,
};

} // namespace rt::core
