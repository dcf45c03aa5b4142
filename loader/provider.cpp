#include "provider.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstring>
#include <deque>
#include <mutex>
#include <utility>

#include "fork.hpp"
#include "plugin.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

struct Providers {
    std::mutex mutex;
    std::vector<std::shared_ptr<Provider>> list;
};

Providers &providers() {
    static Providers *const instance = new Providers;
    return *instance;
}

struct Resolvers {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Turns> turns; // one per plugin there ever was
};

Resolvers &resolvers() {
    static Resolvers *const instance = new Resolvers;
    return *instance;
}

const ForkSafe
    fork_safe_list(ForkRank::providers, [] { providers().mutex.lock(); }, [] { providers().mutex.unlock(); });
const ForkSafe
    fork_safe_turns(ForkRank::resolvers, [] { resolvers().mutex.lock(); }, [] { resolvers().mutex.unlock(); });

Turns &turns_of(std::string_view plugin, std::string_view prefix) {
    const std::lock_guard lock(resolvers().mutex);
    for (Turns &turns : resolvers().turns) {
        if (turns.plugin == plugin) {
            return turns;
        }
    }
    return resolvers().turns.emplace_back(Turns{std::string(plugin), std::string(prefix), nullptr, 0, {}});
}

// The chain of resolvers that would close if `self` waited for `target`, "a:: -> b:: -> a::", or "". Under the mutex.
std::string cycle(const Turns &target, const ThreadState *self) {
    std::string chain = target.prefix;
    const Turns *at = &target;
    for (int steps = 0; at != nullptr && at->asked_by != nullptr && steps < 1000; steps++) {
        at = at->asked_by->asking;
        chain += " -> " + (at != nullptr ? at->prefix : "");
        if (at != nullptr && at->asked_by == self) {
            return joined({chain, " -> ", target.prefix});
        }
    }
    return "";
}

// One thread's turn with a resolver; see Note [Turns].
class Turn {
  public:
    Turn(Turns &turns, ThreadState *self) : turns_(turns) {
        std::unique_lock lock(resolvers().mutex);
        const auto deadline = std::chrono::steady_clock::now() + patience();
        const auto free = [&] { return turns.asked_by == nullptr || turns.asked_by == self; };
        if (!free()) {
            if (const std::string chain = cycle(turns, self); !chain.empty()) {
                failure = {RT_E_BUSY, "resolver_cycle", "a cycle of resolvers: " + chain};
                return;
            }
            self->asking = &turns;
            const bool came = resolvers().changed.wait_until(lock, deadline, free);
            self->asking = nullptr;
            if (!came) {
                failure = {RT_E_BUSY, "resolver_timeout",
                           joined({"the resolver of '", turns.prefix, "' is busy on another thread; waited ",
                                   patience_text()})};
                return;
            }
        }
        turns.asked_by = self;
        turns.depth++;
    }
    Turn(const Turn &) = delete;
    Turn &operator=(const Turn &) = delete;
    ~Turn() {
        if (!failure) {
            return;
        }
        const std::lock_guard lock(resolvers().mutex);
        if (--turns_.depth == 0) {
            turns_.asked_by = nullptr;
            resolvers().changed.notify_all();
        }
    }
    Outcome failure;

  private:
    Turns &turns_;
};

// The prefix of a provider of every name with it in it that no other has; see rt_provider_desc.
constexpr std::string_view any_prefix = "::";

std::shared_ptr<Provider> provider_for(std::string_view name) {
    const std::lock_guard lock(providers().mutex);
    const bool qualified = name.find(any_prefix) != std::string_view::npos;
    std::shared_ptr<Provider> of_the_rest;
    for (const auto &provider : providers().list) {
        if (name.starts_with(provider->prefix)) {
            return provider;
        }
        if (qualified && provider->prefix == any_prefix) {
            of_the_rest = provider;
        }
    }
    return of_the_rest;
}

} // namespace

Outcome make_provider(rt_plugin *plugin, const rt_provider_desc *desc, std::shared_ptr<Provider> &out) {
    if (desc == nullptr || desc->struct_size < offsetof(rt_provider_desc, each) || desc->prefix == nullptr ||
        desc->prefix[0] == '\0' || desc->resolve == nullptr) {
        return {RT_E_ARGUMENT, "bad_description",
                "a provider's description needs struct_size, a prefix and a resolver"};
    }
    out = std::make_shared<Provider>();
    out->prefix = desc->prefix;
    std::memcpy(&out->desc, desc, std::min(desc->struct_size, sizeof out->desc)); // an older plugin's ends earlier
    out->plugin = plugin;
    out->turns = &turns_of(plugin->name.load(), out->prefix);
    return {};
}

Outcome add_providers(const std::vector<std::shared_ptr<Provider>> &added) {
    const std::lock_guard lock(providers().mutex);
    for (const auto &provider : added) {
        for (const std::vector<std::shared_ptr<Provider>> *others : {&std::as_const(providers().list), &added}) {
            for (const auto &other : *others) {
                if (other != provider &&
                    (provider->prefix.starts_with(other->prefix) || other->prefix.starts_with(provider->prefix))) {
                    return {RT_E_BUSY, "name_clash",
                            joined({"the prefix '", provider->prefix, "' overlaps with '", other->prefix,
                                    "', of the plugin '", other->plugin->name.load(), "'"})};
                }
            }
        }
    }
    providers().list.insert(providers().list.end(), added.begin(), added.end());
    return {};
}

void remove_providers(rt_plugin *plugin) {
    const std::lock_guard records_lock(plugin->records_mutex);
    const std::lock_guard lock(providers().mutex);
    std::erase_if(providers().list, [&](const std::shared_ptr<Provider> &provider) {
        const bool removed = provider->plugin == plugin;
        if (removed) {
            provider->gone = true; // guarded by this plugin's mutex, which the others' are not
        }
        return removed;
    });
}

namespace {

bool is_gone(const Provider &provider) {
    const std::lock_guard lock(provider.plugin->records_mutex);
    return provider.gone;
}

const Record *publish_resolved(Provider &provider, std::vector<Staged> &staged, Outcome &failure) {
    rt_plugin &plugin = *provider.plugin;
    const std::lock_guard lock(plugin.records_mutex);
    if (provider.gone) {
        return nullptr;
    }
    const std::string name(staged[0].info->name); // publishing moves the signature away
    if (const Record *found = find_published(name)) {
        return found; // the resolver asked for it itself
    }
    failure = publish(&plugin, plugin.name.load(), staged, plugin.records);
    return failure ? find_published(name) : nullptr;
}

} // namespace

namespace {

// What a provider's `each` has given so far.
struct Listing {
    const Provider &provider;
    std::string_view begin;
    std::vector<Provided> found = {};
    Outcome failure = {};
};

Outcome note_provided(Listing &listing, const rt_function_desc *desc) {
    if (desc == nullptr || desc->signature == nullptr) {
        return {RT_E_ARGUMENT, "bad_description",
                joined({"the provider of '", listing.provider.prefix, "' listed a function without a signature"})};
    }
    Provided provided;
    if (Outcome parsed = SignatureInfo::parse(desc->signature, provided.info); !parsed) {
        return parsed;
    }
    if (!provided.info->name.starts_with(listing.begin)) {
        return {RT_E_CALLEE, "resolver",
                joined({"asked for what begins with ", listing.begin, ", the provider of '", listing.provider.prefix,
                        "' listed `", provided.info->text, "`"})};
    }
    provided.doc = desc->doc != nullptr ? desc->doc : "";
    provided.group = desc->group != nullptr ? desc->group : "";
    provided.plugin = listing.provider.plugin->name.load();
    provided.flags = desc->flags;
    listing.found.push_back(std::move(provided));
    return {};
}

// Called by the provider, whose frames no exception may cross.
bool visit_provided(void *data, const rt_function_desc *desc) {
    auto &listing = *static_cast<Listing *>(data);
    const rt_status status = guarded("rt_each_provided", [&] {
        listing.failure = note_provided(listing, desc);
        return listing.failure.code;
    });
    if (status != RT_OK && listing.failure) {
        listing.failure = {status, "", ""}; // memory is exhausted
    }
    return status == RT_OK;
}

} // namespace

Outcome list_provided(const std::string &begin, std::vector<Provided> &out) {
    const std::shared_ptr<Provider> provider = provider_for(begin);
    if (provider == nullptr || provider->desc.each == nullptr) {
        return {};
    }
    ThreadState *self = thread_state();
    if (self == nullptr) {
        throw std::bad_alloc();
    }
    const Turn turn(*provider->turns, self);
    if (!turn.failure) {
        return turn.failure;
    }
    if (is_gone(*provider)) {
        return {}; // its plugin was closed while this thread waited
    }
    Listing listing{*provider, begin};
    const rt_status status = guarded("resolver", [&] {
        return provider->desc.each(provider->desc.context, begin.c_str(), visit_provided, &listing);
    });
    if (!listing.failure) {
        return listing.failure;
    }
    if (status != RT_OK) {
        return last_outcome(status, joined({"the provider of '", provider->prefix, "' failed"}));
    }
    out = std::move(listing.found);
    return {};
}

const Record *resolve(std::string_view name, Outcome &failure) {
    const std::shared_ptr<Provider> provider = provider_for(name);
    if (provider == nullptr) {
        return nullptr;
    }
    ThreadState *self = thread_state();
    if (self == nullptr) {
        throw std::bad_alloc();
    }
    Turns &turns = *provider->turns;
    const Turn turn(turns, self);
    if (!turn.failure) {
        failure = turn.failure;
        return nullptr;
    }
    if (const Record *found = find_published(name)) {
        return found; // another thread asked first
    }
    if (std::find(turns.asked_for.begin(), turns.asked_for.end(), name) != turns.asked_for.end()) {
        failure = {RT_E_BUSY, "resolver_cycle",
                   joined({"the resolver of '", provider->prefix, "' asks for what it is looking for, ", name})};
        return nullptr;
    }
    if (is_gone(*provider)) {
        return nullptr; // its plugin was closed while this thread waited
    }
    turns.asked_for.push_back(name);
    const struct Done {
        Turns &turns;
        ~Done() { turns.asked_for.pop_back(); }
    } done{turns};
    const std::string text(name);
    rt_function_desc desc = {};
    desc.struct_size = sizeof desc;
    const std::uint64_t errors_before = error_number();
    const rt_status status =
        guarded("resolver", [&] { return provider->desc.resolve(provider->desc.context, text.c_str(), &desc); });
    if (status != RT_OK) {
        if (status != RT_E_NOT_FOUND || error_number() != errors_before) {
            failure = last_outcome(status, joined({"the resolver of '", provider->prefix, "' failed"}));
        }
        return nullptr;
    }
    std::vector<Staged> staged(1);
    if (failure = stage(&desc, staged[0]); !failure) {
        return nullptr;
    }
    if (staged[0].info->name != name) {
        failure = {RT_E_CALLEE, "resolver",
                   joined({"asked for ", text, ", the resolver gave `", staged[0].info->text, "`"})};
        return nullptr;
    }
    return publish_resolved(*provider, staged, failure);
}

} // namespace rt::core
