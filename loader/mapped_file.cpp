#include "mapped_file.hpp"

#include <link.h>
#include <sys/stat.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace rt::core {

namespace {

// The path in the line of /proc/self/maps that has the address; "" where there is none. The kernel adds " (deleted)" to that
// of a file whose name is gone or another file's.
std::string mapped_path(std::uintptr_t address) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        unsigned long begin = 0;
        unsigned long end = 0;
        int path_at = 0;
        if (std::sscanf(line.c_str(), "%lx-%lx %*s %*s %*s %*s %n", &begin, &end, &path_at) == 2 && address >= begin &&
            address < end) {
            return line.substr(static_cast<std::size_t>(path_at));
        }
    }
    return "";
}

} // namespace

bool is_mapped_from(void *library, const std::string &path) {
    const auto *map = static_cast<const struct link_map *>(library);
    const std::string mapped = mapped_path(reinterpret_cast<std::uintptr_t>(map->l_ld));
    struct stat from = {};
    struct stat now = {};
    if (mapped.empty() || mapped == path || stat(path.c_str(), &now) != 0) {
        return true;
    }
    // Another name of the same file, such as a hard link, will do.
    return stat(mapped.c_str(), &from) == 0 && from.st_dev == now.st_dev && from.st_ino == now.st_ino;
}

} // namespace rt::core
