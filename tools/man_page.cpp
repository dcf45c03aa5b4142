// rtffi man-page: the page rtffi(1), written when the command is built, from what its subcommands say of themselves.
#include "command.hpp"
#include "help.hpp"
#include "output.hpp"

#include <rtffi/rtffi.h>

namespace rt::tools {

namespace {

struct Entry {
    const char *name;
    const char *doc;
};

constexpr Entry exit_codes[] = {
    {"0", "All is well."},
    {"1", "The answer is no: a check failed, a name was not found, a function gave an error."},
    {"2", "Wrong usage."},
};

constexpr Entry environment[] = {
    {"RTFFI_PLUGIN_PATH",
     "Folders with plugins, separated by colons, that are searched before all but --plugin-path's."},
    {"RTFFI_REQUIRE",
     "Names of plugins, separated by commas, colons, semicolons or blanks, whose stub may not be taken for them."},
    {"RTFFI_LOAD_TIMEOUT", "Seconds for which a plugin that is loading may keep others waiting; 60 without it."},
    {"RTFFI_PROBE_TIMEOUT",
     "Seconds for which a plugin is tried in a process of its own before it is loaded, where a program asks for that; "
     "30 without it."},
    {"RTFFI_TRUST_OWNER",
     "Users, by number or name and separated by colons, whose files are trusted beside root's and one's own."},
    {"RTFFI_TRUST_REQUIRE",
     "digests, keys or digests:keys: nothing is loaded that is not on this user's list, or not signed with one of this "
     "user's keys."},
    {"RTFFI_TRACE_HANDLES", "1: reports on handles say which calls made them."},
    {"RTFFI_TORCH_EXIT_SECONDS",
     "Seconds for which the torch plugin waits at a program's end for threads that compute."},
    {"COLUMNS", "The width to which tables and texts are broken."},
    {"NO_COLOR", "If it is set and not empty, nothing is coloured."},
};

constexpr Entry file_entries[] = {
    {"LIBDIR/rtffi", "Plugins that were installed with rtffi: the folder beside librtffi.so."},
    {"$XDG_DATA_HOME/rtffi/plugins", "The user's plugins; ~/.local/share without XDG_DATA_HOME."},
    {"/usr/local/lib/rtffi/plugins, /usr/lib/rtffi/plugins", "The system's plugins."},
    {"$XDG_CONFIG_HOME/rtffi/trust",
     "The user's lists of trusted digests and keys; ~/.config without XDG_CONFIG_HOME."},
    {"$XDG_CACHE_HOME/rtffi/failed-trials",
     "What became of plugins that crashed or hung when they were tried; ~/.cache without XDG_CACHE_HOME."},
};

// Text as roff takes it: what would be a request, an escape or a typographic hyphen stands for itself.
std::string roff(const std::string &text) {
    std::string result;
    for (const char c : text) {
        const bool line_begins = result.empty() || result.back() == '\n';
        if (line_begins && (c == '.' || c == '\'')) {
            result += "\\&";
        }
        result += c == '\\'   ? "\\e"
                  : c == '-'  ? "\\-"
                  : c == '\'' ? "\\(aq"
                  : c == '`'  ? "\\(ga"
                  : c == '^'  ? "\\(ha"
                  : c == '~'  ? "\\(ti"
                              : std::string(1, c);
    }
    return result;
}

std::string bold(const std::string &text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string &text) { return "\\fI" + roff(text) + "\\fR"; }

// A term, and indented below it what it is.
std::string term(const std::string &formatted, const std::string &doc) {
    return ".TP\n" + formatted + "\n" + roff(doc) + "\n";
}

std::string section(const std::string &heading, const std::string &text) { return ".SH " + heading + "\n" + text; }

template <std::size_t Count> std::string terms(const Entry (&entries)[Count]) {
    std::string text;
    for (const Entry &entry : entries) {
        text += term(bold(entry.name), entry.doc);
    }
    return text;
}

std::string options(const CLI::App &app) {
    std::string text;
    for (const CLI::Option *option : shown_options(app)) {
        if (option == app.get_help_ptr() && app.get_parent() != nullptr) {
            continue; // each has it
        }
        std::string names;
        for (const std::string &name : CLI::detail::split(option->get_name(false, true), ',')) {
            names += (names.empty() ? "" : ", ") + bold(name);
        }
        const std::string value = value_name(*option);
        text += term(names + (value.empty() ? "" : " " + italic(value)), option->get_description());
    }
    return text;
}

// "rtffi trust add [OPTION...] [FILE...]"
std::string synopsis(const CLI::App &app, const std::string &name) {
    std::string text = bold(name) + " [" + italic("OPTION") + "...]";
    for (const CLI::Option *option : shown_options(app)) {
        if (option->get_required()) {
            text += " " + bold(option->get_name()) + " " + italic(value_name(*option));
        }
    }
    for (const CLI::Option *argument : arguments_of(app)) {
        const bool many = argument->get_expected_max() >= CLI::detail::expected_max_vector_size;
        const std::string one = italic(value_name(*argument)) + (many ? "..." : "");
        text += argument->get_required() ? " " + one : " [" + one + "]";
    }
    return text;
}

std::string arguments(const CLI::App &app) {
    std::string text;
    for (const CLI::Option *argument : arguments_of(app)) {
        text += term(italic(value_name(*argument)), argument->get_description());
    }
    return text;
}

// Each subcommand, and those inside it, by its whole name.
std::string subcommands(const CLI::App &app, const std::string &above) {
    std::string text;
    for (const CLI::App *subcommand : shown_subcommands(app)) {
        const std::string name = above + " " + subcommand->get_name();
        if (shown_subcommands(*subcommand).empty()) {
            text += ".SS " + synopsis(*subcommand, name) + "\n" + roff(subcommand->get_description()) + ".\n" +
                    arguments(*subcommand) + options(*subcommand) + ".PP\n.nf\n" + roff(subcommand->get_footer()) +
                    "\n.fi\n";
        } else {
            text += subcommands(*subcommand, name);
        }
    }
    return text;
}

std::string man_page(const CLI::App &app) {
    const std::string &name = app.get_name();
    return ".\\\" Written by `rtffi man-page`.\n.TH RTFFI 1 \"\" \"rtffi " + roff(rt_version()) +
           "\" \"User Commands\"\n" +
           section("NAME", roff(name) + " \\- native libraries at run time: finds, checks and explains plugins\n") +
           section("SYNOPSIS", bold(name) + " [" + italic("OPTION") + "...] " + italic("SUBCOMMAND") + " [" +
                                   italic("ARGUMENT") + "...]\n") +
           section("DESCRIPTION", roff(app.get_description()) + "\n") + section("OPTIONS", options(app)) +
           section("SUBCOMMANDS", "Each of them has " + bold("--help") + ".\n" + subcommands(app, name)) +
           section("\"EXIT STATUS\"", terms(exit_codes)) + section("ENVIRONMENT", terms(environment)) +
           section("FILES", terms(file_entries));
}

} // namespace

void add_man_page(CLI::App &app, CommandLine &line) {
    CLI::App *command = app.add_subcommand("man-page", "")->group("");
    command->callback([&app, &line] {
        line.run = [&app] {
            print(man_page(app));
            return all_well;
        };
    });
}

} // namespace rt::tools
