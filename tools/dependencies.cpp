#include "dependencies.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core.hpp"

namespace rt::tools {

namespace {

// A heading and what belongs to it. As a list, since the linker's order says what is nearest to the plugin.
using Listed = std::vector<std::pair<std::string, std::string>>;

void add(Listed &listed, const std::string &heading, const std::string &item) {
    const auto known =
        std::find_if(listed.begin(), listed.end(), [&](const auto &line) { return line.first == heading; });
    if (known == listed.end()) {
        listed.emplace_back(heading, item);
    } else {
        known->second += ", " + item;
    }
}

} // namespace

std::string where_found(const Json &dependencies) {
    Listed listed;
    std::string missing;
    for (const Json &one : dependencies) {
        const std::string library = text_at(one, "library");
        const std::string path = text_at(one, "path");
        const std::size_t slash = path.rfind('/');
        if (path.empty()) {
            missing += (missing.empty() ? "" : ", ") + library + " (needed by " + text_at(one, "needed_by") + ")";
        } else {
            add(listed, path.substr(0, std::max<std::size_t>(slash, 1)), library.substr(library.rfind('/') + 1));
        }
    }
    if (!missing.empty()) {
        listed.emplace(listed.begin(), "not found", missing);
    }
    std::string text;
    for (const auto &[heading, items] : listed) {
        text += (text.empty() ? "" : "\n") + heading + ": " + items;
    }
    return text;
}

} // namespace rt::tools
