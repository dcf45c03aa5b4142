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

std::string in_folders(const std::string &library, const std::vector<std::string> &folders) {
    for (const std::string &folder : folders) {
        const std::string candidate = folder + (folder.ends_with('/') ? "" : "/") + library;
        if (!folder.empty() && is_there(candidate)) {
            return candidate;
        }
    }
    return "";
}

} // namespace

// A cache in another form is one without entries.
LinkerCache::LinkerCache() {
    std::string bytes;
    read_text("/etc/ld.so.cache", bytes);
    const std::size_t at = bytes.find("glibc-ld.so.cache1.1");
    CacheHeader header = {};
    if (at == std::string::npos || bytes.size() - at < sizeof header) {
        return;
    }
    std::memcpy(&header, bytes.data() + at, sizeof header);
    if ((bytes.size() - at - sizeof header) / sizeof(CacheEntry) < header.entries) {
        return;
    }
    const auto text = [&](std::uint32_t offset) {
        return offset < bytes.size() - at ? std::string(bytes.c_str() + at + offset) : std::string();
    };
    for (std::uint32_t i = 0; i < header.entries; i++) {
        CacheEntry entry = {};
        std::memcpy(&entry, bytes.data() + at + sizeof header + i * sizeof entry, sizeof entry);
        if (entry.flags == cache_flags) {
            paths_.emplace(text(entry.name), text(entry.path)); // of several the first is the linker's choice
        }
    }
}

std::string LinkerCache::find(const std::string &library) const {
    const auto found = paths_.find(library);
    return found != paths_.end() && is_there(found->second) ? found->second : "";
}

std::vector<std::string> library_folders() {
    std::vector<std::string> folders;
    add_folders(folders, secure_getenv("LD_LIBRARY_PATH"));
    add_folders(folders, default_folders);
    return folders;
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
    // out[i] for i < next has been looked into; the file itself comes before all of them.
    std::size_t next = 0;
    for (std::string at = path;;) {
        ElfFile file;
        std::vector<std::string> needed;
        std::vector<std::string> folders;
        Outcome read = file.open(at);
        if (read) {
            read = file.dependencies(needed, folders);
        }
        if (!read && at == path) {
            return read;
        }
        for (const std::string &library : needed) {
            if (seen.insert(library).second) {
                out.push_back({library, locate_library(library, folders, cache), at});
            }
        }
        while (next < out.size() && out[next].path.empty()) {
            next++;
        }
        if (next == out.size()) {
            return {};
        }
        at = out[next++].path;
    }
}

} // namespace rt::core
