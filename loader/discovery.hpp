// discovery.hpp - the search path, and which file on it has a plugin or a function.
#pragma once

#include <string>
#include <vector>

#include "error.hpp"
#include "metadata.hpp"

namespace rt::core {

// The folders, in order: what the host added, RTFFI_PLUGIN_PATH, the folder `rtffi` beside librtffi.so.
std::vector<std::string> search_path();

struct Candidate {
    std::string path; // canonical
    Metadata metadata;
};

// Every plugin file on the search path, in its order, by file name within a folder. Files that cannot be read are left
// out, with their reasons in `problems` where it is not null.
std::vector<Candidate> candidates(std::vector<Outcome> *problems);

// The file of the plugin of that name. The outcome says what was searched and what was near.
Outcome find_plugin(const std::string &name, std::string &path);

// The file of the plugin that has a function, or "".
std::string find_function(std::string_view name);

} // namespace rt::core
