#include "discovery.hpp"

#include <dlfcn.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <sstream>

#include <rtffi/rtffi.h>

#include "fork.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

// A file's metadata as last read, kept while the file stays the same.
struct CacheEntry {
    dev_t device;
    ino_t inode;
    off_t size;
    timespec modified;
    timespec changed;
    Outcome outcome;
    Metadata metadata;

    bool is_of(const struct stat &s) const {
        return device == s.st_dev && inode == s.st_ino && size == s.st_size && modified.tv_sec == s.st_mtim.tv_sec &&
               modified.tv_nsec == s.st_mtim.tv_nsec && changed.tv_sec == s.st_ctim.tv_sec &&
               changed.tv_nsec == s.st_ctim.tv_nsec;
    }
};

struct Discovery {
    std::mutex mutex;
    std::vector<std::string> added;
    std::map<std::string, CacheEntry> cache;
};

Discovery &discovery() {
    static Discovery *const instance = new Discovery;
    return *instance;
}

const ForkSafe fork_safe(ForkRank::discovery, [] { discovery().mutex.lock(); }, [] { discovery().mutex.unlock(); });

std::string folder_beside_core() {
    Dl_info info = {};
    if (dladdr(reinterpret_cast<const void *>(&rt_dlopen), &info) == 0 || info.dli_fname == nullptr) {
        return "";
    }
    std::error_code failed;
    const auto file = std::filesystem::canonical(info.dli_fname, failed);
    return failed ? "" : (file.parent_path() / "rtffi").string();
}

std::vector<std::string> libraries_in(const std::string &folder) {
    std::vector<std::string> files;
    std::error_code failed;
    for (std::filesystem::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
        if (it->path().extension() == ".so") {
            const auto canonical = std::filesystem::canonical(it->path(), failed);
            if (!failed) {
                files.push_back(canonical.string());
            }
            failed.clear();
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

// Metadata through the cache. Under the mutex.
const CacheEntry *cached(Discovery &d, const std::string &path) {
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return nullptr;
    }
    CacheEntry &entry = d.cache[path];
    if (!entry.is_of(status)) {
        entry = {status.st_dev, status.st_ino, status.st_size, status.st_mtim, status.st_ctim, {}, {}};
        entry.outcome = read_metadata(path, entry.metadata);
    }
    return &entry;
}

} // namespace

std::vector<std::string> search_path() {
    std::vector<std::string> folders;
    {
        const std::lock_guard lock(discovery().mutex);
        folders = discovery().added;
    }
    // secure_getenv: a set-user-ID program takes no folders from its caller.
    const char *from_environment = secure_getenv("RTFFI_PLUGIN_PATH");
    std::istringstream stream(from_environment != nullptr ? from_environment : "");
    for (std::string folder; std::getline(stream, folder, ':');) {
        if (!folder.empty()) {
            folders.push_back(folder);
        }
    }
    if (const std::string beside = folder_beside_core(); !beside.empty()) {
        folders.push_back(beside);
    }
    return folders;
}

std::vector<Candidate> candidates(std::vector<Outcome> *problems) {
    std::vector<Candidate> found;
    for (const std::string &folder : search_path()) {
        for (const std::string &path : libraries_in(folder)) {
            const std::lock_guard lock(discovery().mutex);
            const CacheEntry *entry = cached(discovery(), path);
            if (entry != nullptr && !entry->outcome && problems != nullptr) {
                problems->push_back(entry->outcome);
            }
            if (entry != nullptr && entry->outcome && entry->metadata.is_plugin()) {
                found.push_back({path, entry->metadata});
            }
        }
    }
    return found;
}

Outcome find_plugin(const std::string &name, std::string &path) {
    std::vector<Outcome> problems;
    NearestText nearest(name);
    for (const Candidate &candidate : candidates(&problems)) {
        if (candidate.metadata.value("name") == name) {
            path = candidate.path;
            return {};
        }
        nearest.offer(candidate.metadata.value("name"));
    }
    std::string message = "no plugin named '" + name + "' was found" + nearest.suggestion() + "; searched:";
    for (const std::string &folder : search_path()) {
        message += " " + folder;
    }
    for (const Outcome &problem : problems) {
        message += "; " + problem.message;
    }
    message += ". Set RTFFI_PLUGIN_PATH to the folder that has it, or give a path with a slash";
    return {RT_E_NOT_FOUND, "not_found", message};
}

std::string find_function(std::string_view name) {
    for (const Candidate &candidate : candidates(nullptr)) {
        for (const FunctionNote &function : candidate.metadata.functions) {
            if (std::string_view(function.signature).substr(0, function.signature.find('(')) == name) {
                return candidate.path;
            }
        }
    }
    return "";
}

} // namespace rt::core

extern "C" rt_status rt_search_path_add(const char *folder) {
    using namespace rt::core;
    return guarded("rt_search_path_add", [&]() -> rt_status {
        if (folder == nullptr || folder[0] == '\0') {
            return fail(RT_E_ARGUMENT, nullptr, "rt_search_path_add: the folder is null or empty");
        }
        const std::lock_guard lock(discovery().mutex);
        auto &added = discovery().added;
        std::erase(added, folder);
        added.insert(added.begin(), folder);
        return RT_OK;
    });
}
