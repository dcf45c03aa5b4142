// mapped_file.hpp - which file an opened library was really mapped from.
#pragma once

#include <cstdint>
#include <string>

#include "file_identity.hpp"

namespace rt::core {

// What /proc says of a library (dlopen's handle): a path, which the kernel ends with " (deleted)" where the file's name is gone or
// another file's, and an inode, which is stat's but for some file systems. "" and 0 where it says nothing.
struct MappedFrom {
    std::string path;
    std::uint64_t inode = 0;
};
MappedFrom mapped_from(void *library);

// Whether the image that dlopen gave is this file (its device and inode), which was found at this path. dlopen gives an old image
// again where something else in the process has the library open, or it cannot be unmapped, although the file was replaced; and the
// file may have been replaced just before it was opened. Where /proc does not tell, what has the path now decides.
bool is_mapped_from(void *library, const std::string &path, const FileIdentity &file);

} // namespace rt::core
