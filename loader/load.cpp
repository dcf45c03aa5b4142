// load.cpp - bringing one file in. Runs without a lock; see states.cpp.
#include <dlfcn.h>

#include <set>

#include "discovery.hpp"
#include "dlopen_error.hpp"
#include "elf_file.hpp"
#include "host_table.hpp"
#include "kept_text.hpp"
#include "map_file.hpp"
#include "metadata.hpp"
#include "plugin.hpp"
#include "probe.hpp"
#include "provider.hpp"
#include "singletons.hpp"
#include "stub.hpp"
#include "text.hpp"
#include "trusted_file.hpp"
#include "version.hpp"

namespace rt::core {

namespace {

// The file's own symbol: dlsym would also find one in a library it depends on.
const rt_plugin_descriptor *find_descriptor(rt_plugin &plugin) {
    void *symbol = dlsym(plugin.library.native(), "rt_plugin_entry");
    Dl_info info = {};
    void *owner = nullptr;
    if (symbol == nullptr || dladdr1(symbol, &info, &owner, RTLD_DL_LINKMAP) == 0) {
        return nullptr;
    }
    return owner == plugin.library.native() ? static_cast<rt_plugin_descriptor *>(symbol) : nullptr;
}

Outcome check_descriptor(const rt_plugin &plugin) {
    const rt_plugin_descriptor &d = *plugin.descriptor;
    if (d.abi_version < 1 || d.abi_version > RT_ABI_VERSION) {
        return {RT_E_LOAD, "abi_version",
                joined({plugin.path, " was made for version ", std::to_string(d.abi_version),
                        " of the binary interface; this librtffi has version ", std::to_string(RT_ABI_VERSION),
                        d.abi_version > RT_ABI_VERSION ? ": update librtffi" : ": the file is damaged"})};
    }
    if (d.struct_size < sizeof(rt_plugin_descriptor) || d.init == nullptr) {
        return {RT_E_LOAD, "bad_descriptor", plugin.path + ": rt_plugin_entry is too short or has no init"};
    }
    return {};
}

// The time in which a plugin may register.
class Registration {
  public:
    explicit Registration(rt_plugin &plugin) : plugin_(plugin) { allow(true); }
    Registration(const Registration &) = delete;
    Registration &operator=(const Registration &) = delete;
    ~Registration() { allow(false); }

  private:
    void allow(bool allowed) {
        const std::lock_guard lock(plugin_.records_mutex);
        plugin_.in_init = allowed;
    }
    rt_plugin &plugin_;
};

// What a plugin claims and publishes while it starts, all of it given up again unless it became visible.
class Attempt {
  public:
    explicit Attempt(rt_plugin &plugin) : plugin_(plugin) { plugin_.claims = true; }
    Attempt(const Attempt &) = delete;
    Attempt &operator=(const Attempt &) = delete;
    ~Attempt() {
        const std::lock_guard lock(plugin_.records_mutex);
        plugin_.staged.clear();
        plugin_.staged_providers.clear();
        if (!plugin_.visible.load(std::memory_order_acquire)) {
            withdraw(plugin_, plugin_.records);
            plugin_.records.clear();
            plugin_.claims = false;
        }
    }

  private:
    rt_plugin &plugin_;
};

Outcome run_init(rt_plugin &plugin) {
    rt_status status = RT_OK;
    {
        const Registration open(plugin);
        status = guarded("init", [&] { return plugin.descriptor->init(&host_table, &plugin); });
    }
    if (status == RT_OK) {
        return {};
    }
    Outcome why = last_outcome(status, "its init returned " + std::string(rt_status_name(status)));
    if (why.cause.empty()) {
        why.cause = "init_failed";
    }
    why.message =
        joined({"the plugin '", plugin.name.load(), "' (", plugin.path, ") did not initialise: ", why.message});
    return why;
}

// What the file says it registers and what it registered must be the same. `said` and `done`: functions' signatures, or
// providers' prefixes.
Outcome agree(const rt_plugin &plugin, std::set<std::string> said, const std::vector<std::string> &done) {
    const std::string where = plugin.path + ": the metadata and the registration disagree: ";
    for (const std::string &registered : done) {
        if (said.erase(registered) == 0) {
            return {RT_E_LOAD, "metadata_mismatch",
                    joined({where, "`", registered, "` is registered but has no note in .note.rtffi"})};
        }
    }
    if (!said.empty()) {
        return {RT_E_LOAD, "metadata_mismatch",
                joined({where, "`", *said.begin(), "` has a note but was not registered"})};
    }
    return {};
}

Outcome check_metadata(const rt_plugin &plugin, const Metadata &metadata) {
    std::set<std::string> functions;
    for (const FunctionNote &note : metadata.functions) {
        functions.insert(note.signature);
    }
    std::vector<std::string> staged;
    for (const Staged &function : plugin.staged) {
        staged.push_back(function.info->text);
    }
    if (Outcome ok = agree(plugin, std::move(functions), staged); !ok) {
        return ok;
    }
    staged.clear();
    for (const auto &provider : plugin.staged_providers) {
        staged.push_back(provider->prefix);
    }
    return agree(plugin, {metadata.providers.begin(), metadata.providers.end()}, staged);
}

// Opens the plugins that this one needs.
Outcome open_needed(rt_plugin &plugin, int mode, const Metadata &metadata) {
    std::vector<Need> needs;
    if (Outcome parsed = parse_needs(metadata.value("needs"), needs); !parsed) {
        return {parsed.code, parsed.cause, joined({plugin.path, ": ", parsed.message})};
    }
    for (const Need &need : needs) {
        std::int64_t handle = 0;
        if (Outcome opened = open_named(need.name, &need,
                                        RTLD_NOW | RTLD_LOCAL | (mode & static_cast<int>(RT_DLOPEN_PROBE)), &handle);
            !opened) {
            const bool absent = opened.cause == "not_found";
            return {opened.code, absent ? "missing_plugin" : opened.cause,
                    joined({"the plugin '", plugin.name.load(), "' (", plugin.path, ") needs `", need.text,
                            "`: ", opened.message})};
        }
        plugin.needed.emplace_back(active_plugin(need.name), handle);
    }
    return {};
}

Outcome start(rt_plugin &plugin, const Metadata &metadata) {
    if (Outcome ok = check_descriptor(plugin); !ok) {
        return ok;
    }
    const Attempt attempt(plugin);
    if (Outcome ok = run_init(plugin); !ok) {
        return ok;
    }
    if (Outcome ok = check_metadata(plugin, metadata); !ok) {
        return ok;
    }
    const std::lock_guard lock(plugin.records_mutex);
    if (Outcome ok = publish(&plugin, plugin.name.load(), plugin.staged, plugin.records); !ok) {
        return ok;
    }
    if (Outcome ok = add_providers(plugin.staged_providers); !ok) {
        return ok;
    }
    plugin.visible.store(true, std::memory_order_release);
    return {};
}

// What can be found out before the file is mapped.
Outcome try_first(const rt_plugin &plugin, int mode, const ElfFile &elf, const Metadata &metadata) {
    if (Outcome alone = check_singletons(elf, plugin.path, metadata.value("singletons")); !alone) {
        return alone;
    }
    const bool asked = (mode & RT_DLOPEN_PROBE) != 0;
    return asked ? probe(plugin.path, mode & ~static_cast<int>(RT_DLOPEN_PROBE)) : Outcome{};
}

Outcome map_and_start(rt_plugin &plugin, int mode, const Metadata &metadata, TrustedFile &file) {
    if (Outcome mapped = map_file(plugin, mode, metadata, file); !mapped) {
        return mapped;
    }
    plugin.descriptor = find_descriptor(plugin);
    if (plugin.descriptor == nullptr) {
        if (metadata.is_plugin()) {
            return {RT_E_LOAD, "no_entry", plugin.path + " has rtffi's notes but exports no rt_plugin_entry"};
        }
        return {}; // a library with plain symbols
    }
    if (!metadata.is_plugin()) {
        return {RT_E_LOAD, "no_metadata",
                plugin.path + " exports rt_plugin_entry but has no .note.rtffi; use RT_PLUGIN, and do not strip notes"};
    }
    return start(plugin, metadata);
}

} // namespace

Outcome load(rt_plugin &plugin, int mode) {
    warn_of_second_core();
    TrustRules rules;
    TrustedFile file;
    if (Verdict trusted = open_trusted(plugin.path, rules, file); !trusted) {
        Outcome why = trusted.told();
        if (why.message.find(plugin.path) == std::string::npos) { // of a folder above, or of the lists
            why.message = joined({plugin.path, " is not loaded: ", why.message});
        }
        return why;
    }
    // From here on nothing is read by the path.
    ElfFile elf;
    Metadata metadata;
    if (Outcome opened = elf.open(plugin.path, file.descriptor()); !opened) {
        return opened;
    }
    if (Outcome read = read_metadata(elf, metadata); !read) {
        return read;
    }
    // Before anything of it runs.
    if (const Outcome abi = check_abi(metadata); metadata.is_plugin() && !abi) {
        return {abi.code, abi.cause, plugin.path + ": " + abi.message + ". To do: " + hint_for(abi.cause, metadata)};
    }
    plugin.name = keep_text(metadata.value("name"));
    plugin.version = keep_text(metadata.value("version"));
    plugin.doc = keep_text(metadata.value("doc"));
    plugin.may_unmap = metadata.value("unmap") == "yes";
    plugin.stub = is_stub(metadata);
    Outcome outcome = open_needed(plugin, mode, metadata);
    if (outcome) {
        outcome = try_first(plugin, mode, elf, metadata);
    }
    if (outcome) {
        outcome = map_and_start(plugin, mode, metadata, file);
    }
    if (!outcome) {
        release_needed(plugin);
    }
    return outcome;
}

} // namespace rt::core
