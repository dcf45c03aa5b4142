#include "environment.hpp"

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <gnu/libc-version.h>
#include <pwd.h>
#include <rtffi/rtffi.h>
#include <string>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

#include "../../loader/trust_lists.hpp"
#include "../core.hpp"

namespace rt::tools::report {

namespace {

struct Variable {
    const char *name;
    const char *meaning;
};

// Whoever reads a new one in librtffi, the torch plugin or the command adds it here.
constexpr Variable variables[] = {
    {"RTFFI_PLUGIN_PATH", "folders with plugins, searched before the usual ones"},
    {"RTFFI_REQUIRE", "plugins that must be the real ones, and no stubs"},
    {"RTFFI_TRUST_OWNER", "users whose files are trusted, beside root and this user"},
    {"RTFFI_TRUST_REQUIRE", "what every file must have before it is loaded: digests, keys"},
    {"RTFFI_LOAD_TIMEOUT", "seconds to wait for another thread that loads the same plugin (60)"},
    {"RTFFI_PROBE_TIMEOUT", "seconds that the trial of RT_DLOPEN_PROBE may last (30)"},
    {"RTFFI_TRACE_HANDLES", "1: handles remember which call made them"},
    {"RTFFI_TORCH_EXIT_SECONDS", "seconds that the torch plugin waits for its threads when the process ends"},
    {"LD_LIBRARY_PATH", "where the dynamic linker looks first for the libraries that plugins need"},
    {"LD_PRELOAD", "libraries that are in every process before a plugin is"},
    {"GLIBC_TUNABLES", "settings of the C library, such as the room for thread-local memory"},
    {"CUDA_VISIBLE_DEVICES", "the GPUs that CUDA shows"},
    {"OMP_NUM_THREADS", "how many threads LibTorch computes with"},
    {"XDG_CACHE_HOME", "the folder above the one that remembers failed trials (~/.cache)"},
    {"XDG_CONFIG_HOME", "the folder above the lists of trusted digests and keys (~/.config)"},
    {"XDG_DATA_HOME", "the folder above this user's plugins (~/.local/share)"},
    {"HOME", "where the folders of ~ are"},
};

// The value behind KEY in a file of lines `KEY<separator>VALUE`, without quotes; "" where there is none.
std::string value_in(const char *path, std::string_view key, char separator) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (const std::size_t at = line.find(separator); line.starts_with(key) && at != std::string::npos) {
            const std::size_t begin = line.find_first_not_of(" \t\"", at + 1);
            const std::size_t end = line.find_last_not_of(" \t\"");
            return begin != std::string::npos ? line.substr(begin, end - begin + 1) : "";
        }
    }
    return "";
}

std::string first_line(const char *path) {
    std::string line;
    std::getline(std::ifstream(path), line);
    return line;
}

std::string path_of_core() {
    Dl_info info = {};
    return dladdr(reinterpret_cast<const void *>(&rt_version), &info) != 0 ? info.dli_fname : "";
}

std::string path_of_command() {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error).string();
}

std::string user() {
    const uid_t id = geteuid();
    const passwd *entry = getpwuid(id);
    return (entry != nullptr ? std::string(entry->pw_name) + ", " : "") + "user " + std::to_string(id);
}

Json values() {
    Json list = Json::array();
    for (const Variable &variable : variables) {
        const char *value = std::getenv(variable.name);
        list.push_back({{"name", variable.name},
                        {"value", value != nullptr ? Json(value) : Json()},
                        {"meaning", variable.meaning}});
    }
    return list;
}

Json trust() {
    std::vector<core::ListedDigest> digests;
    const std::string folder = core::trust_folder();
    const core::Outcome read = core::read_digests(folder + "/digests", digests);
    const bool readable = read || read.cause == "not_found";
    return {{"folder", folder},
            {"digests", digests.size()},
            {"keys", core::own_keys().size()},
            {"problem", readable ? "" : read.message}};
}

} // namespace

Json environment() {
    utsname kernel = {};
    uname(&kernel);
    const auto memory =
        static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    return {{"librtffi", path_of_core()},
            {"command", path_of_command()},
            {"system", value_in("/etc/os-release", "PRETTY_NAME=", '=')},
            {"kernel", std::string(kernel.sysname) + " " + kernel.release},
            {"machine", kernel.machine},
            {"cpu", value_in("/proc/cpuinfo", "model name", ':')},
            {"cpus", std::thread::hardware_concurrency()},
            {"memory_mib", memory >> 20U},
            {"libc", std::string("glibc ") + gnu_get_libc_version()},
            {"gpu_driver", first_line("/proc/driver/nvidia/version")},
            {"user", user()},
            {"variables", values()},
            {"searched", explanation("rtffi").at("searched")}, // whatever the name
            {"trust", trust()}};
}

} // namespace rt::tools::report
