#include "core_file.hpp"

#include <dlfcn.h>

#include <filesystem>

#include <rtffi/rtffi.h>

namespace rt::core {

std::string core_file() {
    Dl_info info = {};
    if (dladdr(reinterpret_cast<const void *>(&rt_dlopen), &info) == 0 || info.dli_fname == nullptr) {
        return "";
    }
    std::error_code failed;
    const auto file = std::filesystem::canonical(info.dli_fname, failed);
    return failed ? "" : file.string();
}

std::string core_folder() {
    const std::string file = core_file();
    return file.substr(0, file.rfind('/') + 1);
}

} // namespace rt::core
