#include "map_file.hpp"

#include <dlfcn.h>
#include <link.h>

#include "dlopen_error.hpp"
#include "library_search.hpp"
#include "mapped_file.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

Outcome file_changed(const rt_plugin &plugin) {
    return {RT_E_LOAD, "file_changed",
            joined({plugin.path, " is another file than the one that was loaded from there, whose code stays in the "
                                 "process: start the process anew to use it"})};
}

// A plugin that was retired, or whose init failed, stays mapped.
Outcome check_mapped(const rt_plugin &plugin, const TrustedFile &file) {
    if (file.copy == nullptr) {
        const bool same = file.identity.device == plugin.device && file.identity.inode == plugin.inode;
        return same ? Outcome{} : file_changed(plugin);
    }
    if (plugin.sealed == nullptr) {
        return {RT_E_UNTRUSTED, "loaded_before",
                plugin.path +
                    " was loaded before the host demanded digests or signatures, so that what is in the process "
                    "was not checked. To do: start the process anew, with rt_trust_require before rt_dlopen"};
    }
    return plugin.sealed->bytes() == file.copy->bytes() ? Outcome{} : file_changed(plugin);
}

// What the dynamic linker gave must be the file that was checked.
Outcome check_identity(const rt_plugin &plugin, const TrustedFile &file) {
    void *const library = plugin.library.native();
    const SealedCopy *copy = plugin.sealed.get();
    if (copy != nullptr ? copy->is_image(library) : is_mapped_from(library, plugin.path, file.identity)) {
        return {};
    }
    FileIdentity now;
    if (copy == nullptr && identify(plugin.path, now) && now.device == file.identity.device &&
        now.inode == file.identity.inode) {
        return file_changed(plugin);
    }
    return {RT_E_UNTRUSTED, "file_replaced",
            plugin.path +
                " was replaced by another file between the moment it was checked and the one it was loaded. To "
                "do: see who does that, and try again"};
}

Outcome dlopen_failed(const rt_plugin &plugin, std::string text, const Metadata &metadata) {
    const std::string name = plugin.sealed != nullptr ? plugin.sealed->name() : plugin.path;
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + plugin.path.size())) {
        text.replace(at, name.size(), plugin.path);
    }
    return explain_dlopen_error(plugin.path, text, metadata);
}

void unmap_again(rt_plugin &plugin) {
    note_mapped(plugin, 0, 0);
    plugin.library.unload();
}

// One that was closed may be mapped still: then the copy of the same content is taken again, and one of another kept
// beside it. Whether what is to be opened is a new copy.
bool take_copy(rt_plugin &plugin, TrustedFile &file) {
    if (file.copy == nullptr) {
        return false;
    }
    if (plugin.sealed != nullptr && plugin.sealed->bytes() == file.copy->bytes()) {
        plugin.sealed->prepare_name();
        return false;
    }
    if (plugin.sealed != nullptr) {
        plugin.sealed_before.push_back(std::move(plugin.sealed));
    }
    plugin.sealed = std::move(file.copy);
    return true;
}

// Of the image at that address, allocating nothing.
bool is_there(std::uint64_t base) {
    return dl_iterate_phdr(
               [](dl_phdr_info *info, size_t, void *wanted) {
                   return info->dlpi_addr == *static_cast<std::uint64_t *>(wanted) ? 1 : 0;
               },
               &base) != 0;
}

// The plugin's copy, given up again where it is new and no image of it stays, whatever happens meanwhile.
class TakenCopy {
  public:
    TakenCopy(rt_plugin &plugin, TrustedFile &file) : plugin_(plugin), is_new_(take_copy(plugin, file)) {}
    TakenCopy(const TakenCopy &) = delete;
    TakenCopy &operator=(const TakenCopy &) = delete;
    ~TakenCopy() {
        if (is_new_ && !(mapped_ && is_there(base_))) {
            plugin_.sealed.reset();
        }
    }
    void is_mapped() {
        mapped_ = true;
        base_ = static_cast<const struct link_map *>(plugin_.library.native())->l_addr;
    }

  private:
    rt_plugin &plugin_;
    bool is_new_;
    bool mapped_ = false;
    std::uint64_t base_ = 0;
};

} // namespace

Outcome map_file(rt_plugin &plugin, int mode, const Metadata &metadata, TrustedFile &file) {
    if (plugin.library.is_loaded()) {
        return check_mapped(plugin, file);
    }
    std::vector<Dependency> dependencies;
    if (dependencies_of(plugin.path, dependencies)) { // else the dynamic linker says what is wrong
        if (const Outcome whole = check_whole(dependencies); !whole) {
            return {whole.code, whole.cause, joined({whole.message, ". To do: ", hint_for(whole.cause, metadata)})};
        }
    }
    TakenCopy copy(plugin, file);
    dlerror();
    boost::dll::fs::error_code failed;
    const auto flags = static_cast<boost::dll::load_mode::type>((mode & ~static_cast<int>(RT_DLOPEN_PROBE)) | RTLD_NOW);
    plugin.library.load(boost::dll::fs::path(plugin.sealed != nullptr ? plugin.sealed->name() : plugin.path), failed,
                        flags);
    if (failed || !plugin.library.is_loaded()) {
        // Boost's error_code is always EBADF; the text is dlerror's.
        const char *text = dlerror();
        return dlopen_failed(plugin, text != nullptr ? text : failed.message(), metadata);
    }
    copy.is_mapped();
    // Before anything can fail: the next attempt must know what is mapped.
    note_mapped(plugin, file.identity.device, file.identity.inode);
    plugin.nodelete = (mode & RTLD_NODELETE) != 0;
    Outcome same;
    try {
        same = check_identity(plugin, file);
    } catch (...) {
        unmap_again(plugin); // what was not checked is not what the next attempt may take
        throw;
    }
    if (!same) {
        unmap_again(plugin);
        return same;
    }
    if (plugin.sealed != nullptr) {
        plugin.sealed->name_image(plugin.library.native());
    }
    return {};
}

} // namespace rt::core
