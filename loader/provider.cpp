#include "provider.hpp"

#include <algorithm>
#include <shared_mutex>

#include "plugin.hpp"

namespace rt::core {

namespace {

struct Providers {
    std::shared_mutex mutex;
    std::vector<std::shared_ptr<Provider>> list;
};

Providers &providers() {
    static Providers *const instance = new Providers;
    return *instance;
}

std::shared_ptr<Provider> provider_for(std::string_view name) {
    const std::shared_lock lock(providers().mutex);
    for (const auto &provider : providers().list) {
        if (name.starts_with(provider->prefix)) {
            return provider;
        }
    }
    return nullptr;
}

} // namespace

Outcome make_provider(rt_plugin *plugin, const rt_provider_desc *desc, std::shared_ptr<Provider> &out) {
    if (desc == nullptr || desc->struct_size < sizeof(rt_provider_desc) || desc->prefix == nullptr ||
        desc->prefix[0] == '\0' || desc->resolve == nullptr) {
        return {RT_E_ARGUMENT, "bad_description",
                "a provider's description needs struct_size, a prefix and a resolver"};
    }
    out = std::make_shared<Provider>();
    out->prefix = desc->prefix;
    out->desc = *desc;
    out->plugin = plugin;
    return {};
}

Outcome add_providers(const std::vector<std::shared_ptr<Provider>> &added) {
    const std::unique_lock lock(providers().mutex);
    for (const auto &provider : added) {
        for (const auto &other : providers().list) {
            if (provider->prefix.starts_with(other->prefix) || other->prefix.starts_with(provider->prefix)) {
                return {RT_E_BUSY, "name_clash",
                        "the prefix '" + provider->prefix + "' is provided already, by the plugin '" +
                            other->plugin->name.load() + "'"};
            }
        }
    }
    providers().list.insert(providers().list.end(), added.begin(), added.end());
    return {};
}

void remove_providers(const rt_plugin *plugin) {
    std::vector<std::shared_ptr<Provider>> removed;
    {
        const std::unique_lock lock(providers().mutex);
        std::erase_if(providers().list, [&](const std::shared_ptr<Provider> &provider) {
            if (provider->plugin == plugin) {
                removed.push_back(provider);
            }
            return provider->plugin == plugin;
        });
    }
    for (const auto &provider : removed) {
        const std::lock_guard lock(provider->mutex);
        provider->gone = true;
    }
}

const Record *resolve(std::string_view name, Outcome &failure) {
    const std::shared_ptr<Provider> provider = provider_for(name);
    if (provider == nullptr) {
        return nullptr;
    }
    const std::lock_guard lock(provider->mutex);
    if (const Record *found = find_published(name)) {
        return found; // another thread asked first
    }
    if (provider->gone) {
        return nullptr;
    }
    const std::string text(name);
    rt_function_desc desc = {};
    desc.struct_size = sizeof desc;
    const rt_status status =
        guarded("resolver", [&] { return provider->desc.resolve(provider->desc.context, text.c_str(), &desc); });
    if (status != RT_OK) {
        if (status != RT_E_NOT_FOUND) {
            failure = last_outcome(status, "the resolver of '" + provider->prefix + "' failed");
        }
        return nullptr;
    }
    std::vector<Staged> staged(1);
    if (failure = stage(&desc, staged[0]); !failure) {
        return nullptr;
    }
    if (staged[0].info->name != name) {
        failure = {RT_E_CALLEE, "resolver", "asked for " + text + ", the resolver gave `" + staged[0].info->text + "`"};
        return nullptr;
    }
    rt_plugin &plugin = *provider->plugin;
    const std::lock_guard records_lock(plugin.records_mutex);
    if (failure = publish(&plugin, plugin.name.load(), staged, plugin.records); !failure) {
        return nullptr;
    }
    return find_published(name);
}

} // namespace rt::core
