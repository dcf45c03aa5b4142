// search_path.hpp - the folders where plugins are looked for.
#pragma once

#include <string>
#include <vector>

namespace rt::core {

struct Folder {
    std::string path;
    const char *from; // "host", "RTFFI_PLUGIN_PATH", "beside librtffi.so", "user", "system"
};

// In order: what the host added; RTFFI_PLUGIN_PATH; the folder `rtffi` beside librtffi.so; the user's
// ($XDG_DATA_HOME, else ~/.local/share)/rtffi/plugins; /usr/local/lib/rtffi/plugins and /usr/lib/rtffi/plugins.
// A set-user-ID program takes none from the environment and none of the user's.
std::vector<Folder> search_path();

// What the host added, the last first.
std::vector<std::string> added_folders();

// "ok", "missing", "unreadable", "not_a_folder".
std::string folder_state(const std::string &path);

} // namespace rt::core
