#include "mapped_file.hpp"

#include <link.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "file_text.hpp"
#include "text.hpp"

namespace rt::core {

MappedFrom mapped_from(void *library) {
    const auto address = reinterpret_cast<std::uintptr_t>(static_cast<const struct link_map *>(library)->l_ld);
    std::string maps;
    read_text("/proc/self/maps", maps);
    for (const std::string &line : split(maps, '\n')) {
        // BEGIN-END permissions offset device inode path
        char *at = nullptr;
        const std::uintptr_t begin = std::strtoul(line.c_str(), &at, 16);
        const std::uintptr_t end = *at == '-' ? std::strtoul(at + 1, &at, 16) : 0;
        if (address >= begin && address < end) {
            const std::vector<std::string> fields = split(at, ' ');
            return {line.substr(std::min(line.find('/'), line.size())),
                    fields.size() > 3 ? std::strtoull(fields[3].c_str(), nullptr, 10) : 0};
        }
    }
    return {};
}

bool is_mapped_from(void *library, const std::string &path, const FileIdentity &file) {
    // Another name of the same file, such as a hard link, will do.
    const auto is_it = [&](const std::string &name) {
        FileIdentity mapped;
        return identify(name, mapped) && mapped.device == file.device && mapped.inode == file.inode;
    };
    std::string from = mapped_from(library).path;
    if (is_it(from.empty() ? path : from)) {
        return true;
    }
    for (std::size_t at = from.find("\\012"); at != std::string::npos; at = from.find("\\012", at + 1)) {
        from.replace(at, 4, "\n"); // as the kernel writes a line end there
    }
    return is_it(from);
}

} // namespace rt::core
