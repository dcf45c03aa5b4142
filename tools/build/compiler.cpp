#include "compiler.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>

#include <rtffi/host.hpp>

#include "../sdk_folders.hpp"

namespace rt::tools::build {

namespace {

constexpr Language languages[] = {
    {"C", ".c", "CC", "cc", "gcc"},
    {"C++", ".cc", "CXX", "c++", "g++"},
    {"C++", ".cpp", "CXX", "c++", "g++"},
    {"C++", ".cxx", "CXX", "c++", "g++"},
    {"Rust", ".rs", "RUSTC", "rustc", "rustc"},
};

// The compiler may come with arguments: CXX="ccache g++".
std::vector<std::string> compiler_of(const Language &language) {
    const char *chosen = std::getenv(language.variable);
    std::istringstream words(chosen != nullptr ? chosen : "");
    std::vector<std::string> command;
    for (std::string word; words >> word;) {
        command.push_back(word);
    }
    if (command.empty()) {
        command.emplace_back(language.compiler);
    }
    return command;
}

// What a program writes, read to the end.
class Pipe {
  public:
    Pipe() {
        if (pipe2(ends_, O_CLOEXEC) != 0) {
            throw std::system_error(errno, std::generic_category(), "no pipe can be made");
        }
    }
    Pipe(const Pipe &) = delete;
    Pipe &operator=(const Pipe &) = delete;
    ~Pipe() {
        close(ends_[0]);
        close_writing();
    }
    int writing() const { return ends_[1]; }
    void close_writing() {
        if (ends_[1] >= 0) {
            close(ends_[1]);
            ends_[1] = -1;
        }
    }
    std::string read_all() {
        close_writing();
        std::string text;
        char buffer[4096];
        for (;;) {
            const ssize_t got = read(ends_[0], buffer, sizeof buffer);
            if (got > 0) {
                text.append(buffer, static_cast<std::size_t>(got));
            } else if (got == 0 || errno != EINTR) {
                return text;
            }
        }
    }

  private:
    int ends_[2] = {-1, -1};
};

} // namespace

const Language *language_of(const std::string &file) {
    const std::string suffix = std::filesystem::path(file).extension().string();
    for (const Language &language : languages) {
        if (suffix == language.suffix) {
            return &language;
        }
    }
    return nullptr;
}

std::string suffixes() {
    std::string text;
    for (const Language &language : languages) {
        text += (text.empty()                           ? ""
                 : &language == std::end(languages) - 1 ? " or "
                                                        : ", ") +
                std::string(language.suffix);
    }
    return text;
}

std::vector<Command> compile_commands(const Language &language, const std::string &file, const std::string &output,
                                      const std::vector<std::string> &extra) {
    const SdkFolders sdk = sdk_folders();
    const Command compiler = compiler_of(language);
    const auto command = [&](std::initializer_list<std::string> arguments) {
        Command whole = compiler;
        whole.insert(whole.end(), arguments);
        return whole;
    };
    std::vector<Command> commands;
    if (std::string_view(language.name) == "Rust") {
        const std::string library = (std::filesystem::path(output).parent_path() / "librtffi.rlib").string();
        commands.push_back(command({"--edition=2021", "-O", "--crate-type=rlib", "--crate-name=rtffi",
                                    sdk.include + "/rtffi/plugin.rs", "-o", library}));
        commands.push_back(command({"--edition=2021", "-O", "-Cstrip=debuginfo", "-Clink-arg=-Wl,-z,nodelete",
                                    "--crate-type=cdylib", "--extern=rtffi=" + library, file, "-o", output}));
    } else {
        const std::string standard = std::string_view(language.name) == "C" ? "-std=c11" : "-std=c++20";
        commands.push_back(
            command({standard, "-O2", "-Wall", "-Wextra", "-fPIC", "-shared", "-fvisibility=hidden", "-I" + sdk.include,
                     file, "-o", output, "-Wl,--version-script=" + sdk.map, "-Wl,-z,defs"}));
    }
    commands.back().insert(commands.back().end(), extra.begin(), extra.end());
    return commands;
}

namespace {

Finished run_one(const Command &command, const Language &language) {
    std::vector<char *> arguments;
    for (const std::string &argument : command) {
        arguments.push_back(const_cast<char *>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    Pipe output;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output.writing(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output.writing(), STDERR_FILENO);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        throw Error(RT_E_NOT_FOUND,
                    "the compiler '" + command[0] + "' cannot be run (" + std::generic_category().message(failed) +
                        "): install one (Debian: " + language.package + "), or name yours in " + language.variable,
                    "no_compiler");
    }
    Finished finished;
    finished.output = output.read_all();
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    finished.ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return finished;
}

} // namespace

Finished run(const std::vector<Command> &commands, const Language &language) {
    setenv("LC_ALL", "C", 1); // so that what they say can be read
    Finished all{true, ""};
    for (const Command &command : commands) {
        if (all.ok) {
            const Finished one = run_one(command, language);
            all.ok = one.ok;
            all.output += one.output;
        }
    }
    return all;
}

} // namespace rt::tools::build
