#include "lookup.hpp"

#include "discovery.hpp"
#include "provider.hpp"
#include "registry.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

// Without loading anything. `failure` says more where a provider failed.
const Record *find(std::string_view name, Outcome &failure) {
    const Record *record = find_published(name);
    return record != nullptr ? record : resolve(name, failure);
}

// Out of line, so that the look-up that finds its name saves no register for this.
[[gnu::noinline, gnu::cold]] const rt_function *look_further(const char *name) {
    return guarded_value("rt_lookup", static_cast<const rt_function *>(nullptr), [&]() -> const rt_function * {
        if (name == nullptr) {
            fail(RT_E_ARGUMENT, nullptr, "rt_lookup: the name is null");
            return nullptr;
        }
        Outcome failure;
        const Record *record = resolve(name, failure);
        if (record == nullptr && !failure) {
            failure.raise();
        } else if (record == nullptr) {
            fail_with_suggestion("not_found", joined({"no function named '", name, "' is registered"}), name);
        }
        return record;
    });
}

} // namespace

[[gnu::cold]] const Record *find_or_load(std::string_view name) {
    Outcome failure;
    if (const Record *record = find(name, failure)) {
        return record;
    }
    const FunctionOwner owner = plugin_with_function(name);
    if (!owner.plugin.empty()) {
        if (const Outcome opened = open_for_good(owner.plugin); !opened) {
            opened.raise();
            return nullptr;
        }
        if (const Record *record = find(name, failure)) {
            return record;
        }
    }
    if (!failure) {
        failure.raise();
        return nullptr;
    }
    const std::string missing = joined({"no function named '", name, "' is registered"});
    if (owner.plugin.empty()) {
        const NearFunction nearest = nearest_function(name);
        fail(RT_E_NOT_FOUND, "not_found",
             joined({missing, ", nor has it a plugin on the search path", did_you_mean(nearest.name, nearest.signature),
                     "; ", what_was_searched()}));
    } else if (owner.is_provider) {
        fail(RT_E_NOT_FOUND, "not_provided",
             joined({missing, "; the plugin '", owner.plugin, "' resolves such names, but does not know this one"}));
    } else {
        fail(RT_E_NOT_FOUND, "other_file_first",
             joined({missing, "; ", owner.path, " has it, but another file of the plugin '", owner.plugin,
                     "' comes before that one: rtffi explain ", owner.plugin, " says why"}));
    }
    return nullptr;
}

} // namespace rt::core

using namespace rt::core;

extern "C" {

const rt_function *rt_lookup(const char *name) {
    const Record *record = name != nullptr ? find_published(name) : nullptr;
    return record != nullptr ? record : look_further(name);
}

rt_status rt_bind(const char *name, const char *signature, int64_t flags, const rt_function **out) {
    return guarded("rt_bind", [&]() -> rt_status {
        if (name == nullptr || out == nullptr || (flags & ~RT_BIND_NO_LOAD) != 0) {
            return fail(RT_E_ARGUMENT, nullptr, "rt_bind: name or out is null, or flags are unknown");
        }
        *out = nullptr;
        const Record *record =
            (flags & RT_BIND_NO_LOAD) != 0 ? static_cast<const Record *>(rt_lookup(name)) : find_or_load(name);
        if (record == nullptr) {
            rt_error error = {};
            error.struct_size = sizeof error;
            return rt_last_error(&error);
        }
        if (signature != nullptr) {
            if (Outcome agreed = check_declaration(signature, *record->info); !agreed) {
                return agreed.raise();
            }
        }
        *out = record;
        return RT_OK;
    });
}

} // extern "C"
