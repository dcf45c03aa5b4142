#include "search_path.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>

#include <rtffi/rtffi.h>

#include "core_file.hpp"
#include "environment.hpp"
#include "error.hpp"
#include "fork.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

struct Added {
    std::mutex mutex;
    std::vector<std::string> folders;
};

Added &added() {
    static Added *const instance = new Added;
    return *instance;
}

const ForkSafe
    search_path_fork_safe(ForkRank::search_path, [] { added().mutex.lock(); }, [] { added().mutex.unlock(); });

std::string users_folder() {
    const std::string data = environment_folder("XDG_DATA_HOME");
    const std::string home = environment_folder("HOME");
    const std::string base = !data.empty() ? data : home.empty() ? "" : home + "/.local/share";
    return base.empty() ? "" : base + "/rtffi/plugins";
}

} // namespace

std::string folder_state(const std::string &path) {
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0) {
        return errno == EACCES ? "unreadable" : "missing";
    }
    if (!S_ISDIR(status.st_mode)) {
        return "not_a_folder";
    }
    return access(path.c_str(), R_OK | X_OK) == 0 ? "ok" : "unreadable";
}

std::vector<std::string> added_folders() {
    const std::lock_guard lock(added().mutex);
    return added().folders;
}

std::vector<Folder> search_path() {
    std::vector<Folder> folders;
    const auto add = [&](const std::string &folder, const char *from) {
        if (!folder.empty()) {
            folders.push_back({folder, from});
        }
    };
    for (const std::string &folder : added_folders()) {
        add(folder, "host");
    }
    for (const std::string &folder : split(environment("RTFFI_PLUGIN_PATH"), ':')) {
        add(folder, "RTFFI_PLUGIN_PATH");
    }
    add(core_folder().empty() ? "" : core_folder() + "rtffi", "beside librtffi.so");
    add(users_folder(), "user");
    add("/usr/local/lib/rtffi/plugins", "system");
    add("/usr/lib/rtffi/plugins", "system");
    return folders;
}

} // namespace rt::core

extern "C" rt_status rt_search_path_add(const char *folder) {
    using namespace rt::core;
    return guarded("rt_search_path_add", [&]() -> rt_status {
        if (folder == nullptr || folder[0] == '\0') {
            return fail(RT_E_ARGUMENT, nullptr, "rt_search_path_add: the folder is null or empty");
        }
        const std::lock_guard lock(added().mutex);
        auto &folders = added().folders;
        std::erase(folders, folder);
        folders.insert(folders.begin(), folder);
        return RT_OK;
    });
}
