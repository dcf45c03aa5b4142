// compiler.hpp - which compiler makes a plugin of a file, and how it is run.
#pragma once

#include <string>
#include <vector>

namespace rt::tools::build {

// What a language's compiler is told, before the file's name.
struct Language {
    const char *name;
    const char *suffix;
    const char *variable; // of the environment, with another compiler, such as CXX
    const char *compiler;
    const char *package; // Debian's, that has it
};

// By the file's suffix; null where no language has that.
const Language *language_of(const std::string &file);
// ".c, .cc, .cpp, .cxx or .rs"
std::string suffixes();

using Command = std::vector<std::string>;

// The commands that make OUTPUT of FILE, one after the other; the last has `extra` at its end. What they leave besides lies beside
// OUTPUT.
std::vector<Command> compile_commands(const Language &language, const std::string &file, const std::string &output,
                                      const std::vector<std::string> &extra);

struct Finished {
    bool ok = false;
    std::string output; // what it wrote to standard output and error
};

// Runs programs to their ends, until one fails. Throws RT_E_NOT_FOUND where one cannot be started.
Finished run(const std::vector<Command> &commands, const Language &language);

} // namespace rt::tools::build
