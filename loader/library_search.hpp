// library_search.hpp - which file the dynamic linker would take for a library that another file needs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "error.hpp"

namespace rt::core {

// What /etc/ld.so.cache knew when this was made.
class LinkerCache {
  public:
    LinkerCache();
    // The file for a library, or "".
    std::string find(const std::string &library) const;

  private:
    std::map<std::string, std::string> paths_;
};

// The folders that every search looks in after a file's own ones: LD_LIBRARY_PATH and the linker's defaults.
std::vector<std::string> library_folders();

// The file for a library such as "libc10.so", looked for in `own_folders` (a file's run path), LD_LIBRARY_PATH, the
// linker's cache and its default folders; "" where there is none.
std::string locate_library(const std::string &library, const std::vector<std::string> &own_folders,
                           const LinkerCache &cache);

// One library that a file needs, itself or through others.
struct Dependency {
    std::string library;
    std::string path; // "": not found
    std::string needed_by;
};

// All of them, nearest first, each once. A damaged library on the way counts as one that needs nothing.
Outcome dependencies_of(const std::string &path, std::vector<Dependency> &out);

} // namespace rt::core
