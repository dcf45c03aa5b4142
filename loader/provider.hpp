// provider.hpp - plugins that resolve whole families of names, such as `aten::`.
//
// Note [Turns]: a resolver is asked by one thread at a time, and no lock is held meanwhile: a thread that finds it busy waits
// for its turn, with a deadline, as for a load. One that would wait for itself, because resolvers ask each other, gets an
// error that names the chain. The turns belong to the plugin's name, since the resolvers of its prefixes share what they keep, and
// outlive the provider: a plugin that is closed while its resolver runs, and opened again, has a new provider with the same resolver.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "record.hpp"
#include "thread.hpp"

namespace rt::core {

// Who may ask a plugin's resolvers. Never destroyed. Guarded by the resolvers' mutex.
struct Turns {
    std::string plugin;
    std::string prefix;              // the first that it had, for messages
    ThreadState *asked_by = nullptr; // whose turn it is
    int depth = 0; // how often that thread is inside: a resolver may look up names under its own prefix
    std::vector<std::string_view> asked_for; // that thread's alone: what the resolver is looking for
};

struct Provider {
    std::string prefix;
    rt_provider_desc desc = {};
    rt_plugin *plugin = nullptr;
    Turns *turns = nullptr;

    bool gone = false; // guarded by the plugin's records_mutex: nothing is asked or published afterwards
};

Outcome make_provider(rt_plugin *plugin, const rt_provider_desc *desc, std::shared_ptr<Provider> &out);

// Adds all, or none where a prefix is taken.
Outcome add_providers(const std::vector<std::shared_ptr<Provider>> &providers);

// Removes a plugin's. A resolver may be running still, but nothing that it gives is published any more.
void remove_providers(rt_plugin *plugin);

// What a provider offers.
struct Provided {
    std::unique_ptr<SignatureInfo> info;
    std::string doc;
    std::string group;
    std::string plugin;
    std::uint64_t flags = 0;
};

// Adds to `out` what the provider whose prefix `begin` begins with offers under names that begin so; nothing where there is
// none or it does not list.
Outcome list_provided(const std::string &begin, std::vector<Provided> &out);

// Asks the provider of the name's prefix, and publishes what it gives. Null where there is none or it does not know
// the name; then `failure` says more, if there is more to say.
const Record *resolve(std::string_view name, Outcome &failure);

} // namespace rt::core
