#include "sdk_folders.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <fstream>

#include <rtffi/host.hpp>

namespace rt::tools {

namespace {

namespace fs = std::filesystem;

// What meson.build writes beside a command that is not installed: the folder of the headers.
constexpr const char *build_folder_note = "rtffi.sdk";

fs::path include_folder() {
    const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
    std::ifstream note(here / build_folder_note);
    std::string noted;
    if (std::getline(note, noted)) {
        return noted;
    }
    return (here.parent_path() / "include");
}

// By the address that the dynamic linker gives: one taken here might be of this program's own jump to it.
fs::path core_folder() {
    Dl_info info{};
    void *address = dlsym(RTLD_DEFAULT, "rt_version");
    if (address == nullptr || dladdr(address, &info) == 0 || info.dli_fname == nullptr) {
        throw Error(RT_E_NOT_FOUND, "the file of librtffi.so cannot be told");
    }
    return fs::canonical(info.dli_fname).parent_path();
}

} // namespace

SdkFolders sdk_folders() {
    const fs::path include = include_folder();
    if (!fs::exists(include / "rtffi" / "plugin.h")) {
        throw Error(RT_E_NOT_FOUND,
                    "rtffi's headers are not installed: there is no " + (include / "rtffi" / "plugin.h").string() +
                        "; install rtffi with its headers, and run the command from there",
                    "no_headers");
    }
    return {include.string(), core_folder().string(), (include / "rtffi" / "plugin.map").string()};
}

} // namespace rt::tools
