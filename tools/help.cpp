#include "help.hpp"

namespace rt::tools {

namespace {

struct Heading {
    const char *text;
    std::vector<const char *> subcommands;
};

// A new subcommand: put it under one of these.
const std::vector<Heading> &headings() {
    static const std::vector<Heading> all = {
        {"See what is there", {"list", "info", "explain", "report", "docs"}},
        {"Use and check it", {"call", "exec", "verify", "trust"}},
        {"Write plugins and hosts", {"new", "build", "bind"}},
        {"For the shell", {"completion"}},
    };
    return all;
}

// "FILE:FILE", "TEXT:{c,python}": the name, and after it what CLI11's checks say of themselves.
std::string type_before_checks(const CLI::Option &option) {
    const std::string type = option.get_type_name();
    return type.substr(0, type.find(':'));
}

class HelpFormatter : public CLI::Formatter {
  public:
    HelpFormatter() {
        label("Positionals", "Arguments");
        label("REQUIRED", "(required)");
    }

    std::string make_option_name(const CLI::Option *option, bool is_positional) const override {
        return is_positional ? value_name(*option) : CLI::Formatter::make_option_name(option, false);
    }

    std::string make_option_opts(const CLI::Option *option) const override {
        const std::string value = option->get_positional() ? "" : value_name(*option);
        return (value.empty() ? "" : " " + value) + (option->get_required() ? " " + get_label("REQUIRED") : "");
    }

    // A subcommand takes options of the command itself, too; here is where help has room for them.
    std::string make_subcommands(const CLI::App *app, CLI::AppFormatMode mode) const override {
        std::vector<const CLI::Option *> options;
        if (app->get_parent() != nullptr) {
            const CLI::App *root = app->get_parent();
            while (root->get_parent() != nullptr) {
                root = root->get_parent();
            }
            options = shown_options(*root);
            std::erase_if(options, [](const CLI::Option *option) { return value_name(*option).empty(); });
        }
        return (options.empty() ? "" : make_group("Options of every subcommand", false, options)) +
               CLI::Formatter::make_subcommands(app, mode);
    }
};

} // namespace

std::vector<std::string> choices(const CLI::Option &option) {
    const std::string type = option.get_type_name();
    const std::size_t begin = type.find(":{");
    const std::size_t end = type.find('}');
    return begin == std::string::npos || end == std::string::npos
               ? std::vector<std::string>{}
               : CLI::detail::split(type.substr(begin + 2, end - begin - 2), ',');
}

std::string value_name(const CLI::Option &option) {
    if (option.get_type_size() == 0) {
        return "";
    }
    const std::string type = type_before_checks(option);
    const std::vector<std::string> only = choices(option);
    return type == "TEXT" && !only.empty() ? CLI::detail::join(only, "|") : type;
}

std::vector<const CLI::App *> shown_subcommands(const CLI::App &app) {
    return app.get_subcommands([](const CLI::App *subcommand) { return !subcommand->get_group().empty(); });
}

std::vector<const CLI::Option *> shown_options(const CLI::App &app) {
    return app.get_options(
        [](const CLI::Option *option) { return option->nonpositional() && !option->get_group().empty(); });
}

std::vector<const CLI::Option *> arguments_of(const CLI::App &app) {
    return app.get_options([](const CLI::Option *option) { return option->get_positional(); });
}

std::shared_ptr<CLI::FormatterBase> help_formatter() { return std::make_shared<HelpFormatter>(); }

void group_subcommands(CLI::App &app) {
    for (const Heading &heading : headings()) {
        for (CLI::App *subcommand : app.get_subcommands({})) {
            const auto &names = heading.subcommands;
            if (std::find(names.begin(), names.end(), subcommand->get_name()) != names.end()) {
                subcommand->group(heading.text);
            }
        }
    }
}

} // namespace rt::tools
