#include "trampolines.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <vector>

#include "../loader/text.hpp"
#include "../loader/trust.hpp"
#include "bind/c_text.hpp"
#include "bind/language.hpp"
#include "core.hpp"
#include "outcome.hpp"

namespace rt::tools {

namespace {

std::string folder_of(const std::string &path) { return path.substr(0, path.rfind('/') + 1); }

// Installed, it lies beside librtffi.so; in a build beside this program.
std::string ready_made(const std::string &plugin) {
    const std::string name = "lib" + plugin + "_trampolines.so";
    for (const std::string &folder : {folder_of(core_library()), folder_of(canonical("/proc/self/exe"))}) {
        if (access((folder + name).c_str(), R_OK) == 0) {
            return folder + name;
        }
    }
    return "";
}

std::string cache_folder() {
    const auto absolute = [](const char *name) {
        const char *value = std::getenv(name);
        return std::string(value != nullptr && value[0] == '/' ? value : "");
    };
    const std::string cache = absolute("XDG_CACHE_HOME");
    const std::string home = absolute("HOME");
    if (cache.empty() && home.empty()) {
        throw Error(RT_E_UNAVAILABLE,
                    "there is no folder to keep what is compiled in: set HOME or XDG_CACHE_HOME to an absolute path");
    }
    std::string path = cache.empty() ? home + "/.cache" : cache;
    for (const char *part : {"", "/rtffi", "/trampolines"}) {
        path += part;
        if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
            throw Error(RT_E_LOAD, path + " cannot be made: " + std::generic_category().message(errno));
        }
    }
    return canonical(path);
}

// FNV-1a: another text is another file.
std::string fingerprint(const std::string &text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash));
    return digits.data();
}

// Runs it with this process's output and errors; what it ended with.
int run(std::vector<std::string> arguments) {
    std::vector<char *> texts;
    for (std::string &argument : arguments) {
        texts.push_back(argument.data());
    }
    texts.push_back(nullptr);
    pid_t child = 0;
    if (const int error = posix_spawnp(&child, texts[0], nullptr, nullptr, texts.data(), environ); error != 0) {
        throw Error(RT_E_UNAVAILABLE, "there is no C compiler: " + arguments[0] + ": " +
                                          std::generic_category().message(error) +
                                          ". To do: install one (apt install gcc), or set CC to its name");
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

void compile(const std::string &source, const std::string &library) {
    const char *cc = std::getenv("CC");
    std::vector<std::string> command = core::split(cc != nullptr ? cc : "", ' ');
    if (command.empty()) {
        command = {"cc"};
    }
    command.insert(command.end(), {"-shared", "-fPIC", "-O2", source, "-o", library, core_library()});
    if (run(command) != 0) {
        throw Error(RT_E_LOAD, command[0] + " could not compile what `rtffi bind --lang c --trampolines` makes");
    }
}

// Under its own name only when it is whole: others may be about to load it.
void make(const std::string &text, const std::string &library) {
    const std::string unfinished = library + "." + std::to_string(getpid());
    const std::string source = unfinished + ".c";
    const auto clean_up = [&] {
        std::remove(source.c_str());
        std::remove(unfinished.c_str());
    };
    try {
        std::ofstream out(source, std::ios::binary);
        if (!(out << text) || !out.flush()) {
            throw Error(RT_E_LOAD, source + " cannot be written");
        }
        compile(source, unfinished);
        if (std::rename(unfinished.c_str(), library.c_str()) != 0) {
            throw Error(RT_E_LOAD, library + " cannot be written: " + std::generic_category().message(errno));
        }
    } catch (...) {
        clean_up();
        throw;
    }
    clean_up();
}

} // namespace

std::string core_library() {
    Dl_info info = {};
    // Not &rt_dlopen, which may be this program's own entry for it.
    if (dladdr(dlsym(RTLD_DEFAULT, "rt_dlopen"), &info) == 0 || info.dli_fname == nullptr) {
        throw Error(RT_E_UNAVAILABLE, "the dynamic linker does not say where librtffi.so is");
    }
    return canonical(info.dli_fname);
}

std::string trampolines_of(const std::string &plugin) {
    if (plugin.find('/') == std::string::npos) {
        if (std::string ready = ready_made(plugin); !ready.empty()) {
            return ready;
        }
    }
    const bind::Interface interface =
        bind::read_interface({inspect(file_of(plugin))}, "rtffi bind --lang c --trampolines --plugin " + plugin);
    const std::string text = bind::c_trampolines(interface);
    const std::string library =
        cache_folder() + "/" + bind::plugins_identifier(interface) + "-" + fingerprint(text) + ".so";
    if (access(library.c_str(), F_OK) != 0) {
        make(text, library);
    }
    core::Descriptor file;
    struct stat status = {};
    check(core::TrustRules().open(library, file, status).told());
    return library;
}

} // namespace rt::tools
