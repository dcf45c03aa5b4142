#include "dlopen_error.hpp"

#include <vector>

#include "dlopen_cause.hpp"
#include "hints.hpp"
#include "library_search.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

// One among what the file needs.
Dependency find_dependency(const std::string &path, const std::string &library) {
    std::vector<Dependency> all;
    if (dependencies_of(path, all)) {
        for (const Dependency &dependency : all) {
            if (dependency.library == library) {
                return dependency;
            }
        }
    }
    return {library, "", path};
}

} // namespace

std::string hint_for(const std::string &cause, const Metadata &metadata) {
    if (std::string get = metadata.value("get"); !get.empty()) {
        if (cause == "missing_library") {
            return get;
        }
        if (cause == "undefined_symbol" || cause == "missing_version" || cause == "libtorch_version") {
            return "a library of another version than the plugin was built with is there: " + get;
        }
    }
    return usual_hint(cause);
}

Outcome explain_dlopen_error(const std::string &path, const std::string &text, const Metadata &metadata) {
    const std::string cause = cause_of_dlopen_error(text);
    std::string message = joined({path, ": ", text});
    if (cause == "missing_library") {
        const std::string library = text.substr(0, text.find(": "));
        const Dependency missing = find_dependency(path, library);
        const std::string &who = missing.needed_by;
        message = joined({text, "; ", who == path ? "the plugin " : "", who, " needs it",
                          who == path ? "" : joined({", which the plugin ", path, " needs"}),
                          missing.searched.empty() ? "" : "; searched: ", missing.searched});
    }
    const std::string hint = hint_for(cause, metadata);
    return {RT_E_LOAD, cause, hint.empty() ? message : joined({message, ". To do: ", hint})};
}

} // namespace rt::core
