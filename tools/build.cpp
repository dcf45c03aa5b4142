// rtffi build FILE: a plugin of one source file, compiled and verified.
#include <cstdio>
#include <filesystem>
#include <optional>

#include <rtffi/host.hpp>

#include "build/compiler.hpp"
#include "build/diagnostics.hpp"
#include "build/workshop.hpp"
#include "checks.hpp"
#include "command.hpp"
#include "core.hpp"
#include "output_file.hpp"
#include "sdk_folders.hpp"
#include "verify.hpp"

namespace rt::tools {

namespace {

namespace fs = std::filesystem;

struct BuildOptions {
    std::string file;
    std::string output;
    std::vector<std::string> extra; // for the compiler
    std::string where;
    bool verbose = false;
};

// Each text of the document with `to` in the place of `from`.
void replace_in(Json &document, const std::string &from, const std::string &to) {
    if (document.is_structured()) {
        for (Json &part : document) {
            replace_in(part, from, to);
        }
    } else if (document.is_string()) {
        std::string text = document.get<std::string>();
        for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
            text.replace(at, from.size(), to);
        }
        document = text;
    }
}

std::string joined(const std::vector<std::string> &words) {
    std::string text;
    for (const std::string &word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

Json as_json(const std::vector<build::Diagnostic> &errors) {
    Json all = Json::array();
    for (const build::Diagnostic &error : errors) {
        all.push_back({{"file", error.file}, {"line", error.line}, {"message", error.message}});
    }
    return all;
}

// Where the SDK has a sentence about the mistake, that is all; else what the compiler wrote.
void print_errors(const std::vector<build::Diagnostic> &errors, const build::Finished &compiler,
                  const BuildOptions &request, const std::string &name) {
    const bool told = !errors.empty() && errors[0].by_sdk;
    for (const build::Diagnostic &error : errors) {
        if (told) {
            std::fprintf(stderr, "%s\n", harmless(error.text()).c_str());
        }
    }
    if (!told || request.verbose) {
        std::fputs(compiler.output.c_str(), stderr);
    }
    std::string hint;
    if (told && !request.verbose) {
        hint = "; --verbose shows all that " + name + " wrote";
    } else if (const std::optional<std::string> library = build::missing_library(compiler.output)) {
        hint = "; libraries are named after --: rtffi build " + request.file + " -- -l" +
               (library->empty() ? "NAME" : *library);
    }
    std::fprintf(stderr, "rtffi: %s was not built%s\n", request.file.c_str(), hint.c_str());
}

// What the verification has to say: its failures, warnings and verdict.
void print_verification(const Json &report) {
    Json notable = Json::array();
    for (const Json &check : report["checks"]) {
        if (!check.value("ok", false) || !text_at(check, "hint").empty()) {
            notable.push_back(check);
        }
    }
    print_checks(notable, 2);
    print(paint(failures(report["checks"]) == 0 ? Style::good : Style::bad, paragraph(verdict_of(report), 0)));
}

int build_plugin(const BuildOptions &request, const build::Language &language, const CommandLine &line) {
    const fs::path output =
        request.output.empty() ? "librtffi_" + fs::path(request.file).stem().string() + ".so" : request.output;
    const fs::path folder = output.has_parent_path() ? output.parent_path() : ".";
    check_output(output, {request.file});
    const build::Workshop workshop(folder);
    const std::string made = workshop.file(output.filename());
    const std::vector<build::Command> commands = build::compile_commands(language, request.file, made, request.extra);
    const build::Command &command = commands.back();
    show_progress("compiling " + request.file);
    const build::Finished compiler = build::run(commands, language);
    show_progress("");
    const std::vector<build::Diagnostic> errors =
        compiler.ok ? std::vector<build::Diagnostic>() : build::errors_in(compiler.output, request.file);
    Json document = {{"ok", false},        {"file", request.file},      {"output", Json()},
                     {"command", command}, {"errors", as_json(errors)}, {"compiler_output", compiler.output},
                     {"verify", Json()}};
    for (const build::Command &each : commands) {
        if (request.verbose) {
            std::fprintf(stderr, "%s\n", joined(each).c_str());
        }
    }
    if (!compiler.ok) {
        print_errors(errors, compiler, request, command[0]);
    } else {
        std::fputs(compiler.output.c_str(), stderr); // warnings
        Json report = verify_file(made, made, "", {60, usual_memory_mib()}, line);
        const bool works = report["ok"].get<bool>();
        replace_in(report, made, output.string());
        document["verify"] = report;
        document["ok"] = works;
        if (works) {
            fs::rename(made, output);
            document["output"] = output.string();
        }
        if (!line.json) {
            print_verification(report);
            print_line(works ? output.string() + " was built with " + command[0] + "."
                             : output.string() + " was not written.");
        }
    }
    if (line.json) {
        print_json(document);
    }
    return document["ok"].get<bool>() ? all_well : answer_is_no;
}

int tell_where(const BuildOptions &request, const CommandLine &line) {
    const SdkFolders sdk = sdk_folders();
    if (line.json) {
        print_json({{"include", sdk.include}, {"library", sdk.library}, {"map", sdk.map}});
    } else {
        print_line(request.where == "include" ? sdk.include : request.where == "library" ? sdk.library : sdk.map);
    }
    return all_well;
}

int build_or_tell(const BuildOptions &request, const CommandLine &line) {
    if (!request.where.empty()) {
        return tell_where(request, line);
    }
    const build::Language *language = build::language_of(request.file);
    std::string wrong;
    if (request.file.empty()) {
        wrong = "build needs the source file of a plugin";
    } else if (language == nullptr) {
        wrong = request.file + " is no source file of a plugin: its name must end with " + build::suffixes();
    } else if (!fs::is_regular_file(request.file)) {
        wrong = "there is no file " + request.file;
    } else {
        return build_plugin(request, *language, line);
    }
    return refuse_usage(line, wrong);
}

} // namespace

void add_build(CLI::App &app, CommandLine &line) {
    auto request = std::make_shared<BuildOptions>();
    CLI::App *command = add_command(app, line, "build", "Compiles a plugin of one source file, and verifies it",
                                    "rtffi build geometry.cpp -o librtffi_geometry.so -- -lm",
                                    [request, &line] { return build_or_tell(*request, line); });
    command->add_option("file", request->file, "The source, in C, C++ or Rust; CC, CXX and RUSTC name other compilers")
        ->type_name("FILE");
    command->add_option("arguments", request->extra, "Arguments for the compiler, after --")->type_name("ARGUMENT");
    command->add_option("-o,--output", request->output, "The plugin to write (librtffi_FILE.so)")->type_name("OUT");
    command->add_flag("--verbose", request->verbose, "Show the compiler's command and all that it wrote");
    command
        ->add_option(
            "--where", request->where,
            "Builds nothing, but prints where to find what a build of your own needs: the folder of the headers, the "
            "folder of librtffi.so, or the version script that plugins are linked with")
        ->check(CLI::IsMember({"include", "library", "map"}));
}

} // namespace rt::tools
