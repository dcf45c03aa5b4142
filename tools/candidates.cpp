#include "candidates.hpp"

#include <rtffi/host.hpp>

#include "core.hpp"
#include "help.hpp"

namespace rt::tools {

namespace {

void add_plugins(const std::string & /*beginning*/, std::vector<Candidate> &out) {
    for (const Json &plugin : plugins()) {
        out.push_back({text_at(plugin, "name"), text_at(plugin, "path")});
    }
}

void add_functions(const std::string &beginning, std::vector<Candidate> &out) {
    for (const Json &plugin : plugins()) {
        if (!plugin.value("chosen", false)) {
            continue;
        }
        const Json file = inspect(text_at(plugin, "path"));
        for (const Json &function : file.at("functions")) {
            if (text_at(function, "name").starts_with(beginning)) {
                out.push_back({text_at(function, "name"), text_at(function, "doc")});
            }
        }
    }
}

template <const char *Answer> void leave_to_shell(const std::string & /*beginning*/, std::vector<Candidate> &out) {
    out.push_back({Answer, ""});
}

constexpr char shell_files[] = ":files";
constexpr char shell_folders[] = ":folders";
constexpr char shell_programs[] = ":programs";

// By the names that options give to what they take.
struct CandidateKind {
    const char *name;
    void (*add)(const std::string &beginning, std::vector<Candidate> &out);
};

constexpr CandidateKind kinds[] = {
    {"PLUGIN", add_plugins},
    {"FUNCTION", add_functions},
    {"PREFIX", add_functions},
    {"FILE", leave_to_shell<shell_files>},
    {"FOLDER", leave_to_shell<shell_folders>},
    {"PROGRAM", leave_to_shell<shell_programs>},
};

// What an option or argument may be. Where it may be a plugin as well, functions are told from their first letter on: there are hundreds.
std::vector<Candidate> values(const CLI::Option &option, const std::string &beginning) {
    std::vector<Candidate> found;
    for (const std::string &choice : choices(option)) {
        found.push_back({choice, ""});
    }
    const std::vector<std::string> names = CLI::detail::split(value_name(option), '|');
    for (const std::string &name : names) {
        for (const CandidateKind &kind : kinds) {
            const bool is_kind = name.substr(0, name.find(' ')) == kind.name; // "PROGRAM [ARG...]"
            if (is_kind && (name != "FUNCTION" || names.size() == 1 || !beginning.empty())) {
                kind.add(beginning, found);
            }
        }
    }
    return found;
}

// The option of that name, the subcommand's or one of those above it.
const CLI::Option *option_named(const CLI::App *app, const std::string &name) {
    for (; app != nullptr; app = app->get_parent()) {
        for (const CLI::Option *option : app->get_options()) {
            if (option->nonpositional() && option->check_name(name)) {
                return option;
            }
        }
    }
    return nullptr;
}

// Where a command line stands after its words but the last.
struct Place {
    const CLI::App *app;
    const CLI::Option *awaiting = nullptr; // the option whose value comes next
    bool options_end = false;              // after --
    std::size_t arguments = 0;             // that stand there already

    void pass(const std::string &word) {
        if (awaiting != nullptr) {
            if (awaiting->check_name("--plugin-path")) {
                Registry::add_search_path(word);
            }
            awaiting = nullptr;
        } else if (word == "--") {
            options_end = true;
        } else if (!options_end && word.starts_with('-')) {
            const CLI::Option *option = option_named(app, word);
            awaiting = option != nullptr && !value_name(*option).empty() ? option : nullptr;
        } else if (const CLI::App *subcommand = subcommand_named(word); subcommand != nullptr) {
            app = subcommand;
        } else {
            arguments++;
        }
    }

    const CLI::App *subcommand_named(const std::string &name) const {
        for (const CLI::App *subcommand : shown_subcommands(*app)) {
            if (subcommand->get_name() == name) {
                return subcommand;
            }
        }
        return nullptr;
    }

    // The argument that comes next; the last one may take many.
    const CLI::Option *next_argument() const {
        const std::vector<const CLI::Option *> all = arguments_of(*app);
        const bool many = !all.empty() && all.back()->get_expected_max() >= CLI::detail::expected_max_vector_size;
        return arguments < all.size() ? all[arguments] : many ? all.back() : nullptr;
    }
};

std::vector<Candidate> options_at(const Place &place) {
    std::vector<Candidate> found;
    for (const CLI::App *app = place.app; app != nullptr; app = app->get_parent()) {
        for (const CLI::Option *option : shown_options(*app)) {
            const bool again = std::any_of(found.begin(), found.end(), [&](const Candidate &candidate) {
                return option->check_name(candidate.word);
            });
            // --help is every subcommand's own, --version the command's alone.
            if (!again && (app == place.app || !value_name(*option).empty())) {
                const bool is_long = !option->get_lnames().empty();
                found.push_back({is_long ? "--" + option->get_lnames().front() : "-" + option->get_snames().front(),
                                 option->get_description()});
            }
        }
    }
    return found;
}

std::vector<Candidate> words_at(const Place &place, const std::string &beginning) {
    std::vector<Candidate> found;
    if (place.arguments == 0) {
        for (const CLI::App *subcommand : shown_subcommands(*place.app)) {
            found.push_back({subcommand->get_name(), subcommand->get_description()});
        }
    }
    if (const CLI::Option *argument = place.next_argument(); argument != nullptr) {
        for (Candidate &candidate : values(*argument, beginning)) {
            found.push_back(std::move(candidate));
        }
    }
    return found;
}

// Those for the value of `--option=`, each with that in front.
std::vector<Candidate> values_after_equals(const Place &place, const std::string &word) {
    const std::size_t equals = word.find('=');
    const CLI::Option *option = option_named(place.app, word.substr(0, equals));
    std::vector<Candidate> found;
    if (option != nullptr && !value_name(*option).empty()) {
        found = values(*option, word.substr(equals + 1));
    }
    for (Candidate &candidate : found) {
        candidate.word.insert(0, candidate.word.starts_with(':') ? "" : word.substr(0, equals + 1));
    }
    return found;
}

} // namespace

std::vector<Candidate> candidates(const CLI::App &app, const std::vector<std::string> &words) {
    Place place{&app};
    for (std::size_t i = 0; i + 1 < words.size(); i++) {
        place.pass(words[i]);
    }
    const std::string word = words.empty() ? "" : words.back();
    std::vector<Candidate> found;
    if (place.awaiting != nullptr) {
        found = values(*place.awaiting, word);
    } else if (!place.options_end && word.starts_with("--") && word.find('=') != std::string::npos) {
        found = values_after_equals(place, word);
    } else if (!place.options_end && word.starts_with('-')) {
        found = options_at(place);
    } else {
        found = words_at(place, word);
    }
    std::erase_if(found, [&](const Candidate &candidate) {
        return !candidate.word.starts_with(':') && !candidate.word.starts_with(word);
    });
    return found;
}

} // namespace rt::tools
