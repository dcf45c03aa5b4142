// discovery.hpp - which files on the search path are plugins, and which of them is taken for a name or a function.
//
// Note [Which file]: of files with the same plugin name the one in the earlier folder is preferred, then the later version, then
// the higher score (variants of one plugin have one each). The next one is tried only where one cannot be loaded, never where one
// breaks a rule of trust: whoever can spoil a file must not get to choose, by that, what is loaded in its place.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "error.hpp"
#include "metadata.hpp"
#include "search_path.hpp"

namespace rt::core {

struct Need;

struct Candidate {
    std::string path;   // canonical
    std::size_t folder; // index in the search path
    Outcome outcome;    // of reading it
    std::shared_ptr<const Metadata> metadata;

    std::string value(const char *key) const { return metadata->value(key); }
    bool is_plugin() const { return outcome && metadata->is_plugin(); }
    long score() const;
    // Whether it has the file name of a plugin, librtffi_NAME.so, and is none: damaged, or built without notes.
    bool should_be(const std::string &name) const;
};

// Every library on the path, by folder, then by file name; those that cannot be read, too, and each file once.
std::vector<Candidate> candidates(const std::vector<Folder> &path);

// Those of them that are the plugin of one name, the preferred one first.
std::vector<Candidate> only_named(std::vector<Candidate> all, const std::string &name);

// Why `loser` comes after `winner`: "in a later folder of the search path", "an older version", "a lower score".
std::string why_after(const Candidate &winner, const Candidate &loser);

// The first plugin that has a function, or else a provider of such names; "" where there is none.
struct FunctionOwner {
    std::string plugin;
    std::string path; // of the file that has it
    bool is_provider = false;
};
FunctionOwner plugin_with_function(std::string_view function);

// What is nearest to the name of a function which nobody has, of those registered and those in plugins on the search path: its name, or
// "", and its signature.
struct NearFunction {
    std::string name;
    std::string signature;
};
NearFunction nearest_function(std::string_view name);

// The folders of the search path, and the files on it that could not be read: "searched: /a /b (missing); ...".
std::string what_was_searched();

// There is no plugin of that name: what is wrong with the file that should be it, or else what was searched, what is near.
Outcome no_such_plugin(const std::string &name);

// Opens the best plugin of a name, one that satisfies `need` where it is not null. In library.cpp.
Outcome open_named(const std::string &name, const Need *need, int mode, std::int64_t *handle);

} // namespace rt::core
