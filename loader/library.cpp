// library.cpp - rt_dlopen, rt_dlsym, rt_dlclose: files behind handles.
#include <dlfcn.h>
#include <link.h>

#include <cstring>

#include "canonical_path.hpp"
#include "class.hpp"
#include "discovery.hpp"
#include "error.hpp"
#include "kept_text.hpp"
#include "log.hpp"
#include "lookup.hpp"
#include "plugin.hpp"
#include "stub.hpp"
#include "text.hpp"
#include "version.hpp"

namespace rt::core {

namespace {

// What a load needs to know of rt_dlopen's flags.
constexpr int dlopen_flags = static_cast<int>(RT_DLOPEN_PROBE) | RTLD_LAZY | RTLD_NOW | RTLD_GLOBAL | RTLD_LOCAL |
                             RTLD_NODELETE | RTLD_DEEPBIND | RTLD_NOLOAD;

// The library behind a handle, pinned for the length of a call.
class PinnedLibrary {
  public:
    PinnedLibrary(std::int64_t handle, const char *where) : cell_(handle_pin(handle, &library_class)) {
        if (cell_ == nullptr) {
            fail(RT_E_HANDLE, "bad_library", joined({where, ": ", describe_bad_handle(handle, &library_class)}));
        }
    }
    PinnedLibrary(const PinnedLibrary &) = delete;
    PinnedLibrary &operator=(const PinnedLibrary &) = delete;
    ~PinnedLibrary() {
        if (cell_ != nullptr) {
            handle_unpin(cell_);
        }
    }
    rt_plugin *get() const { return cell_ != nullptr ? static_cast<rt_plugin *>(*cell_) : nullptr; }

  private:
    void **cell_;
};

// Whether what is loaded will do.
Outcome check_active(const rt_plugin &plugin, int mode) {
    if (!plugin.stub.load(std::memory_order_acquire) || !requires_real(plugin.name.load(), mode)) {
        return {};
    }
    const std::string reason = plugin.fallback_reason.load(std::memory_order_acquire);
    return stub_refused(plugin.path, {RT_E_UNAVAILABLE, "stub",
                                      reason.empty() ? "a stub is loaded in its place, by its path" : reason});
}

// What is open already, for RTLD_NOLOAD.
Outcome open_again(const char *path_or_name, const std::string &path, int mode, std::int64_t *handle) {
    rt_plugin *plugin = path.empty() ? active_plugin(path_or_name) : &plugin_at(path);
    if (plugin == nullptr || state_of(*plugin) != State::active) {
        return {RT_E_NOT_FOUND, "not_loaded",
                std::string(path_or_name) + " is not open, and RTLD_NOLOAD opens nothing"};
    }
    if (Outcome wanted = check_active(*plugin, mode); !wanted) {
        return wanted;
    }
    return open_plugin(*plugin, mode & dlopen_flags & ~RTLD_NOLOAD, handle);
}

Outcome open(const char *path_or_name, int mode, std::int64_t *handle) {
    std::string path;
    if (std::strchr(path_or_name, '/') != nullptr) {
        if (Outcome found = canonical_path(path_or_name, path); !found) {
            return found;
        }
    }
    if ((mode & RTLD_NOLOAD) != 0) {
        return open_again(path_or_name, path, mode, handle);
    }
    if (path.empty()) {
        return open_named(path_or_name, nullptr, mode, handle);
    }
    if (refuses_file(path, mode)) {
        return stub_refused(path, {});
    }
    return open_plugin(plugin_at(path), mode & dlopen_flags, handle);
}

// As dlopen does: opening again with RTLD_GLOBAL makes the symbols of what is open visible to all.
void make_global(std::int64_t handle) {
    const PinnedLibrary pinned(handle, "rt_dlopen");
    rt_plugin *plugin = pinned.get();
    if (plugin == nullptr) {
        return; // another thread has closed it since
    }
    const LibraryUse use(*plugin, handle);
    if (use) {
        // A sealed copy by the name it was opened with: its other one may be that of a library of the host's, too.
        const std::string name = plugin->sealed != nullptr
                                     ? plugin->sealed->name()
                                     : static_cast<struct link_map *>(plugin->library.native())->l_name;
        if (void *again = dlopen(name.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL); again != nullptr) {
            dlclose(again);
        }
    }
}

std::int64_t native_of(const Record &record) {
    const auto native = std::atomic_ref(const_cast<rt_native_entry &>(record.native)).load(std::memory_order_acquire);
    if (native == nullptr) {
        fail(RT_E_UNAVAILABLE, "no_native_entry",
             joined({"it can be called dynamically only (rt_call): `", record.info->text, "`"}), record.name);
    }
    return reinterpret_cast<std::int64_t>(native);
}

} // namespace

Outcome open_named(const std::string &name, const Need *need, int mode, std::int64_t *handle) {
    if (rt_plugin *active = active_plugin(name); active != nullptr) {
        if (need != nullptr && !need->satisfied_by(active->version.load(std::memory_order_acquire))) {
            return {RT_E_LOAD, "missing_plugin",
                    joined({"version ", active->version.load(), " of '", name, "' is loaded, but `", need->text,
                            "` is needed"})};
        }
        if (Outcome wanted = check_active(*active, mode); !wanted) {
            return wanted;
        }
        return open_plugin(*active, mode & dlopen_flags, handle);
    }
    Outcome first;
    std::string too_old;
    for (const Candidate &candidate : only_named(candidates(search_path()), name)) {
        if (need != nullptr && !need->satisfied_by(candidate.value("version"))) {
            too_old += joined({"; ", candidate.path, " has version ", candidate.value("version")});
            continue;
        }
        if (is_stub(*candidate.metadata) && requires_real(name, mode)) {
            return stub_refused(candidate.path, why_taken(candidate, first));
        }
        const Outcome why = why_taken(candidate, first);
        rt_plugin &plugin = plugin_at(candidate.path);
        plugin.fallback_reason = keep_text(why.message);
        Outcome opened = open_plugin(plugin, mode & dlopen_flags, handle);
        if (opened && !why && !plugin.fallback_told.exchange(true)) {
            const char *const what = plugin.stub ? "the stub " : "";
            log(RT_LOG_WARNING, name.c_str(),
                joined({what, candidate.path, " is used, because ", why.message}).c_str());
        }
        // What cannot be loaded here gives way to the next. See Note [Which file]; anything else, such as a clash of names, is the
        // host's to settle.
        const bool next = opened.code == RT_E_LOAD || opened.code == RT_E_UNAVAILABLE;
        if (opened.code == RT_E_UNTRUSTED && !first) {
            opened.message = joined({opened.message, "; it comes next after one that failed: ", first.message});
        }
        if (opened || !next) {
            return opened;
        }
        first = first ? opened : first;
    }
    if (!first) {
        return first;
    }
    if (need != nullptr && !too_old.empty()) {
        return {RT_E_NOT_FOUND, "missing_plugin",
                joined({"no plugin on the search path is `", need->text, "`", too_old})};
    }
    return no_such_plugin(name);
}

Outcome open_for_good(const std::string &name) {
    std::int64_t handle = 0;
    return open_named(name, nullptr, RTLD_NOW | RTLD_LOCAL, &handle);
}

} // namespace rt::core

using namespace rt::core;

extern "C" {

int64_t rt_dlopen(const char *path_or_name, int64_t flags) {
    return guarded_value("rt_dlopen", std::int64_t{0}, [&]() -> std::int64_t {
        if (path_or_name == nullptr || path_or_name[0] == '\0') {
            fail(RT_E_ARGUMENT, nullptr, "rt_dlopen: the path or name is null or empty");
            return 0;
        }
        constexpr std::int64_t known = dlopen_flags | RT_DLOPEN_REQUIRE_REAL;
        if ((flags & ~known) != 0) {
            fail(RT_E_ARGUMENT, nullptr, "rt_dlopen: unknown flags " + std::to_string(flags & ~known));
            return 0;
        }
        std::int64_t handle = 0;
        const Outcome outcome = open(path_or_name, static_cast<int>(flags), &handle);
        outcome.raise();
        if (outcome && (flags & RTLD_GLOBAL) != 0) {
            make_global(handle);
        }
        return outcome ? handle : 0;
    });
}

int64_t rt_dlsym(int64_t library, const char *symbol) {
    return guarded_value("rt_dlsym", std::int64_t{0}, [&]() -> std::int64_t {
        if (symbol == nullptr || symbol[0] == '\0') {
            fail(RT_E_ARGUMENT, nullptr, "rt_dlsym: the symbol is null or empty");
            return 0;
        }
        if (library == 0) {
            const Record *record = find_or_load(symbol);
            return record != nullptr ? native_of(*record) : 0;
        }
        const PinnedLibrary pinned(library, "rt_dlsym");
        rt_plugin *plugin = pinned.get();
        if (plugin == nullptr) {
            return 0;
        }
        const Record *record = find_published(symbol);
        if (record != nullptr && owner_of(*record) == plugin) {
            return native_of(*record);
        }
        const LibraryUse use(*plugin, library);
        if (!use) {
            fail(RT_E_HANDLE, "bad_library", joined({"rt_dlsym: ", plugin->path, " was closed meanwhile"}));
            return 0;
        }
        void *address = dlsym(plugin->library.native(), symbol);
        if (address == nullptr) {
            fail_with_suggestion("no_symbol", joined({"rt_dlsym: ", plugin->path, " has no symbol ", symbol}), symbol);
        }
        return reinterpret_cast<std::int64_t>(address);
    });
}

int32_t rt_dlclose(int64_t library) { return rt_dlclose_ex(library, 0); }

int32_t rt_dlclose_ex(int64_t library, int64_t flags) {
    return guarded("rt_dlclose", [&]() -> rt_status {
        if ((flags & ~RT_DLCLOSE_UNMAP) != 0) {
            return fail(RT_E_ARGUMENT, nullptr,
                        joined({"rt_dlclose_ex: unknown flags ", std::to_string(flags & ~RT_DLCLOSE_UNMAP),
                                "; RT_DLCLOSE_UNMAP is the one there is"}));
        }
        const PinnedLibrary pinned(library, "rt_dlclose");
        return pinned.get() != nullptr ? close_plugin(*pinned.get(), library, flags != 0).raise() : RT_E_HANDLE;
    });
}

} // extern "C"
