// metadata.hpp - what a plugin file says about itself in its ELF notes, read without loading it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"

namespace rt::core {

class ElfFile;

struct FunctionNote {
    std::string signature;
    std::string doc;
    std::string group;
    std::string_view name() const {
        const std::string_view text = std::string_view(signature).substr(0, signature.find('('));
        return text.substr(0, text.find_last_not_of(" \t") + 1);
    }
};

struct ClassNote {
    std::string name;
    std::string doc;
};

struct Metadata {
    std::map<std::string, std::string> plugin; // the keys of the plugin's own records
    std::vector<FunctionNote> functions;
    std::vector<ClassNote> classes;
    std::vector<std::string> providers; // their prefixes

    bool is_plugin() const { return plugin.contains("name"); }
    // A key of the plugin's record, or "".
    std::string value(const std::string &key) const {
        const auto found = plugin.find(key);
        return found != plugin.end() ? found->second : "";
    }
};

// A file without rtffi's notes gives empty metadata; that is no failure.
Outcome read_metadata(const std::string &path, Metadata &out);
Outcome read_metadata(const ElfFile &file, Metadata &out);

// Whether a plugin was made for a binary interface that this core has.
Outcome check_abi(const Metadata &metadata);

} // namespace rt::core
