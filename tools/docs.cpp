// rtffi docs [PLUGIN|FILE]: a reference in Markdown, of what plugin files say about themselves.
#include <cctype>
#include <map>

#include <rtffi/host.hpp>

#include "bind/writer.hpp"
#include "command.hpp"
#include "core.hpp"
#include "output_file.hpp"

namespace rt::tools {

namespace {

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// How long the word is that `text` begins with, and where it is a function's name, its "()".
std::size_t word_length(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && in_word(text[length])) {
        length++;
    }
    return length != 0 && text.substr(length).starts_with("()") ? length + 2 : length;
}

// Prose as Markdown: what stands between backticks stays, words with an underscore become code, and nothing else is taken for markup.
std::string marked_up(std::string_view prose) {
    const std::string line = bind::in_one_line(prose);
    std::string out;
    for (std::string_view rest = line; !rest.empty();) {
        std::size_t length = 1;
        if (const std::size_t end = rest.find('`', 1); rest[0] == '`' && end != std::string_view::npos) {
            out += rest.substr(0, length = end + 1);
        } else if (in_word(rest[0])) {
            const std::string word(rest.substr(0, length = word_length(rest)));
            out += word == "_" ? "\\_" : word.find('_') != std::string::npos ? "`" + word + "`" : word;
        } else {
            const bool markup = std::string_view("*[]|`\\").find(rest[0]) != std::string_view::npos;
            out += rest[0] == '<' ? "&lt;" : std::string(markup ? "\\" : "") + rest[0];
        }
        rest.remove_prefix(length);
    }
    return out;
}

std::string code(std::string_view name) {
    std::string text = bind::in_one_line(name);
    std::erase(text, '`');
    return "`" + text + "`";
}

std::string block(std::string_view text) { return "```text\n" + bind::in_one_line(text) + "\n```\n"; }

void write_classes(std::string &out, const Json &file) {
    std::map<std::string, std::string> docs; // metadata has no order of its own
    for (const Json &one : file.at("classes")) {
        docs[text_at(one, "name")] = text_at(one, "doc");
    }
    if (!docs.empty()) {
        out += "\n## Classes of objects\n\n| class | what a handle of it stands for |\n|---|---|\n";
    }
    for (const auto &[name, doc] : docs) {
        out += "| " + code(name) + " | " + marked_up(doc) + " |\n";
    }
}

void write_functions(std::string &out, const Json &file) {
    std::map<std::string, std::map<std::string, const Json *>> groups;
    for (const Json &function : file.at("functions")) {
        const std::string group = text_at(function, "group");
        groups[group.empty() ? "Functions" : group][text_at(function, "name")] = &function;
    }
    for (const auto &[group, functions] : groups) {
        out += "\n## " + marked_up(group) + "\n";
        for (const auto &[name, function] : functions) {
            const std::string doc = marked_up(text_at(*function, "doc"));
            out += "\n### " + code(name) + "\n\n" + block(text_at(*function, "signature")) +
                   (doc.empty() ? "" : "\n" + doc + "\n");
        }
    }
}

std::string reference_of(const Json &file) {
    const std::string name = text_at(file, "name");
    if (name.empty()) {
        const std::string path = text_at(file, "path");
        throw Error(RT_E_LOAD, path + " is no plugin: rtffi info " + path + " says why");
    }
    const std::string doc = text_at(file, "doc");
    std::string out = "# Plugin " + marked_up(name) + "\n\n" + marked_up(doc) +
                      (doc.empty() || doc.ends_with('.') ? "" : ".") + (doc.empty() ? "" : " ") + "Version " +
                      marked_up(text_at(file, "version")) + ".\n";
    std::string prefixes;
    for (const Json &prefix : file.at("providers")) {
        prefixes += (prefixes.empty() ? "" : ", ") + code(prefix.get<std::string>());
    }
    if (!prefixes.empty()) {
        out += "\nBeside these functions it offers every name that begins with " + prefixes +
               ": `rtffi list PREFIX` lists them.\n";
    }
    write_classes(out, file);
    write_functions(out, file);
    return out;
}

// Of the one that is meant, or of each name's file that would be loaded.
std::vector<Json> files_meant(const std::string &plugin) {
    std::vector<Json> files;
    if (!plugin.empty()) {
        files.push_back(inspect(file_of(plugin)));
        return files;
    }
    for (const Json &one : plugins()) {
        if (one.value("chosen", false)) {
            files.push_back(inspect(text_at(one, "path")));
        }
    }
    return files;
}

struct DocsOptions {
    std::string plugin;
    std::string output;
};

int write_docs(const DocsOptions &request, const CommandLine &line) {
    Json names = Json::array();
    std::vector<std::string> paths;
    std::string text;
    for (const Json &file : files_meant(request.plugin)) {
        text += (text.empty() ? "" : "\n") + reference_of(file);
        names.push_back(text_at(file, "name"));
        paths.push_back(text_at(file, "path"));
    }
    give_text(text, request.output, paths, {{"ok", true}, {"plugins", names}}, line.json);
    return all_well;
}

} // namespace

void add_docs(CLI::App &app, CommandLine &line) {
    auto request = std::make_shared<DocsOptions>();
    CLI::App *command =
        add_command(app, line, "docs", "Writes a reference of plugins in Markdown, without loading them",
                    "rtffi docs geometry -o geometry.md", [request, &line] { return write_docs(*request, line); });
    command->add_option("plugin", request->plugin, "A plugin's name, or the path of a file; all of them without it")
        ->type_name("PLUGIN|FILE");
    command->add_option("-o,--output", request->output, "The file to write; standard output without it")
        ->type_name("FILE");
}

} // namespace rt::tools
