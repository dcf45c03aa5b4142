#include "core_file.hpp"

#include <dlfcn.h>

#include <rtffi/rtffi.h>

#include "canonical_path.hpp"

namespace rt::core {

std::string core_file() {
    Dl_info info = {};
    if (dladdr(reinterpret_cast<const void *>(&rt_dlopen), &info) == 0 || info.dli_fname == nullptr) {
        return "";
    }
    std::string file;
    return canonical_path(info.dli_fname, file) ? file : "";
}

std::string core_folder() {
    const std::string file = core_file();
    return file.substr(0, file.rfind('/') + 1);
}

} // namespace rt::core
