// rtffi exec: a program, unchanged, that finds the functions of plugins with dlsym, as if they had been linked.
#include <elf.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <rtffi/host.hpp>
#include <system_error>

#include "../loader/text.hpp"
#include "command.hpp"
#include "core.hpp"
#include "trampolines.hpp"

namespace rt::tools {

namespace {

// Exit codes, as a shell has them; the others are the program's.
enum : int { cannot_be_run = 126, not_found = 127 };

struct Request {
    std::vector<std::string> plugins;
    std::string program;
};

// As execvp looks for it; "" where it is nowhere.
std::string find_program(const std::string &name) {
    if (name.find('/') != std::string::npos) {
        return access(name.c_str(), F_OK) == 0 ? name : "";
    }
    const char *path = std::getenv("PATH");
    for (const std::string &folder : core::split(path != nullptr ? path : "/bin:/usr/bin", ':')) {
        const std::string file = folder + "/" + name;
        struct stat status = {};
        if (access(file.c_str(), X_OK) == 0 && stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
            return file;
        }
    }
    return "";
}

struct ElfProgram {
    bool is_elf = false;
    Elf64_Ehdr header = {};
    bool dynamic = false;
};

ElfProgram read_program(const std::string &path) {
    ElfProgram program;
    std::ifstream file(path, std::ios::binary);
    file.read(reinterpret_cast<char *>(&program.header), sizeof program.header);
    program.is_elf = file && std::memcmp(program.header.e_ident, ELFMAG, SELFMAG) == 0;
    for (int i = 0; program.is_elf && file && i < program.header.e_phnum; i++) {
        Elf64_Phdr segment = {};
        file.seekg(
            static_cast<std::streamoff>(program.header.e_phoff + static_cast<std::uint64_t>(i) * sizeof segment));
        file.read(reinterpret_cast<char *>(&segment), sizeof segment);
        program.dynamic = program.dynamic || (file && segment.p_type == PT_INTERP);
    }
    return program;
}

bool gains_rights(const std::string &path) {
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0) {
        return false;
    }
    return ((status.st_mode & S_ISUID) != 0 && status.st_uid != getuid()) ||
           ((status.st_mode & S_ISGID) != 0 && (status.st_mode & S_IXGRP) != 0 && status.st_gid != getgid()) ||
           (getuid() != 0 && getxattr(path.c_str(), "security.capability", nullptr, 0) > 0);
}

// Why the dynamic linker would preload nothing into it, or "". A script's interpreter is not looked at.
std::string why_not(const std::string &path) {
    const ElfProgram program = read_program(path);
    if (!program.is_elf) {
        return "";
    }
    if (gains_rights(path)) {
        return path +
               " is a set-user-ID or set-group-ID program, or has capabilities: the dynamic linker preloads nothing into "
               "such a program. To do: let it open librtffi.so itself, or run a copy of it without them";
    }
    const ElfProgram self = read_program("/proc/self/exe");
    if (program.header.e_ident[EI_CLASS] != self.header.e_ident[EI_CLASS] ||
        program.header.e_machine != self.header.e_machine) {
        return path + " is a program for another machine, or for 32 bits: librtffi.so cannot be preloaded into it";
    }
    return program.dynamic ? "" : path + " is linked statically: nothing can be preloaded into it";
}

std::string after(const char *variable, const std::string &text) {
    const char *before = std::getenv(variable);
    return before != nullptr && before[0] != '\0' ? std::string(before) + ":" + text : text;
}

// librtffi.so and the trampolines, behind what is preloaded already (a sanitizer wants to be first).
std::string preloaded(const std::vector<std::string> &plugins) {
    std::string list = core_library();
    for (const std::string &plugin : plugins) {
        list += ":" + trampolines_of(plugin);
    }
    if (std::count(list.begin(), list.end(), ':') != static_cast<std::ptrdiff_t>(plugins.size()) ||
        list.find(' ') != std::string::npos) {
        throw Error(RT_E_UNAVAILABLE,
                    "the dynamic linker preloads no file with a blank or a colon in its path: " + list);
    }
    return after("LD_PRELOAD", list);
}

std::string plugin_path(const std::vector<std::string> &folders) {
    std::string path;
    for (const std::string &folder : folders) {
        path +=
            (path.empty() ? "" : ":") + std::filesystem::absolute(folder).string(); // the program may change its folder
    }
    const char *before = std::getenv("RTFFI_PLUGIN_PATH");
    return before != nullptr && before[0] != '\0' ? path + ":" + before : path;
}

int start(const Request &request, const CommandLine &line) {
    std::vector<char *> texts;
    texts.push_back(const_cast<char *>(request.program.c_str()));
    for (const std::string &argument : line.values) {
        texts.push_back(const_cast<char *>(argument.c_str()));
    }
    texts.push_back(nullptr);
    execvp(request.program.c_str(), texts.data());
    const int error = errno;
    return report_failure(line, error == ENOENT ? not_found : cannot_be_run, RT_E_UNAVAILABLE, "",
                          request.program + " cannot be run: " + std::generic_category().message(error));
}

int exec(const Request &request, const CommandLine &line) {
    const std::string path = find_program(request.program);
    if (path.empty()) {
        return report_failure(line, not_found, RT_E_NOT_FOUND, "not_found",
                              "there is no program '" + request.program + "'" +
                                  (request.program.find('/') == std::string::npos ? " in the folders of PATH" : ""));
    }
    if (const std::string why = why_not(path); !why.empty()) {
        return report_failure(line, cannot_be_run, RT_E_UNAVAILABLE, "not_preloadable", why);
    }
    Json environment = {
        {"LD_PRELOAD", preloaded(request.plugins.empty() ? std::vector<std::string>{"torch"} : request.plugins)}};
    if (!line.plugin_paths.empty()) {
        environment["RTFFI_PLUGIN_PATH"] = plugin_path(line.plugin_paths);
    }
    if (line.json) {
        print_json({{"ok", true}, {"program", path}, {"arguments", line.values}, {"environment", environment}});
        return all_well;
    }
    for (const auto &[name, value] : environment.items()) {
        setenv(name.c_str(), value.get<std::string>().c_str(), 1);
    }
    return start(request, line);
}

} // namespace

void add_exec(CLI::App &app, CommandLine &line) {
    auto request = std::make_shared<Request>();
    CLI::App *command = add_command(
        app, line, "exec", "Runs a program that finds the functions of plugins with dlsym, as if they had been linked",
        "rtffi exec python3 -c 'import ctypes; print(ctypes.CDLL(None).rt_torch_available())'\n"
        "What follows PROGRAM is the program's; rtffi's own options stand before it. With --json it starts nothing, and prints "
        "what it would set.\nExit codes: the program's; 127 it was not found, 126 it cannot be run, 1 nothing could be "
        "preloaded, 2 wrong usage.",
        [request, &line] { return exec(*request, line); });
    command
        ->add_option(
            "--plugin", request->plugins,
            "A plugin whose functions it is to find; may be given again. Without it: torch. Those of others than torch "
            "are compiled, with cc or $CC, and kept in the user's cache")
        ->type_name("PLUGIN")
        ->allow_extra_args(false);
    command->add_option("program", request->program, "The program, and its arguments")
        ->required()
        ->type_name("PROGRAM [ARG...]");
}

} // namespace rt::tools
