// rtffi bind: a binding for another language, from what plugin files say about themselves.
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <set>

#include <rtffi/host.hpp>

#include "../loader/canonical_path.hpp"
#include "bind/language.hpp"
#include "command.hpp"
#include "core.hpp"
#include "output_file.hpp"

namespace rt::tools {

namespace {

struct Language {
    const char *name;
    std::string (*generate)(const bind::Interface &interface);
    const char *(*why_not)(const bind::Function &function) = nullptr; // of languages that cannot have every function
};

constexpr Language languages[] = {
    {"c", bind::c_binding},       {"cpp", bind::cpp_binding},
    {"lua", bind::lua_binding},   {"python", bind::python_binding},
    {"rust", bind::rust_binding}, {"simple", bind::simple_binding, bind::not_in_simple},
};

struct BindOptions {
    std::string language;
    std::vector<std::string> plugins;
    std::vector<std::string> files;
    std::string output;
    bool trampolines = false;
};

// As the user would write it again: without folders, which differ from machine to machine.
std::string made_by(const BindOptions &request) {
    std::string text = "rtffi bind --lang " + request.language + (request.trampolines ? " --trampolines" : "");
    for (const std::string &plugin : request.plugins) {
        text += " --plugin " + plugin;
    }
    for (const std::string &file : request.files) {
        text += " --file " + file.substr(file.rfind('/') + 1);
    }
    return text;
}

std::vector<std::string> files_for(const BindOptions &request) {
    std::vector<std::string> files;
    if (request.plugins.empty() && request.files.empty()) {
        for (const Json &plugin : plugins()) {
            if (plugin.value("chosen", false)) {
                files.push_back(text_at(plugin, "path"));
            }
        }
    }
    std::transform(request.plugins.begin(), request.plugins.end(), std::back_inserter(files), file_of);
    files.insert(files.end(), request.files.begin(), request.files.end());
    return files;
}

// One that is named twice is one.
std::vector<Json> inspected(const BindOptions &request) {
    std::vector<Json> files;
    std::set<std::string> seen;
    for (const std::string &file : files_for(request)) {
        std::string path = file;
        core::canonical_path(file, path); // one that is not there is for inspect to tell
        if (seen.insert(path).second) {
            files.push_back(inspect(file));
        }
    }
    return files;
}

// On standard error, since the binding may be on standard output.
void leave_out(bind::Interface &interface, const Language &language) {
    const std::size_t all = interface.functions.size();
    const std::map<std::string, std::string> names = interface.leave_out(language.why_not);
    if (names.empty()) {
        return;
    }
    std::fprintf(stderr, "rtffi: %zu of %zu functions are left out, since %s has no declaration for them:\n",
                 all - interface.functions.size(), all, language.name);
    for (const auto &[reason, those] : names) {
        std::fprintf(stderr, "  %s: %s\n", reason.c_str(), those.c_str());
    }
}

int bind_to(const BindOptions &request, const CommandLine &line) {
    if (request.trampolines && request.language != "c") {
        return refuse_usage(line, "--trampolines are made in C: rtffi bind --lang c --trampolines");
    }
    bind::Interface interface = bind::read_interface(inspected(request), made_by(request));
    std::string text;
    for (const Language &language : languages) {
        if (request.language == language.name) {
            if (language.why_not != nullptr) {
                leave_out(interface, language);
            }
            text = request.trampolines ? bind::c_trampolines(interface) : language.generate(interface);
        }
    }
    std::vector<std::string> inputs;
    for (const bind::Plugin &plugin : interface.plugins) {
        inputs.push_back(plugin.path);
    }
    give_text(text, request.output, inputs,
              {{"ok", true}, {"language", request.language}, {"functions", interface.functions.size()}}, line.json);
    return all_well;
}

} // namespace

void add_bind(CLI::App &app, CommandLine &line) {
    auto request = std::make_shared<BindOptions>();
    CLI::App *command =
        add_command(app, line, "bind", "Writes a binding of plugins for another language, without loading them",
                    "rtffi bind --lang python --plugin torch -o torch_binding.py",
                    [request, &line] { return bind_to(*request, line); });
    std::vector<std::string> names;
    for (const Language &language : languages) {
        names.emplace_back(language.name);
    }
    command->add_option("--lang", request->language, "The language")->required()->check(CLI::IsMember(names));
    command
        ->add_option("--plugin", request->plugins,
                     "A plugin of the search path; may be given again. Without --plugin and --file: all of them")
        ->type_name("PLUGIN")
        ->allow_extra_args(false);
    command->add_option("--file", request->files, "A plugin's file; may be given again")
        ->type_name("FILE")
        ->allow_extra_args(false);
    command->add_flag("--trampolines", request->trampolines,
                      "With --lang c: the source of a library that has each native function under its own name");
    command->add_option("-o,--output", request->output, "The file to write; standard output without it")
        ->type_name("FILE");
}

} // namespace rt::tools
