#include "singletons.hpp"

#include <link.h>
#include <sys/stat.h>

#include <cstdlib>
#include <sstream>
#include <vector>

#include "elf_file.hpp"

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

void add_folders(std::vector<std::string> &folders, const char *list) {
    std::istringstream stream(list != nullptr ? list : "");
    for (std::string folder; std::getline(stream, folder, ':');) {
        folders.push_back(folder);
    }
}

// Where the dynamic linker would find a needed library: the file's own run path, LD_LIBRARY_PATH, the usual folders.
std::string locate(const std::string &library, std::vector<std::string> folders) {
    add_folders(folders, secure_getenv("LD_LIBRARY_PATH"));
    add_folders(folders, "/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib/aarch64-linux-gnu:"
                         "/usr/lib/aarch64-linux-gnu:/lib64:/usr/lib64:/usr/local/lib:/lib:/usr/lib");
    for (const std::string &folder : folders) {
        const std::string candidate = folder + (folder.ends_with('/') ? "" : "/") + library;
        struct stat status = {};
        if (!folder.empty() && stat(candidate.c_str(), &status) == 0) {
            return candidate;
        }
    }
    return "";
}

} // namespace

Outcome check_singletons(const std::string &plugin_path, const std::string &singletons) {
    if (singletons.empty()) {
        return {};
    }
    ElfFile file;
    std::vector<std::string> needed;
    std::vector<std::string> folders;
    if (Outcome ok = file.open(plugin_path); !ok) {
        return ok;
    }
    if (Outcome ok = file.dependencies(needed, folders); !ok) {
        return ok;
    }
    std::istringstream names(singletons);
    for (std::string name; names >> name;) {
        std::string own;
        for (const std::string &library : needed) {
            own = library.starts_with(name) ? locate(library, folders) : own;
        }
        for (const std::string &there : loaded_copies(name)) {
            if (!own.empty() && !same_file(own, there)) {
                return {RT_E_UNAVAILABLE, "second_copy",
                        "another copy of " + name + " is in the process already (" + there + "), but " + plugin_path +
                            " needs " + own + "; two in one process abort it. Use a plugin built for the one that is " +
                            "there, or load the plugin before it"};
            }
        }
    }
    return {};
}

} // namespace rt::core
