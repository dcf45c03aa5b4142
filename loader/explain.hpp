// explain.hpp - why a plugin or a function is there, or why not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "discovery.hpp"
#include "inspection.hpp"

namespace rt::core {

// One file that could be the plugin of a name.
struct Explained {
    Inspection inspection;
    std::string state;    // "loaded", "available", "failed", "unusable"
    std::string reason;   // why it is not the one, or not usable; "" for the one that is
    std::string cause;    // of that, where it is not usable, or ""
    std::string hint;     // what to do about a load or an earlier check that failed, or ""
    bool refused = false; // it breaks a rule of trust, so that nothing is taken in its place
    bool chosen = false;
};

struct Searched {
    Folder folder;
    std::string state; // "ok", "missing", "unreadable", "not_a_folder"
    std::size_t files; // libraries in it
};

struct Explanation {
    std::string name;
    std::string kind = "plugin"; // "plugin", "function", "file"
    std::string state;           // the chosen candidate's, or "not_found"; for a function also "registered"
    std::string answer;          // one sentence
    std::string cause;           // where it cannot be used, or ""
    std::string hint;            // what to do, or ""
    std::vector<std::string> near;
    std::vector<Searched> searched;
    std::vector<Explained> candidates; // the preferred one first

    bool ok() const { return state == "loaded" || state == "available" || state == "registered"; }
};

Explanation explain(const std::string &name);

// Every plugin file and every file that may have been meant as one, in the order of the search path.
std::vector<Explained> discover();

} // namespace rt::core
