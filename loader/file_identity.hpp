// file_identity.hpp - whether a file is still the one that it was.
#pragma once

#include <sys/stat.h>

#include <string>

namespace rt::core {

struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    timespec modified = {};
    timespec changed = {};

    FileIdentity() = default;
    explicit FileIdentity(const struct stat &s)
        : device(s.st_dev), inode(s.st_ino), size(s.st_size), modified(s.st_mtim), changed(s.st_ctim) {}

    bool operator==(const FileIdentity &other) const {
        return device == other.device && inode == other.inode && size == other.size &&
               modified.tv_sec == other.modified.tv_sec && modified.tv_nsec == other.modified.tv_nsec &&
               changed.tv_sec == other.changed.tv_sec && changed.tv_nsec == other.changed.tv_nsec;
    }
};

// The file that has this path now; false where there is none.
inline bool identify(const std::string &path, FileIdentity &out) {
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0) {
        return false;
    }
    out = FileIdentity(status);
    return true;
}

} // namespace rt::core
