// list.cpp - what is there: functions and plugins.
#include <algorithm>
#include <cstring>

#include "error.hpp"
#include "plugin.hpp"
#include "provider.hpp"
#include "registry.hpp"

namespace rt::core {

namespace {

rt_function_info describe(const Record &record) {
    return {sizeof(rt_function_info),
            &record,
            record.name,
            record.signature,
            record.doc.load(std::memory_order_acquire),
            record.group.load(std::memory_order_acquire),
            record.plugin_name.load(std::memory_order_acquire),
            record.flags.load(std::memory_order_acquire)};
}

} // namespace

} // namespace rt::core

using namespace rt::core;

extern "C" {

rt_status rt_each_function(const char *prefix, rt_function_visitor visit, void *context) {
    return guarded("rt_each_function", [&]() -> rt_status {
        if (visit == nullptr) {
            return fail(RT_E_ARGUMENT, nullptr, "rt_each_function: the visitor is null");
        }
        for (const Record *record : published(prefix != nullptr ? prefix : "")) {
            const rt_function_info info = describe(*record);
            if (!visit(context, &info)) {
                break;
            }
        }
        return RT_OK;
    });
}

rt_status rt_each_provided(const char *prefix, rt_function_visitor visit, void *context) {
    return guarded("rt_each_provided", [&]() -> rt_status {
        if (prefix == nullptr || visit == nullptr) {
            return fail(RT_E_ARGUMENT, nullptr, "rt_each_provided: the prefix or the visitor is null");
        }
        std::vector<Provided> provided;
        if (Outcome ok = list_provided(prefix, provided); !ok) {
            return ok.raise();
        }
        std::sort(provided.begin(), provided.end(),
                  [](const Provided &a, const Provided &b) { return a.info->name < b.info->name; });
        for (const Provided &one : provided) {
            const std::string name(one.info->name);
            const rt_function_info info = {
                sizeof info,     nullptr,           name.c_str(),       one.info->text.c_str(),
                one.doc.c_str(), one.group.c_str(), one.plugin.c_str(), one.flags};
            if (!visit(context, &info)) {
                break;
            }
        }
        return RT_OK;
    });
}

rt_status rt_each_plugin(rt_plugin_visitor visit, void *context) {
    return guarded("rt_each_plugin", [&]() -> rt_status {
        if (visit == nullptr) {
            return fail(RT_E_ARGUMENT, nullptr, "rt_each_plugin: the visitor is null");
        }
        for (rt_plugin *plugin : all_plugins()) {
            rt_plugin_info info = {};
            info.struct_size = sizeof info;
            info.name = plugin->name.load(std::memory_order_acquire);
            if (*info.name == '\0') {
                continue; // a library with plain symbols
            }
            info.version = plugin->version.load(std::memory_order_acquire);
            info.doc = plugin->doc.load(std::memory_order_acquire);
            info.path = plugin->path.c_str();
            info.state = state_name(state_of(*plugin));
            {
                const std::lock_guard lock(plugin->records_mutex);
                info.functions = static_cast<std::int64_t>(plugin->records.size());
            }
            if (!visit(context, &info)) {
                break;
            }
        }
        return RT_OK;
    });
}

rt_status rt_function_describe(const rt_function *function, rt_function_info *info) {
    if (function == nullptr || info == nullptr || info->struct_size < sizeof(std::size_t)) {
        return fail(RT_E_ARGUMENT, nullptr,
                    "rt_function_describe: function or info is null, or struct_size is not set");
    }
    const std::size_t size = info->struct_size;
    const rt_function_info full = describe(record_of(function));
    std::memcpy(info, &full, std::min(size, sizeof full));
    info->struct_size = size;
    return RT_OK;
}

const char *rt_version(void) { return RTFFI_VERSION; }

int32_t rt_abi_version(void) { return RT_ABI_VERSION; }

} // extern "C"
