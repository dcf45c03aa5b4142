// inspection.hpp - what can be said of a plugin file without loading it: read, then checked, step by step.
#pragma once

#include <string>
#include <vector>

#include "library_search.hpp"
#include "metadata.hpp"
#include "trust.hpp"
#include "unload_warnings.hpp"

namespace rt::core {

struct Check {
    std::string id; // "file", "trust", "format", "architecture", "plugin", "abi", "needs", "dependencies", "singletons"
    std::string cause;  // of the failure, as in rt_error.cause; "" where it holds
    std::string detail; // one sentence
    std::string hint;   // what to do; "" where it holds
    rt_status code = RT_OK;

    bool ok() const { return cause.empty(); }
};

struct Inspection {
    std::string path;
    Metadata metadata;
    std::vector<Dependency> dependencies;
    std::vector<Warning> warnings;
    std::vector<Check> checks; // up to the first that makes those after it pointless

    // The first check that failed, or null.
    const Check *failure() const;
};

Inspection inspect(const std::string &path);
Inspection inspect(const std::string &path, TrustRules &rules);

} // namespace rt::core
