#include "functions.hpp"

#include <algorithm>

#include "core.hpp"
#include "provided.hpp"

namespace rt::tools {

Json functions_beginning(const std::string &prefix, const CommandLine &line, std::vector<std::string> &longer) {
    Json list = Json::array();
    for (const Json &plugin : plugins()) {
        if (!plugin.value("chosen", false)) {
            continue;
        }
        const Json file = inspect(text_at(plugin, "path"));
        for (const Json &function : file.at("functions")) {
            if (text_at(function, "name").starts_with(prefix)) {
                list.push_back({{"name", text_at(function, "name")},
                                {"signature", text_at(function, "signature")},
                                {"doc", text_at(function, "doc")},
                                {"group", text_at(function, "group")},
                                {"plugin", text_at(plugin, "name")}});
            }
        }
        bool provides = false;
        for (const std::string provider : file.at("providers")) {
            // The provider of `::` has every name with that in it which no other one has.
            provides = provides || prefix.starts_with(provider) ||
                       (provider == "::" && prefix.find(provider) != std::string::npos);
            if (!prefix.starts_with(provider) && provider.starts_with(prefix)) {
                longer.push_back(provider);
            }
        }
        if (provides) {
            const Json provided = provided_by(file, prefix, line);
            list.insert(list.end(), provided.begin(), provided.end());
        }
    }
    // Metadata has no order of its own.
    std::sort(list.begin(), list.end(),
              [](const Json &a, const Json &b) { return text_at(a, "name") < text_at(b, "name"); });
    return list;
}

Json functions_named(const std::string &name, const CommandLine &line) {
    std::vector<std::string> longer;
    Json found = Json::array();
    for (Json &function : functions_beginning(name, line, longer)) {
        const std::string full = text_at(function, "name");
        if (full == name || full.starts_with(name + ".")) {
            found.push_back(std::move(function));
        }
    }
    return found;
}

} // namespace rt::tools
