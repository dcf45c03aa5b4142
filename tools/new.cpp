// rtffi new NAME: a plugin project to begin with, that builds and passes its tests as it is.
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <rtffi/host.hpp>

#include "command.hpp"
#include "embedded.hpp"
#include "output.hpp"

namespace rt::tools {

namespace {

namespace fs = std::filesystem;

struct NewOptions {
    std::string name;
    std::string language = "cpp";
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; }

constexpr std::size_t longest_name = 60;

// What is wrong with a name, or "".
std::string complaint_about(const std::string &name) {
    if (name.size() > longest_name) {
        return "the name is longer than " + std::to_string(longest_name) + " characters";
    }
    if (name == "torch" || name == "rtffi") {
        return "'" + name + "' is the name of what comes with rtffi, which the plugin would be taken for";
    }
    if (is_letter(name[0]) && std::all_of(name.begin(), name.end(), is_word)) {
        return "";
    }
    std::string better = name;
    std::replace_if(better.begin(), better.end(), [](char c) { return !is_word(c); }, '_');
    better.erase(0, std::min(better.find_first_not_of("_0123456789"), better.size()));
    return "'" + harmless(name) +
           "' cannot be a plugin's name: its functions begin with it, so it begins with a letter and has letters, digits and "
           "underscores only" +
           (better.empty() ? "" : "; how about " + better + "?");
}

// my_plugin: MyPlugin, with which the names of its classes begin.
std::string class_prefix(const std::string &name) {
    std::string prefix;
    bool capital = true;
    for (const char c : name) {
        if (c != '_') {
            prefix += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
        capital = c == '_';
    }
    return prefix;
}

std::string filled_in(std::string text, const std::string &name) {
    const std::pair<std::string, std::string> placeholders[] = {
        {"@NAME@", name}, {"@CLASS@", class_prefix(name)}, {"@RTFFI_VERSION@", rt_version()}};
    for (const auto &[placeholder, value] : placeholders) {
        for (std::size_t at = text.find(placeholder); at != std::string::npos;
             at = text.find(placeholder, at + value.size())) {
            text.replace(at, placeholder.size(), value);
        }
    }
    return text;
}

// The language and the place in the project of a file that is a template's: new/LANGUAGE/PATH, or with .in behind it, which keeps
// what is no source yet from being taken for one. Of any other file, "".
std::pair<std::string, std::string> template_place(const EmbeddedFile &file) {
    constexpr std::string_view folder = "new/";
    constexpr std::string_view suffix = ".in";
    std::string_view path = file.path;
    if (!path.starts_with(folder)) {
        return {};
    }
    path.remove_prefix(folder.size());
    const std::size_t slash = path.find('/');
    const std::string language(path.substr(0, slash));
    path.remove_prefix(slash + 1);
    path.remove_suffix(path.ends_with(suffix) ? suffix.size() : 0);
    return {language, std::string(path)};
}

void write_file(const fs::path &path, const EmbeddedFile &file, const std::string &name) {
    fs::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary);
    if (!(out << filled_in(std::string(file.text), name)) || !out.flush()) {
        throw Error(RT_E_ARGUMENT, path.string() + " cannot be written");
    }
    if (file.executable) { // for those who may read it
        fs::permissions(path, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                        fs::perm_options::add);
    }
}

// Makes the folder and its files, or nothing. Returns the files.
std::vector<std::string> make_project(const NewOptions &request) {
    const fs::path folder = request.name;
    if (mkdir(folder.c_str(), 0777) != 0) {
        const int error = errno;
        throw Error(RT_E_ARGUMENT,
                    error == EEXIST
                        ? "there is a file or folder " + request.name + " already: take another name, or remove it"
                        : "the folder " + request.name +
                              " cannot be made here: " + std::generic_category().message(error));
    }
    std::vector<std::string> files;
    try {
        for (const EmbeddedFile &file : embedded_files()) {
            if (const auto [language, path] = template_place(file); language == request.language) {
                files.push_back(filled_in(path, request.name));
                write_file(folder / files.back(), file, request.name);
            }
        }
    } catch (...) {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
        throw;
    }
    return files;
}

int make_new(const NewOptions &request, const CommandLine &line) {
    if (const std::string wrong = complaint_about(request.name); !wrong.empty()) {
        return refuse_usage(line, wrong);
    }
    const std::vector<std::string> files = make_project(request);
    if (line.json) {
        print_json({{"ok", true}, {"name", request.name}, {"language", request.language}, {"files", files}});
        return all_well;
    }
    print_line(request.name + "/");
    for (const std::string &file : files) {
        print_line("  " + file);
    }
    print(paint(
        Style::good,
        paragraph("A plugin that works. Build it, test it and verify it: cd " + request.name + " && ./dev test", 0)));
    return all_well;
}

} // namespace

void add_new(CLI::App &app, CommandLine &line) {
    auto request = std::make_shared<NewOptions>();
    CLI::App *command = add_command(app, line, "new", "Makes a folder with a plugin project that works as it is",
                                    "rtffi new hello --lang cpp && cd hello && ./dev test",
                                    [request, &line] { return make_new(*request, line); });
    std::vector<std::string> languages;
    for (const EmbeddedFile &file : embedded_files()) {
        const std::string language = template_place(file).first;
        if (!language.empty() && (languages.empty() || languages.back() != language)) {
            languages.push_back(language);
        }
    }
    command->add_option("name", request->name, "The plugin's name, and the folder's")->type_name("NAME")->required();
    command->add_option("--lang", request->language, "The language (cpp)")->check(CLI::IsMember(languages));
}

} // namespace rt::tools
