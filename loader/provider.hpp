// provider.hpp - plugins that resolve whole families of names, such as `aten::`.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "error.hpp"
#include "record.hpp"

namespace rt::core {

struct Provider {
    std::string prefix;
    rt_provider_desc desc = {};
    rt_plugin *plugin = nullptr;
    bool gone = false; // guarded by `mutex`
    // Recursive: a resolver may look up names under its own prefix.
    std::recursive_mutex mutex;
};

Outcome make_provider(rt_plugin *plugin, const rt_provider_desc *desc, std::shared_ptr<Provider> &out);

// Adds all, or none where a prefix is taken.
Outcome add_providers(const std::vector<std::shared_ptr<Provider>> &providers);

// Removes a plugin's; returns when none of their resolvers is running any more.
void remove_providers(const rt_plugin *plugin);

// Asks the provider of the name's prefix, and publishes what it gives. Null where there is none or it does not know
// the name; then `failure` says more, if there is more to say.
const Record *resolve(std::string_view name, Outcome &failure);

} // namespace rt::core
