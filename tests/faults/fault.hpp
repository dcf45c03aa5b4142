// fault.hpp - one fault: what is tried must be refused as documented, and leave the registry as it was.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "../loader/support/child.hpp"
#include "../loader/support/support.hpp"
#include "figures.hpp"

namespace faults {

// What a host can see: published functions, active plugins, living handles.
struct Registry {
    std::vector<std::string> functions;
    std::vector<std::string> plugins;
    std::int64_t handles = 0;
    bool operator==(const Registry &) const = default;
};
Registry registry();

// Whether opening `path` fails with one of the causes, a message that names the path, and nothing else changed. Counts it.
bool refused(const std::string &kind, const std::string &path, std::initializer_list<std::string_view> causes,
             std::int64_t flags = 0);

// Whether `survived` holds and the registry is as it was `before`. Counts it.
bool survived(const std::string &kind, const Registry &before, bool survived);

// Runs a child body; what it reports is counted. Whether it came to its end.
bool child_survives(const char *name, const std::vector<std::string> &environment = {});

// A plugin of this suite (tests/faults/plugins: librtffi_NAME.so).
std::string plugin_path(const std::string &name);

} // namespace faults
