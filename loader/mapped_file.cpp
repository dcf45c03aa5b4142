#include "mapped_file.hpp"

#include <link.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>

namespace rt::core {

namespace {

// The path in the line of /proc/self/maps that has the address; "" where there is none. The kernel adds " (deleted)" to that
// of a file whose name is gone or another file's.
std::string mapped_path(std::uintptr_t address) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        // BEGIN-END permissions offset device inode path
        char *at = nullptr;
        const std::uintptr_t begin = std::strtoul(line.c_str(), &at, 16);
        const std::uintptr_t end = *at == '-' ? std::strtoul(at + 1, &at, 16) : 0;
        if (address >= begin && address < end) {
            return line.substr(std::min(line.find('/'), line.size()));
        }
    }
    return "";
}

// As the kernel writes it there.
std::string with_line_ends_escaped(const std::string &path) {
    std::string text;
    for (const char c : path) {
        text += c == '\n' ? std::string("\\012") : std::string(1, c);
    }
    return text;
}

} // namespace

bool is_mapped_from(void *library, const std::string &path) {
    const auto *map = static_cast<const struct link_map *>(library);
    const std::string mapped = mapped_path(reinterpret_cast<std::uintptr_t>(map->l_ld));
    struct stat from = {};
    struct stat now = {};
    if (mapped.empty() || mapped == with_line_ends_escaped(path) || stat(path.c_str(), &now) != 0) {
        return true;
    }
    // Another name of the same file, such as a hard link, will do.
    return stat(mapped.c_str(), &from) == 0 && from.st_dev == now.st_dev && from.st_ino == now.st_ino;
}

} // namespace rt::core
