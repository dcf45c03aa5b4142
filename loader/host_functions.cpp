#include "host_functions.hpp"

#include <algorithm>

#include "error.hpp"
#include "mapped_image.hpp"
#include "plugin.hpp"
#include "registry.hpp"

namespace rt::core {

void withdraw_host_functions(const MappedImage &gone) {
    rt_plugin &host = host_plugin();
    const std::lock_guard lock(host.records_mutex);
    std::erase_if(host.records, [&](Record *record) {
        const bool dangling = gone.holds(record->dynamic) || gone.holds(record->native);
        if (dangling) {
            withdraw(host, {&record, 1});
        }
        return dangling;
    });
}

} // namespace rt::core

using namespace rt::core;

extern "C" {

rt_status rt_register(const rt_function_desc *desc, const rt_function **out) {
    return guarded("rt_register", [&]() -> rt_status {
        std::vector<Staged> staged(1);
        if (Outcome ok = stage(desc, staged[0]); !ok) {
            return ok.raise();
        }
        rt_plugin &host = host_plugin();
        const std::lock_guard lock(host.records_mutex);
        if (Outcome ok = publish(&host, "host", staged, host.records); !ok) {
            return ok.raise();
        }
        if (out != nullptr) {
            *out = host.records.back();
        }
        return RT_OK;
    });
}

rt_status rt_unregister(const rt_function *function) {
    return guarded("rt_unregister", [&]() -> rt_status {
        rt_plugin &host = host_plugin();
        const std::lock_guard lock(host.records_mutex);
        // What was published last is mostly taken back first.
        const auto found = std::find(host.records.rbegin(), host.records.rend(), function);
        if (found == host.records.rend()) {
            return fail(RT_E_NOT_FOUND, nullptr, "rt_unregister: no function that the host published");
        }
        withdraw(host_plugin(), {&*found, 1});
        host.records.erase(std::next(found).base());
        return RT_OK;
    });
}

} // extern "C"
