// states.cpp - who may load a file, who waits, and who would wait for ever. See Note [No lock over foreign code].
#include <sys/stat.h>

#include <condition_variable>
#include <cstdlib>
#include <map>

#include "cancellation.hpp"
#include "class.hpp"
#include "fork.hpp"
#include "handle.hpp"
#include "plugin.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

struct States {
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::string, std::unique_ptr<rt_plugin>> plugins;
};

States &states() {
    static States *const instance = new States;
    return *instance;
}

// The plugins' own mutexes, too: no plugin is added while the states' is held.
const ForkSafe states_fork_safe(
    ForkRank::states,
    [] {
        states().mutex.lock();
        host_plugin().records_mutex.lock();
        for (const auto &[path, plugin] : states().plugins) {
            plugin->records_mutex.lock();
        }
    },
    [] {
        for (const auto &[path, plugin] : states().plugins) {
            plugin->records_mutex.unlock();
        }
        host_plugin().records_mutex.unlock();
        states().mutex.unlock();
    });

std::string label(const rt_plugin &plugin) {
    const char *name = plugin.name.load(std::memory_order_acquire);
    return *name != '\0' ? name : plugin.path;
}

// The chain of loads that would close if `self` waited for `target`, "a -> b -> a", or "". Under the mutex.
std::string cycle(const rt_plugin &target, const ThreadState *self) {
    std::string chain = label(target);
    const rt_plugin *at = &target;
    for (int steps = 0; at != nullptr && at->loader != nullptr && steps < 1000; steps++) {
        if (at->loader == self) {
            // What this thread is loading, from `at` inwards, led back to the target.
            bool inside = false;
            for (const rt_plugin *loading : self->loading) {
                if (inside) {
                    chain += " -> " + label(*loading);
                }
                inside = inside || loading == at;
            }
            return joined({chain, " -> ", label(target)});
        }
        at = at->loader->waiting_for;
        if (at != nullptr) {
            chain += " -> " + label(*at);
        }
    }
    return "";
}

bool under_way(State state) { return state == State::loading || state == State::retiring; }

// Waits until no other thread loads or retires the file. Under the mutex.
Outcome wait_for(rt_plugin &plugin, ThreadState *self, std::unique_lock<std::mutex> &lock) {
    const auto deadline = std::chrono::steady_clock::now() + patience();
    while (under_way(plugin.state)) {
        const std::string chain = cycle(plugin, self);
        if (!chain.empty()) {
            return {RT_E_BUSY, "load_cycle", "a cycle of loads: " + chain};
        }
        self->waiting_for = &plugin;
        const bool timed_out = states().changed.wait_until(lock, deadline) == std::cv_status::timeout;
        self->waiting_for = nullptr;
        if (timed_out && under_way(plugin.state)) {
            return {RT_E_BUSY, "load_timeout",
                    joined({label(plugin), " is still being loaded or closed by another thread; waited ",
                            patience_text()})};
        }
    }
    return {};
}

void set_state(rt_plugin &plugin, State state, ThreadState *loader) {
    plugin.state = state;
    plugin.loader = loader;
    states().changed.notify_all();
}

// The library's handle, made at its first opening. Under the mutex.
Outcome count_opening(rt_plugin &plugin, std::int64_t *handle) {
    if (plugin.handle == 0) {
        plugin.handle = create_unscoped(&library_class, &plugin);
        if (plugin.handle == 0) {
            return {RT_E_MEMORY, "", "no memory for another handle"};
        }
    }
    plugin.opens++;
    *handle = plugin.handle;
    return {};
}

} // namespace

std::chrono::duration<double> patience() {
    const char *text = secure_getenv("RTFFI_LOAD_TIMEOUT");
    const double seconds = text != nullptr ? std::strtod(text, nullptr) : 0;
    return std::chrono::duration<double>(seconds > 0 && seconds < 1e6 ? seconds : 60.0);
}

std::string patience_text() { return std::to_string(patience().count()).substr(0, 6) + " s (RTFFI_LOAD_TIMEOUT)"; }

const char *state_name(State state) {
    static const char *const names[] = {"closed", "loading", "active", "retiring", "retired", "failed"};
    return names[static_cast<int>(state)];
}

State state_of(const rt_plugin &plugin) {
    const std::lock_guard lock(states().mutex);
    return plugin.state;
}

History history_of(const std::string &canonical_path) {
    States &all = states();
    const std::lock_guard lock(all.mutex);
    const auto found = all.plugins.find(canonical_path);
    return found != all.plugins.end() ? History{found->second->state, found->second->failure} : History{};
}

rt_plugin &host_plugin() {
    static rt_plugin *const instance = [] {
        auto *plugin = new rt_plugin("");
        plugin->name = "host";
        plugin->visible = true;
        return plugin;
    }();
    return *instance;
}

rt_plugin &plugin_at(const std::string &canonical_path) {
    struct stat status = {};
    const bool there = stat(canonical_path.c_str(), &status) == 0;
    States &all = states();
    const std::lock_guard lock(all.mutex);
    for (const auto &[path, other] : all.plugins) {
        if (there && other->inode == status.st_ino && other->device == status.st_dev) {
            return *other;
        }
    }
    const auto known = all.plugins.find(canonical_path);
    if (known != all.plugins.end()) {
        return *known->second;
    }
    auto plugin = std::make_unique<rt_plugin>(canonical_path); // before the map has an entry for it
    return *all.plugins.emplace(canonical_path, std::move(plugin)).first->second;
}

void note_mapped(rt_plugin &plugin, dev_t device, ino_t inode) {
    const std::lock_guard lock(states().mutex);
    plugin.device = device;
    plugin.inode = inode;
}

std::vector<rt_plugin *> all_plugins() {
    States &all = states();
    const std::lock_guard lock(all.mutex);
    std::vector<rt_plugin *> list;
    for (const auto &[path, plugin] : all.plugins) {
        list.push_back(plugin.get());
    }
    return list;
}

rt_plugin *active_plugin(std::string_view name) {
    States &all = states();
    const std::lock_guard lock(all.mutex);
    for (const auto &[path, plugin] : all.plugins) {
        if (plugin->state == State::active && name == plugin->name.load(std::memory_order_acquire)) {
            return plugin.get();
        }
    }
    return nullptr;
}

Outcome open_plugin(rt_plugin &plugin, int mode, std::int64_t *handle) {
    ThreadState *self = thread_state();
    if (self == nullptr) {
        return {RT_E_MEMORY, "", "memory is exhausted"};
    }
    const NotCancelled whole; // neither the C++ library nor dlopen can be left half way
    std::unique_lock lock(states().mutex);
    const bool waited = under_way(plugin.state);
    if (Outcome ready = wait_for(plugin, self, lock); !ready) {
        return ready;
    }
    if (plugin.state == State::active) {
        return count_opening(plugin, handle);
    }
    if (waited && plugin.state == State::failed) {
        return plugin.failure; // the load this thread waited for is the one it would try again
    }
    self->loading.push_back(&plugin);
    set_state(plugin, State::loading, self);
    lock.unlock();

    const auto ended = [&](State state) {
        lock.lock();
        std::erase(self->loading, &plugin);
        set_state(plugin, state, nullptr);
    };
    Outcome outcome;
    try {
        outcome = load(plugin, mode);
    } catch (abi::__forced_unwind &) {
        ended(State::failed); // init ended its thread
        throw;
    } catch (...) {
        outcome = last_outcome(fail_with_current_exception("rt_dlopen"), "the load failed");
    }
    ended(outcome ? State::active : State::failed);
    if (outcome) {
        return count_opening(plugin, handle);
    }
    plugin.failure = outcome;
    return outcome;
}

namespace {

// The work of the last close. `stays` says why the code is there still, where it should not be.
Outcome close_at_last(rt_plugin &plugin, bool unmap_it, Outcome &stays) {
    if (Outcome retired = retire(plugin); !retired) {
        return retired;
    }
    if (unmap_it || plugin.descriptor == nullptr) {
        stays = unmap(plugin);
    }
    release_needed(plugin);
    return {};
}

} // namespace

Outcome close_plugin(rt_plugin &plugin, std::int64_t handle, bool unmap_it) {
    ThreadState *self = thread_state();
    if (self == nullptr) {
        return {RT_E_MEMORY, "", "memory is exhausted"};
    }
    const NotCancelled whole;
    std::unique_lock lock(states().mutex);
    if (Outcome ready = wait_for(plugin, self, lock); !ready) {
        return ready;
    }
    if (plugin.state != State::active || plugin.handle != handle) {
        return {RT_E_HANDLE, "freed_handle", label(plugin) + " is closed already"};
    }
    if (plugin.opens > 1) {
        if (unmap_it) {
            return {RT_E_BUSY, "opened_again",
                    joined({label(plugin), " is open ", std::to_string(plugin.opens),
                            " times, and the last close alone can unmap it: close it as often as it was opened with "
                            "rt_dlopen; what rt_bind and rt_dlsym(0, ...) opened stays open, and so does what an open "
                            "plugin needs"})};
        }
        plugin.opens--;
        return {};
    }
    set_state(plugin, State::retiring, self);
    states().changed.wait(lock, [&] { return plugin.users == 0; });
    lock.unlock();

    const bool is_plugin = plugin.descriptor != nullptr;
    const auto ended = [&](bool gone, bool mapped) {
        lock.lock();
        if (gone) {
            plugin.opens = 0;
            plugin.handle = 0;
        }
        const State state = is_plugin && mapped ? State::retired : State::closed;
        set_state(plugin, gone ? state : State::active, nullptr);
        lock.unlock();
        if (gone) {
            handle_free_any(handle);
        }
    };
    const auto is_out = [&] {
        return is_plugin ? !plugin.visible.load(std::memory_order_acquire) : !plugin.library.is_loaded();
    };
    Outcome outcome;
    Outcome stays;
    try {
        outcome = close_at_last(plugin, unmap_it, stays);
    } catch (abi::__forced_unwind &) {
        ended(is_out(), true); // shutdown ended its thread
        throw;
    } catch (...) {
        outcome = last_outcome(fail_with_current_exception("rt_dlclose"), "closing failed");
        ended(is_out(), true);
        return outcome;
    }
    ended(static_cast<bool>(outcome), unmap_it ? !stays : true);
    return outcome && unmap_it ? stays : outcome;
}

LibraryUse::LibraryUse(rt_plugin &plugin, std::int64_t handle) : plugin_(plugin) {
    const std::lock_guard lock(states().mutex);
    open_ = plugin.state == State::active && plugin.handle == handle;
    plugin.users += open_ ? 1 : 0;
}

LibraryUse::~LibraryUse() {
    if (open_) {
        const std::lock_guard lock(states().mutex);
        plugin_.users--;
        states().changed.notify_all();
    }
}

} // namespace rt::core
