// plugin.hpp - an opened file: a plugin, or any shared library with plain symbols.
//
// Note [No lock over foreign code]: a file's state changes under one mutex, but dlopen, init and shutdown run without
// it. A thread that wants a file which another is loading waits for it, with a deadline; a thread that would wait for
// itself, directly or through other threads, gets an error that names the chain. See states.cpp.
#pragma once

#include <atomic>
#include <boost/dll/shared_library.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <sys/types.h>

#include <rtffi/plugin.h>

#include "error.hpp"
#include "record.hpp"
#include "registry.hpp"
#include "sealed_copy.hpp"
#include "thread.hpp"

namespace rt::core {

enum class State { closed, loading, active, retiring, retired, failed };
const char *state_name(State state);

struct Provider;

} // namespace rt::core

// Immortal, one for each canonical path.
struct rt_plugin {
    explicit rt_plugin(std::string canonical) : path(std::move(canonical)) {}

    const std::string path;
    std::atomic<const char *> name{""}; // "" for a plain library; these three live for ever
    std::atomic<const char *> version{""};
    std::atomic<const char *> doc{""};
    std::atomic<const char *> fallback_reason{""}; // why it was taken and not the preferred variant; lives for ever
    std::atomic<bool> fallback_told{false};        // in the log, once
    std::atomic<bool> stub{false};                 // see Note [Stubs] in stub.hpp
    std::atomic<bool> visible{false};              // see Note [One store publishes] in registry.hpp
    std::atomic<bool> in_init{false};              // registration is allowed
    std::atomic<bool> claims{false}; // its classes are its own: from the beginning of init until it is retired

    // Guarded by states.cpp's mutex.
    rt::core::State state = rt::core::State::closed;
    rt::core::ThreadState *loader = nullptr;
    std::int64_t opens = 0;
    std::int64_t handle = 0;
    int users = 0;             // look-ups of symbols under way: the library may not be unmapped
    rt::core::Outcome failure; // why the last load failed
    dev_t device = 0;          // of the file that is mapped: while it is, no other file can have these two
    ino_t inode = 0;

    // Of the thread that loads or retires it.
    boost::dll::shared_library library;
    std::unique_ptr<rt::core::SealedCopy>
        sealed; // what it is mapped from, where the host demands digests or signatures
    std::vector<std::unique_ptr<rt::core::SealedCopy>> sealed_before; // of images that could not be unmapped
    bool may_unmap = false;                                           // its metadata says so
    bool nodelete = false;                                            // it was opened with RTLD_NODELETE
    const rt_plugin_descriptor *descriptor = nullptr;                 // null for a plain library
    std::vector<rt::core::Staged> staged;
    std::vector<std::shared_ptr<rt::core::Provider>> staged_providers;
    std::vector<std::pair<rt_plugin *, std::int64_t>> needed; // what it keeps open, with its handles

    std::mutex records_mutex; // guards `records`, and registration in init
    std::vector<rt::core::Record *> records;
};

namespace rt::core {

// The owner of what the host itself publishes; always visible.
rt_plugin &host_plugin();

// The object for a canonical path, made on first need; a file that is mapped under another name, a hard link, is the same.
rt_plugin &plugin_at(const std::string &canonical_path);
// All of them.
std::vector<rt_plugin *> all_plugins();

// Which file the library is mapped from; 0 and 0: none.
void note_mapped(rt_plugin &plugin, dev_t device, ino_t inode);

// The active plugin of that name, or null.
rt_plugin *active_plugin(std::string_view name);

// ---- states.cpp: who may load, wait, retire

State state_of(const rt_plugin &plugin);

// What became of a file: its state, "closed" where nobody ever opened it, and why the last load failed.
struct History {
    State state = State::closed;
    Outcome failure;
};
History history_of(const std::string &canonical_path);

// Loads the file unless it is open, waiting for another thread's load; counts one more opening. On success *handle is
// the library's handle.
Outcome open_plugin(rt_plugin &plugin, int mode, std::int64_t *handle);

// Counts one opening less; the last one retires the plugin or unloads the library. `handle` is what the caller closes: the
// file may have been opened anew since. With `unmap_it`, the last one only, which also unmaps a plugin.
Outcome close_plugin(rt_plugin &plugin, std::int64_t handle, bool unmap_it);

// Keeps a library from being unmapped for as long as it lives.
class LibraryUse {
  public:
    LibraryUse(rt_plugin &plugin, std::int64_t handle);
    LibraryUse(const LibraryUse &) = delete;
    LibraryUse &operator=(const LibraryUse &) = delete;
    ~LibraryUse();
    // Whether the library is open under that handle.
    explicit operator bool() const { return open_; }

  private:
    rt_plugin &plugin_;
    bool open_;
};

// Seconds a load, or a resolver, may keep others waiting: RTFFI_LOAD_TIMEOUT, or 60.
std::chrono::duration<double> patience();
std::string patience_text();

// ---- load.cpp and unload.cpp: the work itself, without a lock

// dlopen, init and publication. On failure nothing of the plugin shows.
Outcome load(rt_plugin &plugin, int mode);

// Unpublishes and runs shutdown; refused while handles of its classes live, or callables of its code. Its code stays.
Outcome retire(rt_plugin &plugin);

// Takes the code of what was retired, or of a plain library, out of the process. The outcome says why it is there still.
Outcome unmap(rt_plugin &plugin);

// Closes what the plugin kept open, last opened first.
void release_needed(rt_plugin &plugin);

} // namespace rt::core
