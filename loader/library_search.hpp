// library_search.hpp - which file the dynamic linker would take for a library that another file needs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "error.hpp"

namespace rt::core {

// What /etc/ld.so.cache knew when this was made. One in another form is one without entries.
class LinkerCache {
  public:
    LinkerCache();
    // The file for a library, or "".
    std::string find(const std::string &library) const;

  private:
    std::string bytes_;
    std::uint32_t entries_ = 0;
};

// The file for a library such as "libc10.so", looked for in `own_folders` (a file's run path), LD_LIBRARY_PATH, the
// linker's cache and its default folders; "" where there is none. As the linker does, it passes over another machine's.
std::string locate_library(const std::string &library, const std::vector<std::string> &own_folders,
                           const LinkerCache &cache);

// One library that a file needs, itself or through others.
struct Dependency {
    std::string library;
    std::string path; // "": not found
    std::string needed_by;
    std::string searched = {}; // where, if it was not found
    Outcome read = {};         // what is wrong with the file, if it was found
};

// All of them, nearest first, each once. A damaged library on the way counts as one that needs nothing.
Outcome dependencies_of(const std::string &path, std::vector<Dependency> &out);

// The first that is no whole ELF file, cause "damaged_library": the dynamic linker maps what a cut file says it has, and the process
// dies where it looks there.
Outcome check_whole(const std::vector<Dependency> &dependencies);

} // namespace rt::core
