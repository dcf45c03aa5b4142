// registry.hpp - names to function records, for readers without locks.
//
// Note [One store publishes]: the table holds every name ever registered. A name counts only while its owner is a visible
// plugin, so that one store, of the plugin's `visible` flag, makes all its functions appear, and one makes
// them go. The table only grows, by doubling; the tables it outgrew are kept, since a reader may be in one.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "record.hpp"

namespace rt::core {

// One function to be published: its parsed signature and what its plugin gave.
struct Staged {
    std::unique_ptr<SignatureInfo> info;
    rt_function_desc desc;
    std::string doc;
    std::string group;
};

// The published record of a name, or null. Lock-free.
const Record *find_published(std::string_view name) noexcept;

// The plugin that a record is published by, visible or not yet, or null.
const rt_plugin *owner_of(const Record &record) noexcept;

// Checks one function's description and parses it. On failure nothing happened.
Outcome stage(const rt_function_desc *desc, Staged &out);

// Publishes all functions as the plugin's, or none: refused where a name is another visible plugin's. The records go to
// `records`. They show once the plugin is visible. `plugin_name` lives for ever.
Outcome publish(rt_plugin *plugin, const char *plugin_name, std::vector<Staged> &functions,
                std::vector<Record *> &records);

// Takes back those of the records that are the plugin's: stubs, without an owner.
void withdraw(const rt_plugin &plugin, std::span<Record *const> records);

// The published records whose name begins with `prefix`, sorted by name.
std::vector<const Record *> published(std::string_view prefix);

// The published name nearest to `name` in spelling, or "".
std::string nearest_name(std::string_view name);

} // namespace rt::core
