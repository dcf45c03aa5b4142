// unload.cpp - taking a plugin out again: first its functions, then, where it may be, its code. Runs without a lock; see
// states.cpp.
#include <dlfcn.h>

#include <utility>

#include "callable.hpp"
#include "class.hpp"
#include "dlopen_error.hpp"
#include "handle.hpp"
#include "host_functions.hpp"
#include "host_table.hpp"
#include "log.hpp"
#include "mapped_image.hpp"
#include "pins.hpp"
#include "plugin.hpp"
#include "provider.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

std::string title(const rt_plugin &plugin) {
    return plugin.descriptor != nullptr ? joined({"the plugin '", plugin.name.load(), "'"}) : plugin.path;
}

// Handles of its classes, and callables whose code is in its image.
std::size_t living(const rt_plugin &plugin, std::string &detail) {
    const std::size_t handles = live_handles_of(&plugin, &detail);
    const std::size_t callables = plugin.library.is_loaded() ? callables_in(plugin.library.native()) : 0;
    if (callables != 0) {
        detail += joined({detail.empty() ? "" : ", ", std::to_string(callables), " Callable"});
    }
    return handles + callables;
}

std::string counted_handles(std::size_t count, const std::string &detail) {
    return joined({std::to_string(count), count == 1 ? " handle" : " handles", " of it alive (", detail, ")"});
}

// RT_OK where none of its handles lives.
Outcome check_handles(const rt_plugin &plugin) {
    std::string detail;
    const std::size_t live = living(plugin, detail);
    return live == 0 ? Outcome{}
                     : Outcome{RT_E_BUSY, "live_handles",
                               joined({title(plugin), " cannot be closed: ", counted_handles(live, detail),
                                       "; free them first (rt_handle_report lists them)"})};
}

void shut_down(const rt_plugin &plugin) {
    if (plugin.descriptor->shutdown == nullptr) {
        return;
    }
    // It returns nothing, and so sets the thread's status where it fails, as a native call does.
    const rt_status before = std::exchange(thread_block.status, RT_OK);
    const rt_status status = guarded("shutdown", [&]() -> rt_status {
        plugin.descriptor->shutdown(&host_table);
        return thread_block.status;
    });
    thread_block.status = before;
    if (status != RT_OK) {
        // The plugin is gone all the same; its last words must not be lost.
        const Outcome why = last_outcome(status, "");
        log(RT_LOG_WARNING, plugin.name.load(), ("shutdown failed: " + why.message).c_str());
    }
}

Outcome stays_mapped(const std::string &path, const char *cause, const std::string &why) {
    return {RT_E_UNAVAILABLE, cause,
            joined({path, " is closed, but its code stays mapped: ", why, ". To do: ", hint_for(cause, {})})};
}

// Why an image is there after its dlclose.
Outcome explain_stay(const rt_plugin &plugin, const MappedImage &image) {
    Pins pins;
    find_pins(image.dynamic(), pins);
    if (pins.nodelete || plugin.nodelete) {
        return stays_mapped(plugin.path, "nodelete",
                            pins.nodelete ? "it is linked with -z nodelete" : "it was opened with RTLD_NODELETE");
    }
    if (pins.unique_symbols != 0) {
        return stays_mapped(
            plugin.path, "unique_symbols",
            joined({"it defines ", std::to_string(pins.unique_symbols),
                    " symbols of which a process has one for ever (STB_GNU_UNIQUE), such as ", pins.unique_symbol}));
    }
    if (pins.thread_local_destructors) {
        return stays_mapped(plugin.path, "thread_local_destructor",
                            "a thread that still runs has a thread_local object of it, whose destructor is in it (or "
                            "something else in the process has it open)");
    }
    return stays_mapped(plugin.path, "open_elsewhere",
                        "something else in the process has it open, with a dlopen of its own or as a library that it "
                        "needs");
}

// After dlclose.
Outcome check_gone(const rt_plugin &plugin, const MappedImage &image) {
    if (!is_mapped(image)) {
        return {};
    }
    // Held while it is read: whoever has it open may close it now.
    void *held = dlopen(image.path.c_str(), RTLD_NOW | RTLD_NOLOAD);
    if (held == nullptr) {
        return {};
    }
    Outcome why = explain_stay(plugin, image);
    dlclose(held);
    return is_mapped(image) ? why : Outcome{};
}

} // namespace

Outcome retire(rt_plugin &plugin) {
    if (Outcome none = check_handles(plugin); !none) {
        return none;
    }
    if (plugin.descriptor == nullptr) {
        return {};
    }
    plugin.visible.store(false, std::memory_order_release);
    // A call that was inside already may have made a handle since.
    if (Outcome none = check_handles(plugin); !none) {
        plugin.visible.store(true, std::memory_order_release);
        return none;
    }
    remove_providers(&plugin);
    {
        const std::lock_guard lock(plugin.records_mutex);
        withdraw(plugin, plugin.records);
        plugin.records.clear();
        plugin.claims = false;
    }
    shut_down(plugin);
    return {};
}

Outcome unmap(rt_plugin &plugin) {
    if (plugin.descriptor != nullptr && !plugin.may_unmap) {
        return stays_mapped(plugin.path, "unmap_not_allowed", "its metadata does not say `unmap=yes`");
    }
    std::string detail;
    if (const std::size_t live = living(plugin, detail); live != 0) {
        return stays_mapped(plugin.path, "live_handles", "its shutdown left " + counted_handles(live, detail));
    }
    const MappedImage image = image_of(plugin.library.native());
    forget_releases(plugin);
    plugin.descriptor = nullptr;
    note_mapped(plugin, 0, 0);
    plugin.library.unload();
    Outcome gone = check_gone(plugin, image);
    if (gone) {
        plugin.sealed.reset();
        withdraw_host_functions(image);
        forget_log_sink(image);
    }
    return gone;
}

void release_needed(rt_plugin &plugin) {
    while (!plugin.needed.empty()) {
        const auto [other, handle] = plugin.needed.back();
        plugin.needed.pop_back();
        if (const Outcome closed = close_plugin(*other, handle, false); !closed) {
            log(RT_LOG_WARNING, plugin.name.load(),
                ("it needed another plugin, which stays open: " + closed.message).c_str());
        }
    }
}

} // namespace rt::core
