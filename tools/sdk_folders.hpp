// sdk_folders.hpp - where this rtffi keeps what plugins and programs are built with.
#pragma once

#include <string>

namespace rt::tools {

struct SdkFolders {
    std::string include; // the folder that holds rtffi/plugin.h
    std::string library; // the folder of librtffi.so
    std::string map;     // the linker's version script for plugins
};

// Found from where this command and its librtffi.so lie, so that it holds for any prefix, and in a build folder. Throws
// RT_E_NOT_FOUND where the headers are not installed.
SdkFolders sdk_folders();

} // namespace rt::tools
