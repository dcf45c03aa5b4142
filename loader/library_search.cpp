#include "library_search.hpp"

#include <sys/stat.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>

#include "elf_file.hpp"
#include "file_text.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

bool is_there(const std::string &path) {
    struct stat status = {};
    return stat(path.c_str(), &status) == 0;
}

// Whether the linker stops its search here, for good or bad: it goes on where the file is for another machine.
bool is_taken(const std::string &path) {
    if (!is_there(path)) {
        return false;
    }
    ElfFile file;
    const Outcome read = file.open(path);
    return read || read.cause != "wrong_architecture";
}

void add_folders(std::vector<std::string> &folders, const char *list) {
    const std::vector<std::string> more = split(list != nullptr ? list : "", ':');
    folders.insert(folders.end(), more.begin(), more.end());
}

#if defined(__aarch64__)
constexpr const char *default_folders =
    "/lib/aarch64-linux-gnu:/usr/lib/aarch64-linux-gnu:/lib64:/usr/lib64:/lib:/usr/lib";
#else
constexpr const char *default_folders =
    "/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib64:/usr/lib64:/lib:/usr/lib";
#endif

// The header and the entries of /etc/ld.so.cache as glibc writes it since 2.2 ("glibc-ld.so.cache1.1"; elf/cache.c). Offsets
// of names count from the header.
struct CacheHeader {
    char magic[20];
    std::uint32_t entries;
    std::uint32_t strings_size;
    std::uint32_t unused[5];
};
struct CacheEntry {
    std::int32_t flags;
    std::uint32_t name;
    std::uint32_t path;
    std::uint32_t os_version;
    std::uint64_t hardware;
};
static_assert(sizeof(CacheHeader) == 48 && sizeof(CacheEntry) == 24);

#if defined(__aarch64__)
constexpr std::int32_t cache_flags = 0x0a03;
#else
constexpr std::int32_t cache_flags = 0x0303;
#endif

// The folders that every search looks in after a file's own ones.
std::vector<std::string> library_folders() {
    std::vector<std::string> folders;
    add_folders(folders, secure_getenv("LD_LIBRARY_PATH"));
    add_folders(folders, default_folders);
    return folders;
}

std::string listed(const std::vector<std::string> &folders) {
    std::string text;
    for (const std::string &folder : folders) {
        text += (text.empty() ? "" : ":") + folder;
    }
    return text;
}

// `own_folders`: the run path of the file that needs the library.
std::string search_of(const std::vector<std::string> &own_folders) {
    const std::string own = listed(own_folders);
    return joined({"its run path", own.empty() ? "" : " (", own, own.empty() ? "" : ")", ", the linker's cache, ",
                   listed(library_folders())});
}

std::string in_folders(const std::string &library, const std::vector<std::string> &folders) {
    for (const std::string &folder : folders) {
        const std::string candidate = folder + (folder.ends_with('/') ? "" : "/") + library;
        if (!folder.empty() && is_taken(candidate)) {
            return candidate;
        }
    }
    return "";
}

} // namespace

LinkerCache::LinkerCache() {
    read_text("/etc/ld.so.cache", bytes_);
    const std::size_t at = bytes_.find("glibc-ld.so.cache1.1");
    CacheHeader header = {};
    if (at == std::string::npos || bytes_.size() - at < sizeof header) {
        return;
    }
    bytes_.erase(0, at);
    std::memcpy(&header, bytes_.data(), sizeof header);
    if ((bytes_.size() - sizeof header) / sizeof(CacheEntry) >= header.entries) {
        entries_ = header.entries;
    }
}

std::string LinkerCache::find(const std::string &library) const {
    const auto text = [&](std::uint32_t offset) { return offset < bytes_.size() ? bytes_.c_str() + offset : ""; };
    for (std::uint32_t i = 0; i < entries_; i++) {
        CacheEntry entry = {};
        std::memcpy(&entry, bytes_.data() + sizeof(CacheHeader) + i * sizeof entry, sizeof entry);
        if (entry.flags == cache_flags && library == text(entry.name)) { // of several the first is the linker's choice
            const std::string path = text(entry.path);
            return is_there(path) ? path : "";
        }
    }
    return "";
}

std::string locate_library(const std::string &library, const std::vector<std::string> &own_folders,
                           const LinkerCache &cache) {
    if (library.find('/') != std::string::npos) {
        return is_there(library) ? library : "";
    }
    std::vector<std::string> first = own_folders;
    add_folders(first, secure_getenv("LD_LIBRARY_PATH"));
    if (std::string found = in_folders(library, first); !found.empty()) {
        return found;
    }
    if (std::string found = cache.find(library); !found.empty()) {
        return found;
    }
    return in_folders(library, library_folders());
}

Outcome dependencies_of(const std::string &path, std::vector<Dependency> &out) {
    const LinkerCache cache;
    std::set<std::string> seen;
    const auto look_into = [&](const std::string &at) -> Outcome {
        ElfFile file;
        std::vector<std::string> needed;
        std::vector<std::string> folders;
        Outcome read = file.open(at);
        if (read) {
            read = file.dependencies(needed, folders);
        }
        for (const std::string &library : needed) {
            if (seen.insert(library).second) {
                const std::string found = locate_library(library, folders, cache);
                out.push_back({library, found, at, found.empty() ? search_of(folders) : ""});
            }
        }
        return read;
    };
    if (Outcome read = look_into(path); !read) {
        return read;
    }
    // It grows meanwhile.
    std::size_t next = 0;
    while (next < out.size()) {
        const std::string found = out[next].path;
        Outcome read = found.empty() ? Outcome{} : look_into(found);
        out[next++].read = std::move(read);
    }
    return {};
}

Outcome check_whole(const std::vector<Dependency> &dependencies) {
    for (const Dependency &dependency : dependencies) {
        const std::string &cause = dependency.read.cause;
        if (cause == "truncated" || cause == "not_elf") {
            return {RT_E_LOAD, "damaged_library",
                    joined({dependency.read.message, "; ", dependency.needed_by, " needs it"})};
        }
    }
    return {};
}

} // namespace rt::core
