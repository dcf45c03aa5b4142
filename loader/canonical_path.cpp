#include "canonical_path.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "malloced_text.hpp"
#include "text.hpp"

namespace rt::core {

Outcome canonical_path(const std::string &path, std::string &out) {
    const MallocedText resolved(realpath(path.c_str(), nullptr));
    if (resolved == nullptr) {
        return unreadable(path, errno);
    }
    out = resolved.get();
    return {};
}

Outcome unreadable(const std::string &path, int error) {
    if (error == ENOMEM) {
        return {RT_E_MEMORY, "", path + ": no memory to look at it"};
    }
    if (error == EMFILE || error == ENFILE) {
        return {RT_E_LOAD, "too_many_files",
                path + ": no file descriptor is left. To do: close files, or raise the limit (ulimit -n)"};
    }
    return {error == ENOENT ? RT_E_NOT_FOUND : RT_E_LOAD, error == ENOENT ? "not_found" : "not_readable",
            joined({path, ": ", std::generic_category().message(error)})};
}

} // namespace rt::core
