#include "classes.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include <rtffi/detail/signature.hpp>

#include "../loader/version.hpp"
#include "checks.hpp"
#include "core.hpp"

namespace rt::tools {

namespace {

constexpr const char *classes_of_the_core[] = {"Callable", "Library"};

bool capital(char c) { return c >= 'A' && c <= 'Z'; }
bool in_word(char c) { return capital(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

// Those in the text of a type, which may be that of a list, a tuple or a callable. There, parameters may have names.
void take_classes(std::string_view type, std::set<std::string> &classes) {
    while (!type.empty()) {
        const auto *const end = std::find_if_not(type.begin(), type.end(), in_word);
        const std::string_view word = type.substr(0, static_cast<std::size_t>(end - type.begin()));
        type.remove_prefix(std::max<std::size_t>(word.size(), 1));
        const std::size_t next = type.find_first_not_of(" \t\n");
        const bool is_name = next != std::string_view::npos && type[next] == ':';
        if (!word.empty() && capital(word[0]) && !is_name) {
            classes.emplace(word);
        }
    }
}

std::set<std::string> classes_in(const std::string &signature) {
    Signature read;
    detail::SignatureParser(signature).parse(read);
    std::set<std::string> classes;
    for (std::size_t i = 0; i < read.count; i++) {
        take_classes(read.parameters[i].type.text, classes);
    }
    take_classes(read.result.text, classes);
    return classes;
}

bool is_own(const Json &file, const std::string &class_name) {
    const Json &classes = file.at("classes");
    return std::find(std::begin(classes_of_the_core), std::end(classes_of_the_core), class_name) !=
               std::end(classes_of_the_core) ||
           std::any_of(classes.begin(), classes.end(),
                       [&](const Json &one) { return text_at(one, "name") == class_name; });
}

// Of each class that the plugins of the search path register, but the one of that name, the plugin.
std::map<std::string, std::string> classes_of_others(const std::string &plugin) {
    std::map<std::string, std::string> owners;
    for (const Json &other : plugins()) {
        const std::string name = text_at(other, "name");
        if (other.value("chosen", false) && name != plugin) {
            const Json file = inspect(text_at(other, "path"));
            for (const Json &one : file.at("classes")) {
                owners.emplace(text_at(one, "name"), name);
            }
        }
    }
    return owners;
}

bool says_it_needs(const Json &file, const std::string &plugin) {
    std::vector<core::Need> needs;
    return core::parse_needs(text_at(file, "needs"), needs) &&
           std::any_of(needs.begin(), needs.end(), [&](const core::Need &need) { return need.name == plugin; });
}

void add_to(std::string &list, const char *separator, const std::string &item) {
    list += (list.empty() ? "" : separator) + item;
}

// Of each class that signatures name, one of these signatures.
using Users = std::map<std::string, std::string>;

Json check_unknown(const Users &unknown) {
    std::string detail;
    std::string lines;
    for (const auto &[class_name, signature] : unknown) {
        add_to(detail, "\n", "no plugin registers the class " + class_name + " of `" + signature + "`");
        add_to(lines, ", ", "RT_CLASS(..., \"" + class_name + "\", ...)");
    }
    Json check = make_check("classes", false, detail,
                            "add to the plugin's source: " + lines +
                                "; or say which plugin has it: RT_PLUGIN_KEY(\"needs\", \"PLUGIN\")");
    check["cause"] = "class_not_registered";
    return check;
}

// `borrowed`: the class and the plugin that has it, of those that the file does not say it needs.
Json check_known(const Json &file, const std::map<std::string, std::string> &borrowed) {
    if (borrowed.empty()) {
        return make_check("classes", true, "each class that its signatures name is registered");
    }
    std::string detail;
    std::set<std::string> owners;
    for (const auto &[class_name, owner] : borrowed) {
        add_to(detail, ", ", "the class " + class_name + " is the plugin " + owner + "'s");
        owners.insert(owner);
    }
    std::string needs = text_at(file, "needs");
    for (const std::string &owner : owners) {
        add_to(needs, "; ", owner);
    }
    Json check = make_check("classes", true, detail);
    check["hint"] = "so that it is there, and the first to be opened: RT_PLUGIN_KEY(\"needs\", \"" + needs + "\")";
    return check;
}

} // namespace

void check_classes(Json &checks, const Json &file) {
    Users users;
    for (const Json &function : file.at("functions")) {
        const std::string signature = text_at(function, "signature");
        for (const std::string &class_name : classes_in(signature)) {
            users.emplace(class_name, signature);
        }
    }
    if (users.empty()) {
        return;
    }
    std::erase_if(users, [&](const auto &user) { return is_own(file, user.first); });
    std::map<std::string, std::string> borrowed;
    if (!users.empty()) {
        const std::map<std::string, std::string> owners = classes_of_others(text_at(file, "name"));
        std::erase_if(users, [&](const auto &user) {
            const auto owner = owners.find(user.first);
            if (owner != owners.end() && !says_it_needs(file, owner->second)) {
                borrowed.insert(*owner);
            }
            return owner != owners.end();
        });
    }
    checks.push_back(users.empty() ? check_known(file, borrowed) : check_unknown(users));
}

} // namespace rt::tools
