#include "singletons.hpp"

#include <link.h>
#include <sys/stat.h>

#include <atomic>
#include <vector>

#include "elf_file.hpp"
#include "library_search.hpp"
#include "log.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool same_file(const std::string &a, const std::string &b) {
    struct stat x = {};
    struct stat y = {};
    return stat(a.c_str(), &x) == 0 && stat(b.c_str(), &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

// The paths of what is in the process whose file name begins with `prefix`.
std::vector<std::string> loaded_copies(const std::string &prefix) {
    struct Search {
        const std::string &prefix;
        std::vector<std::string> found = {};
    } search{prefix};
    dl_iterate_phdr(
        [](dl_phdr_info *info, size_t, void *context) {
            auto *into = static_cast<Search *>(context);
            const std::string_view path = info->dlpi_name != nullptr ? info->dlpi_name : "";
            if (file_name(path).starts_with(into->prefix)) {
                into->found.emplace_back(path);
            }
            return 0;
        },
        &search);
    return search.found;
}

} // namespace

void warn_of_second_core() {
    static std::atomic<bool> looked{false};
    if (looked.exchange(true)) {
        return;
    }
    const std::vector<std::string> copies = loaded_copies("librtffi.so");
    for (std::size_t i = 1; i < copies.size(); i++) {
        log(RT_LOG_WARNING, "",
            joined(
                {"two copies of librtffi are in this process, with a registry each: ", copies[0], " and ", copies[i]})
                .c_str());
    }
}

Outcome check_singletons(const ElfFile &file, const std::string &path, const std::string &singletons) {
    if (singletons.empty()) {
        return {};
    }
    std::vector<std::string> needed;
    std::vector<std::string> folders;
    if (Outcome ok = file.dependencies(needed, folders); !ok) {
        return ok;
    }
    const LinkerCache cache;
    for (const std::string &name : split(singletons, ' ')) {
        std::string own;
        for (const std::string &library : needed) {
            own = library.starts_with(name) ? locate_library(library, folders, cache) : own;
        }
        for (const std::string &there : loaded_copies(name)) {
            if (!own.empty() && !same_file(own, there)) {
                return {
                    RT_E_UNAVAILABLE, "second_copy",
                    joined({"another copy of ", name, " is in the process already (", there, "), but ", path, " needs ",
                            own, "; two in one process abort it. Use a plugin built for the one that is ",
                            "there, or load the plugin before it"})};
            }
        }
    }
    return {};
}

} // namespace rt::core
